/** Whether any process has this pid; one of another user's counts: it can't be signalled, and is there. */
export function hasPid(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
