import type { BlindSpan } from '../../runtime/index.js';
import type { Cli } from '../cli.js';
import { wrapText } from '../text-width.js';
import type { Replayed } from './replayed.js';
import type { BadCell, TableRemarksJson } from './table-remarks.js';

/** More stretches of damage than these are only counted. */
const spansMax = 5;

/** From when to when nothing could be judged, or held against, because the disk does not give it back any more. */
export function blindLines({ m }: Cli, blind: readonly BlindSpan[], timeText: (utc: number) => string): string[] {
  const at = (moment: BlindSpan['from'], end: string): string => {
    if (moment === null) return end;
    return moment.time === null ? m.alarms.noTime() : timeText(moment.time);
  };
  const lines = blind.slice(0, spansMax).map(({ lane, records, from, to }) => {
    const told = { count: records, from: at(from, m.replay.blindFirst()), to: at(to, m.replay.blindLast()) };
    return lane === 'samples' ? m.replay.blind(told) : m.replay.blindEntries(told);
  });
  const rest = blind.length - lines.length;
  return [...lines, ...(rest > 0 ? [m.replay.blindMore({ count: rest })] : [])];
}

function placeText({ m }: Cli, file: string, { line, column, tag, text }: BadCell): string {
  if (column === null || tag === null) return m.replay.tornRow({ file, line, text });
  return m.replay.badCell({ file, line, column, tag, text });
}

function unreadText(cli: Cli, { file, unread: { count, first } }: TableRemarksJson): string {
  const { m, columns } = cli;
  const head = count > first.length ? m.replay.unreadFirst({ count, first: first.length }) : m.replay.unread({ count });
  const places = first.map((cell) => `  ${placeText(cli, file, cell)}`);
  return [wrapText(head, columns), ...places, wrapText(m.replay.unreadRemedy(), columns)].join('\n');
}

function untimedText({ m, columns }: Cli, { file, untimed: { count, first } }: TableRemarksJson): string {
  const head =
    count > first.length ? m.replay.untimedFirst({ count, first: first.length }) : m.replay.untimed({ count });
  const places = first.map(({ line, text }) => `  ${m.replay.untimedRow({ file, line, text })}`);
  return [wrapText(head, columns), ...places, wrapText(m.replay.untimedRemedy(), columns)].join('\n');
}

/** `1,234` read as it was, and as it may have been meant. */
const asThousands = (text: string): string => text.replace(',', '');
const asDecimal = (text: string): string => text.replace(',', '.');

/** What somebody should know of the table that was judged; empty where there is nothing. */
export function remarksText(cli: Cli, { remarks, heldMaxMs }: Pick<Replayed, 'remarks' | 'heldMaxMs'>): string {
  if (!remarks) return '';
  const { m, columns } = cli;
  const { unread, untimed, doubtful, sparse } = remarks;
  const decimals = doubtful.map(({ column, text }) =>
    m.replay.decimalComma({ column, text, value: asDecimal(text), other: asThousands(text) }),
  );
  const hints = [
    ...decimals,
    ...(sparse.length > 0 && heldMaxMs === undefined ? [m.replay.looksThinned({ columns: sparse })] : []),
  ];
  return [
    ...(unread.count > 0 ? [unreadText(cli, remarks)] : []),
    ...(untimed.count > 0 ? [untimedText(cli, remarks)] : []),
    ...hints.map((hint) => wrapText(hint, columns)),
  ].join('\n\n');
}
