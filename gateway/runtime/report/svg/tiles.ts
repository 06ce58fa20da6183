import type { AlarmReport } from '../report.js';
import type { Verdict } from '../targets.js';
import { number, percent, type Wording } from '../wording.js';
import { faint, fitted, hairline, ink, rect, text } from './draw.js';
import { left, width } from './layout.js';

interface Tile {
  readonly value: string;
  readonly label: string;
  readonly verdict?: Verdict;
}

export const tilesHeight = 92;
const gap = 12;
const padding = 14;

/** The figures that matter in large type, each with its verdict: what is missed is white on dark. */
export function tiles(report: AlarmReport, words: Wording, top: number): string {
  const { load, floods, standing } = report;
  const { picture } = words.m;
  const list: Tile[] = [
    { value: number(load.total), label: picture.alarms() },
    { value: number(load.perTenMinutes.value), label: picture.average(), verdict: load.perTenMinutes.verdict },
    { value: number(load.peak.value), label: picture.peak(), verdict: load.peak.verdict },
    { value: percent(floods.share.value), label: picture.flood(), verdict: floods.share.verdict },
    { value: number(standing.count.value), label: picture.standing(), verdict: standing.count.verdict },
  ];
  const wide = (width - gap * (list.length - 1)) / list.length;
  return list.map((tile, n) => drawTile(tile, words, left + n * (wide + gap), top, wide)).join('');
}

function drawTile({ value, label, verdict }: Tile, words: Wording, x: number, top: number, wide: number): string {
  const isMissed = verdict === 'missed';
  const room = wide - 2 * padding;
  const label12 = fitted(label, 12, room);
  return [
    rect(x, top, wide, tilesHeight, {
      rx: 4,
      fill: isMissed ? ink : '#ffffff',
      stroke: isMissed ? ink : hairline,
    }),
    text(x + padding, top + 36, value, { size: 28, weight: 'bold', fill: isMissed ? '#ffffff' : ink }),
    text(x + padding, top + 57, label12, { size: 12, fill: isMissed ? '#ffffff' : faint }),
    verdict === undefined
      ? ''
      : text(x + padding, top + 79, words.verdict(verdict), {
          size: 13,
          weight: 'bold',
          fill: isMissed ? '#ffffff' : ink,
        }),
  ].join('');
}
