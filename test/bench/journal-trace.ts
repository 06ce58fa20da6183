import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** What a process asked of the files below one folder. */
export interface JournalCalls {
  /** Bytes its write calls took. */
  readonly writtenBytes: number;
  readonly writes: number;
  readonly syncs: number;
}

const calls = 'write,writev,pwrite64,pwritev,pwritev2,fdatasync,fsync';

/** Follows a running process with strace from now on; resolves to what ends it and counts. Sockets are not counted. */
export async function traceJournal(pid: number, folder: string, logFile: string): Promise<() => Promise<JournalCalls>> {
  const args = ['-f', '-y', '-s', '0', '-e', `trace=${calls}`, '-e', 'signal=none', '-o', logFile, '-p', String(pid)];
  const strace = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  // It says so when it has attached to every thread.
  await Promise.race([
    once(strace.stderr, 'data'),
    once(strace, 'exit').then(([code]) => {
      throw new Error(`strace ended with ${code}: the journal's own writes cannot be told from others without it`);
    }),
  ]);
  return async () => {
    const ended = once(strace, 'close');
    strace.kill('SIGINT');
    await ended;
    return countCalls(await readFile(logFile, 'utf8'), folder);
  };
}

/** Counts the calls on files below a folder in what strace wrote with `-f -y`. */
export function countCalls(log: string, folder: string): JournalCalls {
  const under = `<${folder}/`;
  /** A call that another thread's came in between: thread → its name. */
  const unfinished = new Map<string, string>();
  let [writtenBytes, writes, syncs] = [0, 0, 0];
  for (const line of log.split('\n')) {
    const [, thread = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    let call = text.includes(under) ? /^\w+/.exec(text)?.[0] : undefined;
    if (call !== undefined && text.endsWith('<unfinished ...>')) {
      unfinished.set(thread, call);
      continue;
    }
    if (text.startsWith('<... ')) {
      call = unfinished.get(thread);
      unfinished.delete(thread);
    }
    const result = / = (\d+)$/.exec(text)?.[1];
    if (call === undefined || result === undefined) continue;
    if (call.endsWith('sync')) {
      syncs += 1;
    } else {
      writes += 1;
      writtenBytes += Number(result);
    }
  }
  return { writtenBytes, writes, syncs };
}
