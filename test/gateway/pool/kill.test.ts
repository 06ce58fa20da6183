import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { pool } from '../../../gateway/sinks/pool/index.js';
import { sinkContext } from '../../contracts/sink.js';
import { freePort } from '../../support/free-port.js';
import { scratchFolder } from '../../support/scratch.js';
import { houseFrame, identity, samples, tableOf } from '../../support/sink-records.js';

const never = new AbortController().signal;
const built = join(process.cwd(), 'dist/gateway/pool/index.js');
const program = `
  const { startPool } = await import(process.argv[1]);
  const { url } = await startPool({ host: '127.0.0.1', port: Number(process.argv[2]), folder: process.argv[3] });
  console.log(url);
`;

async function launch(port: number, folder: string): Promise<ChildProcess> {
  const args = ['--input-type=module', '-e', program, built, String(port), folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = createInterface(child.stdout as NonNullable<typeof child.stdout>);
  const [line] = (await Promise.race([once(said, 'line'), once(child, 'exit')])) as [unknown];
  if (typeof line !== 'string') throw new Error('the pool did not start; is the project built?');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test('a pool killed at any moment holds every event once and names no gap', async () => {
  const { folder, remove } = await scratchFolder();
  const port = await freePort();
  const config = pool.config.parse({ type: 'pool', url: `http://127.0.0.1:${port}` });
  const sink = await pool.create('city', config, sinkContext());
  let child = await launch(port, folder);
  try {
    let next = 1;
    for (let round = 0; round < 8; round++) {
      await sink.connect(never);
      // Kills while a request is under way: earlier or later in it from round to round.
      let died: Promise<void> | undefined;
      for (let batch = 0; died === undefined || batch < 1000; batch++) {
        if (batch === round) died = kill(child);
        try {
          const frames = Array.from({ length: 200 }, (_, n) => houseFrame(tableOf(), next + n));
          const outcome = await sink.write(samples(frames, next), never);
          next = outcome.resumeFrom ?? next + 200;
        } catch {
          break;
        }
      }
      await died;
      child = await launch(port, folder);
    }
    await sink.connect(never);
    await expect(sink.write(samples([houseFrame(tableOf(), next)], next), never)).resolves.toEqual({});
    const lines = (await readFile(join(folder, `${identity.site}_${identity.epoch}_samples.ndjson`), 'utf8')).trimEnd();
    const offsets = lines.split('\n').map((line) => Number((JSON.parse(line) as { sequence: string }).sequence));
    expect(offsets).toEqual(Array.from({ length: next }, (_, n) => n + 1));
    const missing = await (await fetch(`http://127.0.0.1:${port}/v1/missing`)).json();
    expect(missing).toMatchObject([{ missing: [], closed: [] }]);
  } finally {
    await sink.close();
    await kill(child);
    await remove();
  }
});
