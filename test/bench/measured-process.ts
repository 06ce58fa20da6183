import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** A process under measurement. CPU is that of all its threads, from /proc/PID/stat; children are not counted. */
export class MeasuredProcess {
  readonly #child: ChildProcess;

  constructor(program: string, args: readonly string[], options: { readonly cwd?: string } = {}) {
    this.#child = spawn(program, args, { ...options, stdio: ['ignore', 'ignore', 'inherit'] });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** CPU seconds so far, user and system, in ticks of 10 ms (USER_HZ is 100 on every Linux this runs on). */
  cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** MB of memory that is the process's own. */
  rssAnonMb(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  /** Bytes passed to write calls, and bytes that went to the disk, as the kernel counts them. */
  written(): { readonly calls: number; readonly disk: number } {
    const io = readFileSync(`/proc/${this.pid}/io`, 'utf8');
    const field = (name: string): number => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(io)?.[1] ?? 0);
    return { calls: field('wchar'), disk: field('write_bytes') };
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.hasEnded) return;
    const closed = once(this.#child, 'close');
    this.#child.kill(signal);
    await closed;
  }
}
