import type { Ledger } from '../runtime/index.js';
import type { Cli } from './cli.js';
import { table } from './table.js';
import { wrapText } from './text-width.js';

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

function sinksText({ m }: Cli, sinks: Ledger['sinks']): string {
  const t = m.ledger;
  const head = [t.sink(), t.lane(), t.appended(), t.delivered(), t.unchanged(), t.rejected(), t.dropped(), t.waiting()];
  const rows = sinks.map(({ sink, lane, appended, delivered, unchanged, rejected, dropped, waiting }) => [
    sink,
    lane,
    ...[appended, delivered, unchanged, rejected, sum(dropped), waiting].map(String),
  ]);
  const why = sinks.flatMap(({ sink, lane, dropped }) =>
    Object.entries(dropped).map(([reason, count]) => `  ${t.droppedWhy({ sink, lane, count, reason })}`),
  );
  return [table([head, ...rows], 'llrrrrrr'), ...why].join('\n');
}

/** The ledger as people read it: what came in, where it went, whether the sums are right. */
export function ledgerText(cli: Cli, { run, lanes, sinks, epoch }: Ledger, isRunning: boolean): string {
  const { m, columns } = cli;
  const unstored = Object.entries(run.unstored).map(([reason, count]) => m.ledger.unstored({ count, reason }));
  const { acquired, appended } = run;
  const broken = [
    ...(run.isBalanced ? [] : ['run']),
    ...sinks.filter(({ isBalanced }) => !isBalanced).map(({ sink, lane }) => `${sink}/${lane}`),
  ];
  const { samples, alarms } = lanes;
  const committed = m.ledger.committed({
    firstSample: samples.first,
    nextSample: samples.next,
    firstAlarm: alarms.first,
    nextAlarm: alarms.next,
    epoch,
  });
  return [
    isRunning ? m.ledger.run({ acquired, appended, unstored: unstored.join('') }) : m.ledger.stopped(),
    wrapText(committed, columns, '  '),
    sinks.length === 0 ? m.ledger.noSinks() : sinksText(cli, sinks),
    wrapText(broken.length === 0 ? m.ledger.balances() : m.ledger.broken({ accounts: broken }), columns),
  ].join('\n');
}
