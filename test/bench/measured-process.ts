import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { cpuSecondsOf } from './processor-time.js';

/** A process under measurement. CPU is that of all its threads, from /proc/PID/stat; children are not counted. */
export class MeasuredProcess {
  readonly #child: ChildProcess;

  /** What it says on standard error is shown, or goes to `logFile`. */
  constructor(program: string, args: readonly string[], { logFile }: { readonly logFile?: string } = {}) {
    const log = logFile === undefined ? undefined : openSync(logFile, 'a');
    this.#child = spawn(program, args, { stdio: ['ignore', 'ignore', log ?? 'inherit'] });
    if (log !== undefined) closeSync(log);
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** CPU seconds so far, user and system, in ticks of 10 ms. */
  cpuSeconds(): number {
    return cpuSecondsOf(this.pid);
  }

  /** MB of memory that is the process's own. */
  rssAnonMb(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  /** Bytes of the pages this process made the kernel send to a disk; nothing that went through sockets is among them. */
  pageBytesWritten(): number {
    return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${this.pid}/io`, 'utf8'))?.[1] ?? 0);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.hasEnded) return;
    const closed = once(this.#child, 'close');
    this.#child.kill(signal);
    await closed;
  }
}
