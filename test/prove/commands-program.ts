import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

interface Options {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Outcome {
  readonly code: number | null;
  /** Standard output and standard error, as they came. */
  readonly said: string;
}

/** Any command as a process with a process group of its own, and what it says. */
export class Program {
  readonly #process: ChildProcess;
  readonly #closed: Promise<number | null>;
  #said = '';

  constructor(command: string, args: readonly string[], { cwd, env }: Options = {}) {
    const options: SpawnOptions = {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...env },
    };
    this.#process = spawn(command, args, cwd === undefined ? options : { ...options, cwd });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#said += chunk.toString('utf8')));
    }
    this.#closed = new Promise((resolve) => {
      this.#process.once('error', (error) => {
        this.#said += error.message;
        resolve(null);
      });
      this.#process.once('close', resolve);
    });
  }

  get said(): string {
    return this.#said;
  }

  get hasEnded(): boolean {
    return this.#process.pid === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  async ended(): Promise<Outcome> {
    return { code: await this.#closed, said: this.#said };
  }

  /** Sends a signal to the whole group, as a terminal does on Ctrl-C, and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<Outcome> {
    const { pid } = this.#process;
    if (pid !== undefined && !this.hasEnded) process.kill(-pid, signal);
    return this.ended();
  }
}

export const outcome = (command: string, args: readonly string[], options: Options = {}): Promise<Outcome> =>
  new Program(command, args, options).ended();

/** What a command said; rejects with its words when it failed. */
export async function must(command: string, args: readonly string[], options: Options = {}): Promise<string> {
  const { code, said } = await outcome(command, args, options);
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}:\n${said.slice(-4000)}`);
  return said;
}

/** The first answer of `ask` that is none of undefined and false, asked for until `withinMs` have passed. */
export async function until<T>(withinMs: number, ask: () => Promise<T | undefined | false>): Promise<T | undefined> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What an address answers as JSON; undefined while nothing answers there. */
export async function asked<T>(url: string): Promise<T | undefined> {
  try {
    return (await (await fetch(url)).json()) as T;
  } catch {
    return undefined;
  }
}

/** Processes that run in this folder, or name it on their command line. */
export function processesOf(folder: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      const words = [readlinkSync(`/proc/${name}/cwd`), readFileSync(`/proc/${name}/cmdline`, 'utf8')];
      return words.some((one) => one.includes(folder)) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
