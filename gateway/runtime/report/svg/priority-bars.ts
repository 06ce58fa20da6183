import type { Priority } from '../../../contract/index.js';
import type { AlarmReport } from '../report.js';
import { priorityTargets } from '../targets.js';
import { percent, type Wording } from '../wording.js';
import { faint, ink, rect, text, textWidth } from './draw.js';
import { left, width } from './layout.js';
import { fillOf } from './patterns.js';

const titleHeight = 32;
const barHeight = 22;
const rowHeight = 32;
const legendHeight = 24;
export const priorityBarsHeight = titleHeight + legendHeight + 2 * rowHeight;

const labelWidth = 90;

/** Shares of the priorities as one bar, above the shares the guidelines ask for; the legend of the whole picture. */
export function priorityBars({ priorities, load }: AlarmReport, words: Wording, top: number): string {
  const { picture, priority: names } = words.m;
  const legend: string[] = [];
  let x = left;
  for (const { priority, count, share } of priorities) {
    const label = `${names[priority]()} ${count}${load.total > 0 ? ` (${percent(share.value)})` : ''}`;
    legend.push(
      rect(x, top + titleHeight - 4, 14, 14, { fill: fillOf(priority), stroke: ink, 'stroke-width': 0.6 }),
      text(x + 20, top + titleHeight + 8, label, { size: 12 }),
    );
    x += 20 + textWidth(label, 12) + 26;
  }
  const bars = top + titleHeight + legendHeight;
  const wanted: Readonly<Record<Priority, number>> = {
    critical: priorityTargets.critical.met,
    high: priorityTargets.high.met,
    medium: priorityTargets.medium.met,
    low: priorityTargets.low.met - priorityTargets.critical.met,
  };
  return [
    text(left, top + 14, picture.priorities(), { size: 15, weight: 'bold' }),
    ...legend,
    shareBar(
      picture.actual(),
      priorities.map(({ priority, share }) => [priority, share.value]),
      bars,
    ),
    shareBar(picture.target(), Object.entries(wanted) as [Priority, number][], bars + rowHeight),
  ].join('');
}

function shareBar(name: string, shares: readonly (readonly [Priority, number])[], y: number): string {
  const room = width - labelWidth;
  let x = left + labelWidth;
  const parts = shares.map(([priority, share]) => {
    const part = rect(x, y, share * room, barHeight, { fill: fillOf(priority), stroke: ink, 'stroke-width': 0.6 });
    x += share * room;
    return share > 0 ? part : '';
  });
  return text(left, y + 16, name, { size: 12, fill: faint }) + parts.join('');
}
