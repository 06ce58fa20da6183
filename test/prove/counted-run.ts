import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ledger } from '../../gateway/runtime/index.js';
import { Child } from '../support/child.js';
import { type CountedSite, countedSite } from './counted-site.js';
import { askLedger } from './drained.js';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const turnMs = 500;

/** What was seen of one run of the gateway. */
export interface RunRecord {
  readonly ledger: Ledger;
  readonly seconds: number;
  readonly rssAnonMaxMb: number;
  /** Accounts that did not balance at some moment. */
  readonly unbalanced: number;
}

/** Where the program lies, from the built `test/support`. */
const program = '../prove/counted-gateway.js';

/** Starts the counting gateway with a site file; resolves when it is ready. */
export async function startCounted(folder: string, site: CountedSite): Promise<Child> {
  const path = join(folder, 'site.yaml');
  await writeFile(path, countedSite(site));
  const gateway = new Child(program, [path], join(folder, 'gateway.log'));
  const said = await gateway.line((line) => line === 'ready');
  if (said === undefined) throw new Error(`the gateway did not start; see ${join(folder, 'gateway.log')}`);
  return gateway;
}

/** Looks at a running gateway twice a second until `isDone` says so. */
export async function watch(
  gateway: Child,
  isDone: (ledger: Ledger, seconds: number) => boolean,
  onTurn: (ledger: Ledger) => void = () => undefined,
): Promise<RunRecord> {
  const started = performance.now();
  let rssAnonMaxMb = 0;
  let unbalanced = 0;
  for (;;) {
    const ledger = await askLedger(gateway);
    const seconds = (performance.now() - started) / 1000;
    rssAnonMaxMb = Math.max(rssAnonMaxMb, gateway.rssAnonMb());
    unbalanced += [ledger.run, ...ledger.sinks].filter(({ isBalanced }) => !isBalanced).length;
    onTurn(ledger);
    if (isDone(ledger, seconds)) return { ledger, seconds, rssAnonMaxMb, unbalanced };
    await sleep(turnMs);
  }
}

/** Frames that wait for a sink. */
export const waitingOf = ({ sinks }: Ledger, sink: string): number =>
  sinks.find((account) => account.sink === sink && account.lane === 'samples')?.waiting ?? 0;

export const deliveredOf = ({ sinks }: Ledger, sink: string): number =>
  sinks.find((account) => account.sink === sink && account.lane === 'samples')?.delivered ?? 0;
