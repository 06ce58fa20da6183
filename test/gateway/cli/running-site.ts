import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { freePort } from '../../support/free-port.js';
import { scratchFolder } from '../../support/scratch.js';
import { Running } from './sluice.js';

/** One device: temperature 23.4 °C, humidity 60.5 %. */
const field = {
  servers: [
    {
      name: 'bus',
      transport: { kind: 'tcp', port: 0 },
      units: [
        {
          unit: 1,
          entries: [{ area: 'input', address: 1, type: 'int16', tag: 't' }],
          fixed: [{ area: 'input', address: 2, words: [605] }],
          values: { t: 234 },
        },
      ],
    },
  ],
};

/** A site file with a journal folder and a port of its own. */
export interface Place {
  readonly file: string;
  readonly journal: string;
  readonly url: string;
}

/** A scratch folder and a simulated device in a process of its own, for all tests of a file. */
export class Bench {
  #folder = '';
  #plantPort = '';

  constructor() {
    let plant: Running;
    let remove: () => Promise<void>;
    beforeAll(async () => {
      ({ folder: this.#folder, remove } = await scratchFolder());
      const spec = join(this.#folder, 'field.json');
      await writeFile(spec, JSON.stringify(field));
      plant = new Running(['simulate', '--spec', spec]);
      this.#plantPort = (await plant.says(/"bus":"tcp:\/\/127\.0\.0\.1:(\d+)"/))[1] as string;
    });
    afterAll(async () => {
      await plant.stop();
      await remove();
    });
  }

  /** A path in the scratch folder. */
  path(...parts: readonly string[]): string {
    return join(this.#folder, ...parts);
  }

  async place(name: string, { kind = 'general', links = '', sinks = '', more = '' } = {}): Promise<Place> {
    const port = await freePort();
    const journal = this.path(name, 'journal');
    const file = this.path(`${name}.yaml`);
    await writeFile(
      file,
      `version: 1
site: { id: ${name}, name: 试验站, kind: ${kind} }
links:
  bus:
    driver: modbus
    address: tcp://127.0.0.1:${this.#plantPort}
    devices: { climate-1: { profile: xy-md02, unit: 1, poll: 100ms } }
${links}
sinks: { ${sinks} }
journal: { folder: ${JSON.stringify(journal)}, commitEvery: 100ms }
http: { port: ${port} }
${more}`,
    );
    return { file, journal, url: `http://127.0.0.1:${port}` };
  }
}

/** `sluice run`, once it says that it runs. */
export async function run({ file }: Pick<Place, 'file'>, env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const running = new Running(['run', file], { env });
  await running.says(/Ctrl-C stops it\./);
  return running;
}

export async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

/** Resolves when the gateway has appended this many frames. */
export async function frames({ url }: Place, count: number): Promise<void> {
  for (let appended = 0; appended < count; ) {
    ({ appended } = (await json<{ run: { appended: number } }>(`${url}/api/ledger`)).run);
  }
}
