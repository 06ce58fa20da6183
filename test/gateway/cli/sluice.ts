import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll } from '@jest/globals';

/** The built command. Tests run what people run. */
export const built = join(process.cwd(), 'dist/gateway/cli/main.js');
if (!existsSync(built)) throw new Error(`${built} is missing: run \`npm run build\` first`);

export interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CallOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Nothing of the machine's own language or settings. */
const environment = (env: CallOptions['env']): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  ...env,
});

const launch = (args: readonly string[], { cwd, env }: CallOptions): ChildProcess =>
  spawn(process.execPath, [built, ...args], { stdio: ['pipe', 'pipe', 'pipe'], cwd, env: environment(env) });

function collect(stream: ChildProcess['stdout']): { text: string } {
  const collected = { text: '' };
  stream?.on('data', (chunk: Buffer) => (collected.text += chunk.toString('utf8')));
  return collected;
}

/** Calls the command and waits for its end. */
export async function sluice(args: readonly string[], options: CallOptions = {}): Promise<Result> {
  const child = launch(args, options);
  const [out, err] = [collect(child.stdout), collect(child.stderr)];
  child.stdin?.end();
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out: out.text, err: err.text };
}

/** Children of tests that failed half-way end with them. */
const alive = new Set<ChildProcess>();
afterAll(() => {
  for (const child of alive) child.kill('SIGKILL');
});

/** A command that goes on until it is stopped. */
export class Running {
  readonly #child: ChildProcess;
  readonly #out: { text: string };
  readonly #err: { text: string };
  readonly #closed: Promise<unknown[]>;
  readonly #lines: ReturnType<typeof createInterface>;

  constructor(args: readonly string[], options: CallOptions = {}) {
    this.#child = launch(args, options);
    alive.add(this.#child);
    this.#child.once('close', () => alive.delete(this.#child));
    this.#out = collect(this.#child.stdout);
    this.#err = collect(this.#child.stderr);
    this.#closed = once(this.#child, 'close');
    this.#lines = createInterface({ input: this.#child.stdout as NonNullable<ChildProcess['stdout']> });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Resolves to the first match in what it says; rejects with all it said when it ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#out.text);
      if (match) return match;
      const isOpen = await Promise.race([once(this.#lines, 'line').then(() => true), this.#closed.then(() => false)]);
      if (!isOpen && !pattern.test(this.#out.text)) {
        throw new Error(`ended without saying ${String(pattern)}:\n${this.#out.text}\n${this.#err.text}`);
      }
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async ended(): Promise<Result> {
    await this.#closed;
    return { code: this.#child.exitCode, out: this.#out.text, err: this.#err.text };
  }

  /** Sends a signal and waits for the end. */
  async stop(name: NodeJS.Signals = 'SIGTERM'): Promise<Result> {
    this.signal(name);
    return this.ended();
  }
}
