import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface AsyncuaServer {
  readonly endpoint: string;
  /** File with the server's certificate, DER. */
  readonly certificate: string;
  /** Gives a variable of type Double a value; resolves when it has it. One at a time. */
  set(name: string, value: number): Promise<void>;
  stop(): Promise<void>;
}

export interface AsyncuaOptions {
  /** Where its certificate is made; a scratch folder. */
  readonly folder: string;
  /** Variables `Load.0` … that all change each `periodMs`. */
  readonly items?: number;
  readonly periodMs?: number;
}

/** Starts the peer of `asyncua_server.py` and resolves when it serves. */
export async function startAsyncuaServer(
  python: string,
  { folder, items = 0, periodMs = 1000 }: AsyncuaOptions,
): Promise<AsyncuaServer> {
  // Beside its source: what is built holds no Python.
  const script = fileURLToPath(new URL('../../../../../test/drivers/opcua/peer/asyncua_server.py', import.meta.url));
  const child: ChildProcess = spawn(python, [script, folder, String(items), String(periodMs)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const first = await Promise.race([once(lines, 'line'), ended.then(() => [undefined])]);
  if (typeof first[0] !== 'string') throw new Error(`${python} ${script} ended before it served`);
  const { endpoint, certificate } = JSON.parse(first[0]) as { readonly endpoint: string; readonly certificate: string };
  return {
    endpoint,
    certificate,
    set: async (name, value) => {
      child.stdin?.write(`set ${name} ${value}\n`);
      await once(lines, 'line');
    },
    stop: async () => {
      child.stdin?.end('stop\n');
      await ended;
    },
  };
}
