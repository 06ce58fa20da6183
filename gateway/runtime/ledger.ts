import type { LaneName } from '../contract/index.js';
import type { Account, Acquisition, Journal } from '../journal/index.js';

/** One sink's account of one lane. */
export interface SinkAccount extends Account {
  readonly sink: string;
  readonly lane: LaneName;
  /** `appended` is exactly the sum of what became of it. */
  readonly isBalanced: boolean;
}

/** Where everything went. */
export interface Ledger {
  readonly site: string;
  readonly epoch: string;
  /** This run, in frames: acquired = appended + unstored. */
  readonly run: Acquisition & { readonly isBalanced: boolean };
  readonly lanes: Readonly<Record<LaneName, { first: number; next: number; committed: number }>>;
  readonly sinks: readonly SinkAccount[];
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

export function isBalanced({ appended, delivered, unchanged, dropped, rejected, waiting }: Account): boolean {
  return appended === delivered + unchanged + rejected + sum(dropped) + waiting && waiting >= 0 && delivered >= 0;
}

/** The ledger of an open journal; the accounts are those of the running deliveries or, without, as journaled. */
export function ledgerOf(
  journal: Journal,
  accounts: readonly { readonly sink: string; readonly lane: LaneName; readonly account: Account }[],
): Ledger {
  const run = journal.acquisition;
  const lane = ({ first, next, committed }: Journal['samples' | 'alarms']) => ({ first, next, committed });
  return {
    ...journal.identity,
    run: { ...run, isBalanced: run.acquired === run.appended + sum(run.unstored) },
    lanes: { samples: lane(journal.samples), alarms: lane(journal.alarms) },
    sinks: accounts.map(({ sink, lane: name, account }) => ({
      sink,
      lane: name,
      ...account,
      isBalanced: isBalanced(account),
    })),
  };
}
