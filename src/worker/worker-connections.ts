/** What a worker's connections to the database are called there, so that they can be told from everybody else's. */
export function workerConnections(pid: number): string {
  return `leftoff worker ${pid}`;
}

/** Those of every worker, for LIKE. */
export const anyWorkersConnections = 'leftoff worker %';
