import { table } from '../../table.js';
import { wrapText } from '../../text-width.js';
import { short } from '../../numbers.js';
import { advise } from './advice.js';
import type { BusSummary } from './bus-summary.js';
import type { SniffMessages } from './messages/index.js';

const rate = ({ requests, ms }: BusSummary): string => (ms > 0 ? short((requests * 1000) / ms) : '0');

function unitTable({ summary }: SniffMessages, { units }: BusSummary): string {
  const head = [
    summary.unit(),
    summary.asked(),
    summary.replied(),
    summary.refused(),
    summary.silent(),
    summary.damaged(),
    summary.turnaround(),
  ];
  const rows = units.map(({ unit, asked, replied, refused, silent, damaged, turnaroundMs: took }) => [
    ...[unit, asked, replied, refused, silent, damaged].map(String),
    took ? `${took.min} / ${took.median} / ${took.max}` : '-',
  ]);
  return table([head, ...rows], 'rrrrrr');
}

/** The end of the transcript: what was heard, a line a unit, and what to check. */
export function summaryText(m: SniffMessages, heard: BusSummary, columns: number): string {
  const { ms, frames, damagedBytes, strays, ambiguous } = heard;
  const seconds = (ms / 1000).toFixed(1);
  const lines = ['', wrapText(m.summary.head({ seconds, frames, bytes: damagedBytes, rate: rate(heard) }), columns)];
  if (heard.units.length > 0) lines.push(unitTable(m, heard));
  if (strays > 0) lines.push(wrapText(m.summary.strays({ count: strays }), columns));
  if (ambiguous > 0) lines.push(wrapText(m.summary.ambiguous({ count: ambiguous }), columns));
  lines.push(...advise(m, heard).map((one) => wrapText(one, columns)));
  return lines.join('\n');
}
