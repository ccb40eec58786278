/** Calls `stop` when whoever read our output has seen enough (`| head`), or closed the terminal (EIO): no error of ours. */
export function whenNobodyReads(stop: () => void): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
      stop();
    });
}
