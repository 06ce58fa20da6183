import { loadSite, registries } from '../../config/index.js';
import { Gateway, systemClock } from '../../gateway/runtime/index.js';

/**
 * The gateway alone as a process, without console or command line: `gateway-process SITE.yaml`. Says `ready`, then the
 * ledger as one JSON line at each line on its standard input; SIGTERM stops it in order.
 */
const result = await loadSite(process.argv[2] as string);
if (!result.site) {
  process.stderr.write(`${JSON.stringify(result.problems)}\n`);
  process.exit(2);
}
const say = (fields: object, message: string): void =>
  void process.stderr.write(`${JSON.stringify({ message, ...fields })}\n`);
const gateway = await Gateway.start({
  site: result.site,
  registries,
  clock: systemClock,
  log: { debug() {}, info: say, warn: say, error: say },
  version: 'test',
});
process.stdout.write('ready\n');
process.stdin.on('data', () => process.stdout.write(`${JSON.stringify(gateway.ledger())}\n`));
process.once('SIGTERM', () => void gateway.stop().then(() => process.exit(0)));
