import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Node program of this repository's build as a process, whose standard output is read by lines. */
export class Child {
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  #waiters: { matches: (line: string) => boolean; resolve: (line: string | undefined) => void }[] = [];

  /** `program` is relative to the built `test/support`; what it says on standard error goes to `logFile`. */
  constructor(program: string, args: readonly string[], logFile: string) {
    const path = fileURLToPath(new URL(program, import.meta.url));
    this.#process = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process.stderr?.pipe(createWriteStream(logFile, { flags: 'a' }));
    createInterface({ input: this.#process.stdout as NodeJS.ReadableStream }).on('line', (line) => this.#take(line));
    this.#process.once('close', () => {
      for (const { resolve } of this.#waiters) resolve(undefined);
      this.#waiters = [];
    });
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** MB of memory that is the process's own. */
  rssAnonMb(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  /** The first line, said already or to come, that matches; undefined when the process ends without. */
  line(matches: (line: string) => boolean): Promise<string | undefined> {
    const said = this.#lines.find(matches);
    if (said !== undefined || this.hasEnded) return Promise.resolve(said);
    return new Promise((resolve) => this.#waiters.push({ matches, resolve }));
  }

  /** Says one line to it and resolves to its next answer. */
  ask(line: string): Promise<string | undefined> {
    this.#lines.length = 0;
    const answer = this.line(() => true);
    this.#process.stdin?.write(`${line}\n`);
    return answer;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) return;
    const closed = once(this.#process, 'close');
    this.#process.kill(signal);
    await closed;
  }

  #take(line: string): void {
    this.#lines.push(line);
    this.#waiters = this.#waiters.filter(({ matches, resolve }) => {
      if (!matches(line)) return true;
      resolve(line);
      return false;
    });
  }
}
