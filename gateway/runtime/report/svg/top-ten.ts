import type { AlarmReport } from '../report.js';
import { percent, type Wording } from '../wording.js';
import { escaped, faint, fitted, ink, rect, text } from './draw.js';
import { left, width } from './layout.js';
import { fillOf } from './patterns.js';

const titleHeight = 30;
const rowHeight = 27;
const barHeight = 17;
const labelWidth = 330;
const countWidth = 110;

export const topTenHeight = ({ topTen }: AlarmReport): number =>
  titleHeight + Math.max(1, topTen.alarms.length) * rowHeight;

/** The most frequent alarms as bars, the first of them as long as there is room. */
export function topTen({ topTen: { alarms } }: AlarmReport, words: Wording, top: number): string {
  const room = width - labelWidth - countWidth;
  const most = alarms[0]?.count ?? 1;
  const rows = alarms.map((alarm, n) => {
    const y = top + titleHeight + n * rowHeight;
    const name = words.alarm(alarm);
    const long = (alarm.count / most) * room;
    return [
      `<g><title>${escaped(`${name}: ${words.message(alarm)}`)}</title>`,
      text(left, y + 13, fitted(name, 13, labelWidth - 14), { size: 13 }),
      rect(left + labelWidth, y, long, barHeight, { fill: fillOf(alarm.priority), stroke: ink, 'stroke-width': 0.6 }),
      text(left + labelWidth + long + 8, y + 13, `${alarm.count}  (${percent(alarm.share)})`, { size: 12 }),
      '</g>',
    ].join('');
  });
  const none = text(left, top + titleHeight + 13, words.m.head.nothing(), { size: 13, fill: faint });
  return text(left, top + 14, words.m.topTen.title(), { size: 15, weight: 'bold' }) + (rows.join('') || none);
}
