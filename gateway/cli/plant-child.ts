import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A simulated field in a process of its own. */
export interface PlantChild {
  readonly pid: number;
  /** Server name → `tcp://127.0.0.1:1502`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Resolves when the process is gone, asked to or not. */
  readonly gone: Promise<void>;
  stop(): Promise<void>;
}

const main = fileURLToPath(new URL('./main.js', import.meta.url));

async function addressesOf(child: ChildProcess): Promise<Readonly<Record<string, string>>> {
  const faults: string[] = [];
  child.stderr?.on('data', (text: Buffer) => faults.push(text.toString('utf8')));
  const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> });
  const [first] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [unknown];
  if (typeof first !== 'string') throw new Error(faults.join('').trim());
  lines.resume();
  return (JSON.parse(first) as { addresses: Readonly<Record<string, string>> }).addresses;
}

/**
 * Starts `sluice simulate` with a description of the field. It ends with this process, however that ends: its standard
 * input closes then. Ctrl-C does not reach it, so it outlives the gateway that reads it. Rejects with its own words.
 */
export async function startPlantChild(specFile: string): Promise<PlantChild> {
  const child = spawn(process.execPath, [main, 'simulate', '--spec', specFile, '--until-stdin-ends'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const gone = once(child, 'exit').then(() => undefined);
  const addresses = await addressesOf(child);
  return {
    pid: child.pid ?? 0,
    addresses,
    gone,
    stop: async () => {
      child.stdin?.end();
      await gone;
    },
  };
}
