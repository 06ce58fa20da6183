import { expect, test } from '@jest/globals';
import type { WireEvent } from '../../firmware-sim/index.js';
import { judgeBus } from '../prove/bus-figures.js';

const common = { exchange: 0, function: 3, address: 0, count: 10 };
const asked = (unit: number, atMs: number): WireEvent => ({ ...common, kind: 'request', unit, atMs, endMs: atMs });
const answered = (unit: number, atMs: number): WireEvent[] => [
  asked(unit, atMs - 40),
  { ...common, kind: 'answer', unit, atMs, endMs: atMs, words: [], sent: true },
];

test('a log of a bus gives intervals of live units, the share of dead ones and when a revived one was read', () => {
  const seconds = Array.from({ length: 300 }, (_, n) => n * 1000);
  const live = seconds.flatMap((at) => (at === 50_000 ? [] : answered(1, at + 40)));
  const dead = [20_500, 40_500].map((at) => asked(2, at));
  const back = [80_200, 81_200, 82_200].flatMap((at) => answered(2, at));
  const log = [...live, ...dead, ...back].toSorted((a, b) => a.atMs - b.atMs);
  const figures = judgeBus(log, { dead: [2], revived: 2, revivedAtMs: 70_000, startMs: 5000 });
  expect(figures).toMatchObject({ p99Ms: 1000, longestMs: 2000, readAgainMs: 10_200, polledAgainMs: 10_200 });
  expect(figures.deadShare).toBeCloseTo((2 * 340) / 299_040, 3);
});
