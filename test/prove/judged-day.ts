import { Quality } from '../../gateway/contract/index.js';
import type { FillReading } from './counting-driver.js';

/** What stands in the site file of the day: the limits that a reload changes, and a rule that it removes. */
export interface DayPhase {
  readonly high: number;
  readonly hasDeviation: boolean;
}

export const morning: DayPhase = { high: 80, hasDeviation: true };
export const afternoon: DayPhase = { high: 75, hasDeviation: false };

/** A small works: a tank, a gas sensor, a pump, a second level, and a logger that fills in its history. */
export const daySite = ({ high, hasDeviation }: DayPhase, pollMs: number): string => `version: 1
site: { id: day, timezone: "+08:00" }
profiles:
  tank: { driver: counting, poll: ${pollMs}ms, tags: { level: { cell: 0, unit: m, resolution: 0.1 }, pressure: { cell: 1, unit: kPa } } }
  gas: { driver: counting, poll: ${pollMs}ms, tags: { h2s: { cell: 2, unit: ppm, range: [0, 50] } } }
  pump: { driver: counting, poll: ${pollMs}ms, tags: { running: { cell: 3, unit: "" }, flow: { cell: 4, unit: m3/h } } }
  logger: { driver: counting, poll: ${pollMs}ms, tags: { methane: { cell: 5, unit: "%" } } }
links:
  works:
    driver: counting
    devices: { tank: { profile: tank }, tank-2: { profile: tank }, gas: { profile: gas }, pump: { profile: pump }, logger: { profile: logger } }
rules:
  level:
    type: limits
    devices: [tank, tank-2]
    tag: level
    H: ${high}
    HH: 88
    L: 15
    deadband: 2
    onDelay: 1min
    offDelay: 2min
    alarm: { action: open the outlet, severity: serious, group: tanks }
  gas: { type: limits, devices: [gas], tag: h2s, H: 10, HH: 20, deadband: 1, offDelay: 1min, alarm: { class: toxic, action: leave the building } }
  surge: { type: rate, devices: [tank], tag: pressure, rising: 40, per: 1min, over: 1min, alarm: { action: throttle the pump } }
  silent: { type: stale, devices: [pump], tag: flow, after: 2min }
  low-flow:
    type: limits
    devices: [pump]
    tag: flow
    L: 5
    onDelay: 10s
    alarm: { action: look at the pump, suppress: { when: { tag: running, is: 0 }, max: 20min } }
  overflow:
    type: compound
    devices: [tank]
    when: { all: [ { tag: level, above: 70, for: 5min }, { device: pump, tag: running, is: 1 } ] }
    alarm: { action: stop the pump, class: safety }
  methane: { type: limits, devices: [logger], tag: methane, HH: 1.5, alarm: { class: toxic, action: cut the power } }
${hasDeviation ? '  apart: { type: deviation, devices: [tank-2], tag: level, from: { device: tank, tag: level }, above: 12, onDelay: 20s, alarm: { action: check both sensors } }' : ''}
journal: { folder: /journal, samplesAgeMax: 30d }
box: { poll: 5min }
`;

const minute = 60_000;

/** A number in [−1, 1) for each second and kind: noise that is the same in every run. */
function noise(second: number, kind: number): number {
  let mixed = Math.imul(second ^ (second >>> 15), 0x2c1b3c6d) ^ Math.imul(kind + 1, 0x297a2d39);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 31 - 1;
}

const wave = (ms: number, periodMs: number): number => Math.sin((2 * Math.PI * ms) / periodMs);
const rounded = (value: number): number => Math.round(value * 10) / 10;

/** What each cell holds `ms` into the day. */
export function cellAt(cell: number, device: string, ms: number): number {
  const second = Math.floor(ms / 1000);
  const shift = device === 'tank-2' ? 4 * minute : 0;
  switch (cell) {
    case 0:
      return rounded(50 + 38 * wave(ms + shift, 97 * minute) + 3 * noise(second, 0 + shift));
    case 1:
      return rounded(200 + 90 * wave(ms, 7 * minute) + 5 * noise(second, 1));
    case 2:
      // Two clouds of gas a day, the second beyond the measuring range of the sensor.
      return rounded(Math.max(0, 2 + noise(second, 2) + cloud(ms, 200 * minute, 30) + cloud(ms, 900 * minute, 70)));
    case 3:
      return ms % (3 * 60 * minute) < 40 * minute ? 0 : 1;
    case 4:
      return rounded(ms % (3 * 60 * minute) < 40 * minute ? 0 : 20 + 16 * wave(ms, 53 * minute) + noise(second, 4));
    default:
      return rounded(0.4 + 0.2 * noise(second, 5));
  }
}

const cloud = (ms: number, at: number, peak: number): number =>
  Math.abs(ms - at) < 4 * minute ? peak * (1 - Math.abs(ms - at) / (4 * minute)) : 0;

/** The logger was away for these minutes, and fills them in afterwards with a peak inside. */
export const backFill = { fromMs: 600 * minute, toMs: 610 * minute, readMs: 612 * minute } as const;

/** Fills readings of the day, which begins at `startUtc`. `now` is ms into it. */
export const fillDay =
  (now: () => number, pollMs: number, startUtc: number): FillReading =>
  (device, _phase, cells, into) => {
    const ms = Math.floor(now() / pollMs) * pollMs;
    const isAway = device === 'logger' && ms >= backFill.fromMs && ms < backFill.toMs;
    const span = backFill.toMs - backFill.fromMs;
    const isFilling = device === 'logger' && ms >= backFill.readMs && ms < backFill.readMs + span;
    cells.forEach((cell, slot) => {
      if (isAway) into.bad(slot, Quality['bad-sensor-failure']);
      else if (isFilling) into.set(slot, Math.abs(ms - backFill.readMs - span / 2) < minute ? 3 : 0.5);
      else into.set(slot, cellAt(cell, device, ms));
      if (isFilling) into.deviceTime(slot, startUtc + ms - (backFill.readMs - backFill.fromMs));
    });
    if (isFilling) into.late();
  };
