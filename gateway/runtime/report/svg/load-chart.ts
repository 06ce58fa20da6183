import { zoneAheadMs } from '../local-time.js';
import type { AlarmReport } from '../report.js';
import { crowdedAbove, slotMs } from '../targets.js';
import type { Wording } from '../wording.js';
import { type Bar, barMsFor, barsOf, heightOf, niceStep, stackOrder, tickMsFor } from './bars.js';
import { faint, hairline, ink, line, rect, text, textWidth } from './draw.js';
import { left, width } from './layout.js';
import { fillOf } from './patterns.js';

const plotHeight = 220;
const titleHeight = 26;
const axisHeight = 26;
export const loadChartHeight = titleHeight + plotHeight + axisHeight;

/** Room for the numbers beside the scale. */
const scaleWidth = 34;
const plotLeft = left + scaleWidth;
const plotWidth = width - scaleWidth;

/** Alarms in ten minutes over the period, by priority, with the line above which they are a flood. */
export function loadChart(report: AlarmReport, words: Wording, top: number): string {
  const { from, to, operators } = report;
  const { picture } = words.m;
  const barMs = barMsFor(to - from);
  const bars = barsOf(report, barMs);
  const floodAt = crowdedAbove * operators;
  const highest = Math.max(floodAt * 1.2, ...bars.map(heightOf));
  const step = niceStep(highest, 6);
  const max = Math.ceil(highest / step) * step;
  const plotTop = top + titleHeight;
  const bottom = plotTop + plotHeight;
  const yOf = (count: number): number => bottom - (count / max) * plotHeight;
  const xOf = (time: number): number => plotLeft + ((time - from) / (to - from)) * plotWidth;
  const title = barMs === slotMs ? picture.chart() : picture.busiest({ bar: words.duration(barMs) });
  return [
    text(left, top + 14, title, { size: 15, weight: 'bold' }),
    scale(max, step, yOf),
    drawBars(bars, { barMs, from, to, xOf, yOf }),
    line(plotLeft, bottom, plotLeft + plotWidth, bottom, { stroke: ink }),
    floodDashes(plotLeft, plotLeft + plotWidth, yOf(floodAt)),
    floodKey(top + 10, picture.floodLine({ count: floodAt })),
    times(report, words, bottom, xOf),
    bars.length === 0
      ? text(plotLeft + plotWidth / 2, bottom - 13, picture.noAlarms(), { size: 14, anchor: 'middle', fill: faint })
      : '',
  ].join('');
}

interface Axes {
  readonly barMs: number;
  readonly from: number;
  readonly to: number;
  readonly xOf: (time: number) => number;
  readonly yOf: (count: number) => number;
}

function drawBars(bars: readonly Bar[], { barMs, from, to, xOf, yOf }: Axes): string {
  return bars
    .flatMap((bar) => {
      const begin = xOf(from + bar.index * barMs);
      const wide = xOf(Math.min(to, from + (bar.index + 1) * barMs)) - begin;
      let below = 0;
      return stackOrder.map((priority) => {
        const count = bar[priority];
        if (count === 0) return '';
        const [y, base] = [yOf(below + count), yOf(below)];
        below += count;
        // A hair between bars, as long as they are wide enough to spare it.
        const attributes = { fill: fillOf(priority), stroke: ink, 'stroke-width': 0.4 };
        return rect(begin, y, Math.max(1, wide - (wide > 3 ? 0.8 : 0)), base - y, attributes);
      });
    })
    .join('');
}

function scale(max: number, step: number, yOf: (count: number) => number): string {
  const marks: string[] = [];
  for (let count = 0; count <= max; count += step) {
    const y = yOf(count);
    if (count > 0) marks.push(line(plotLeft, y, plotLeft + plotWidth, y, { stroke: hairline, 'stroke-width': 0.6 }));
    marks.push(text(plotLeft - 8, y + 4, String(count), { size: 11, anchor: 'end', fill: faint }));
  }
  return marks.join('');
}

/** Dashes on white, so that they show on a dark bar as well. */
const floodDashes = (x1: number, x2: number, y: number): string =>
  line(x1, y, x2, y, { stroke: '#ffffff', 'stroke-width': 3 }) +
  line(x1, y, x2, y, { stroke: ink, 'stroke-width': 1.5, 'stroke-dasharray': '7 4' });

/** What the dashes mean stands beside the title, where no bar can reach it. */
function floodKey(y: number, label: string): string {
  const right = plotLeft + plotWidth;
  const begin = right - textWidth(label, 12) - 46;
  return floodDashes(begin, begin + 36, y) + text(begin + 44, y + 4, label, { size: 12 });
}

/** Round times of the site below the axis; dates where days are what is counted. */
function times({ from, to }: AlarmReport, words: Wording, bottom: number, xOf: (time: number) => number): string {
  const stepMs = tickMsFor(to - from);
  const marks: string[] = [];
  const ahead = zoneAheadMs(words.zone, from);
  for (let local = Math.ceil((from + ahead) / stepMs) * stepMs; ; local += stepMs) {
    const time = local - zoneAheadMs(words.zone, local - ahead);
    if (time > to) break;
    const x = xOf(time);
    const [date, clock] = words.time(time).split(' ') as [string, string];
    const label = stepMs >= 86_400_000 ? date.slice(5) : clock === '00:00' ? date.slice(5) : clock;
    marks.push(
      line(x, bottom, x, bottom + 5, { stroke: ink }),
      text(x, bottom + 19, label, { size: 11, anchor: 'middle', fill: faint }),
    );
  }
  return marks.join('');
}
