import { type Registries, registries, siteLoader } from '../../config/index.js';
import { Gateway, systemClock } from '../../gateway/runtime/index.js';
import { cellValue } from './counted-cells.js';
import { countingDriver } from './counting-driver.js';

/**
 * A gateway as a process whose devices count their own readings: `counted-gateway SITE.yaml`. Says `ready`, then the
 * ledger as one JSON line at each line on its standard input; SIGTERM stops it in order.
 */
const counters = new Map<string, number>();
const counting = countingDriver((device, phase, cells, into) => {
  const counter = counters.get(device) ?? 0;
  counters.set(device, counter + 1);
  cells.forEach((cell, slot) => into.set(slot, cellValue(phase, counter, cell)));
});
// What a driver's schemas parsed is handed back to that driver alone, so its own types are given up here.
const known = { ...registries, drivers: { counting } } as unknown as Registries;
const result = await siteLoader(known)(process.argv[2] as string);
if (!result.site) {
  process.stderr.write(`${JSON.stringify(result.problems)}\n`);
  process.exit(2);
}
const say = (fields: object, message: string): void =>
  void process.stderr.write(`${JSON.stringify({ message, ...fields })}\n`);
const gateway = await Gateway.start({
  site: result.site,
  registries: known,
  clock: systemClock,
  log: { debug() {}, info: say, warn: say, error: say },
  version: 'test',
});
process.stdout.write('ready\n');
process.stdin.on('data', () => process.stdout.write(`${JSON.stringify(gateway.ledger())}\n`));
process.once('SIGTERM', () => void gateway.stop().then(() => process.exit(0)));
