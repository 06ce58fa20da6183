import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { type LineSpec, simulatorOf } from './late-replies-line.js';

/**
 * Simulated lines as a process of their own: `late-replies-field LINES.json FOLDER`. Says the addresses as one line of
 * JSON; writes what happens on each line to `FOLDER/<name>.jsonl`; SIGTERM ends it when everything is written.
 */
// Replies must leave when they are due, also on a busy machine; without the right to this they leave when they can.
try {
  setPriority(constants.priority.PRIORITY_HIGH);
} catch {}
const [specFile, folder] = process.argv.slice(2) as [string, string];
const specs = JSON.parse(await readFile(specFile, 'utf8')) as LineSpec[];
const lines = specs.map((spec) => {
  const log = createWriteStream(join(folder, `${spec.name}.jsonl`));
  return { log, simulator: simulatorOf(spec, (event) => void log.write(`${JSON.stringify(event)}\n`)) };
});
for (const { simulator } of lines) await simulator.start();
process.once('SIGTERM', () => {
  const ended = lines.map(async ({ simulator, log }) => {
    await simulator.stop();
    log.end();
    await once(log, 'finish');
  });
  void Promise.all(ended).then(() => process.exit(0));
});
process.stdout.write(`${JSON.stringify(lines.map(({ simulator }) => simulator.address))}\n`);
