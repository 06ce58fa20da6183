import { ExitCode } from '../failure.js';

/**
 * Runs something that Ctrl-C, or the end of the session, may end in good order: its signal aborts at the first. A second
 * Ctrl-C ends the process as it would any other. Where it throws because of the signal, the call has failed.
 */
export async function interruptible(run: (signal: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
  const stop = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const release = (): void => {
    for (const name of names) process.off(name, abort);
  };
  const abort = (): void => {
    release();
    stop.abort();
  };
  for (const name of names) process.on(name, abort);
  try {
    return await run(stop.signal);
  } catch (error) {
    if (error === stop.signal.reason) return ExitCode.failed;
    throw error;
  } finally {
    release();
  }
}
