import { readFile, writeFile } from 'node:fs/promises';
import { type PlantSpec, startPlant } from '../../firmware-sim/index.js';
import type { FieldLog } from './stall-judge.js';

/**
 * Simulated instruments as a process of their own: `stall-field PLANT.json LOG.json`. Says their addresses as one line
 * of JSON; SIGTERM ends it when what it logged is written.
 */
const [specFile, logFile] = process.argv.slice(2) as [string, string];
const log: FieldLog = { requests: [], answers: [] };
const plant = await startPlant(JSON.parse(await readFile(specFile, 'utf8')) as PlantSpec, {
  log: (server, event) => {
    if (event.kind === 'request') log.requests.push([server, Number(process.hrtime.bigint()) * 1e-6]);
    else if (event.sent && event.counter !== undefined) log.answers.push([server, event.counter]);
  },
});
process.once('SIGTERM', () => {
  void plant
    .stop()
    .then(() => writeFile(logFile, JSON.stringify(log)))
    .then(() => process.exit(0));
});
process.stdout.write(`${JSON.stringify(plant.addresses)}\n`);
