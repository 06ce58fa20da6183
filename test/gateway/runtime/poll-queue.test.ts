import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type PollItem, PollQueue } from '../../../gateway/runtime/poll-queue.js';

const item = (device: string, everyMs = 1000): PollItem => ({ device, group: 'main', everyMs });

interface Read {
  readonly device: string;
  readonly at: number;
  readonly isProbe: boolean;
}

/** Runs a link for a while on paper: `answers` says whether a device answers at a time; a read takes `costMs`. */
function run(
  items: readonly PollItem[],
  untilMs: number,
  answers: (device: string, at: number) => boolean,
  costMs: (answered: boolean) => number,
  probeShare = 0.1,
): { reads: Read[]; queue: PollQueue } {
  const queue = new PollQueue(items, probeShare, 0);
  const reads: Read[] = [];
  let now = 0;
  while (now < untilMs) {
    const choice = queue.next(now);
    if ('waitMs' in choice) {
      now += choice.waitMs;
      continue;
    }
    const answered = answers(choice.item.device, now);
    reads.push({ device: choice.item.device, at: now, isProbe: choice.isProbe });
    const started = now;
    now += costMs(answered);
    queue.done(choice.item, answered, started, now);
  }
  return { reads, queue };
}

const intervals = (reads: readonly Read[], device: string): number[] => {
  const times = reads.filter((read) => read.device === device).map(({ at }) => at);
  return times.slice(1).map((at, index) => at - (times[index] as number));
};

describe('a poll queue', () => {
  test('keeps the grid without drift, whatever a read takes', () => {
    const { reads } = run(
      [item('a', 1000)],
      100_000,
      () => true,
      () => 37,
    );
    expect(reads).toHaveLength(100);
    expect(reads.at(-1)?.at).toBe(99_000);
  });

  test('counts what it misses and does not queue it', () => {
    const { reads, queue } = run(
      [item('a', 100)],
      10_000,
      () => true,
      () => 250,
    );
    expect(queue.overruns).toBeGreaterThanOrEqual(reads.length * 2 - 2);
    expect(new Set(intervals(reads, 'a'))).toEqual(new Set([300]));
  });

  test.each([0, 4, 8])('with %i of 16 units dead, every live unit is read each second', (dead) => {
    const units = Array.from({ length: 16 }, (_, index) => item(`u${index}`));
    const { reads } = run(
      units,
      600_000,
      (device) => Number(device.slice(1)) >= dead,
      (ok) => (ok ? 42 : 300),
    );
    for (let unit = dead; unit < 16; unit += 1) {
      const gaps = intervals(reads, `u${unit}`).sort((a, b) => a - b);
      expect(gaps[Math.floor(gaps.length * 0.99)]).toBeLessThanOrEqual(1200);
    }
  });

  test('a probe waits for a pause between polls, however long it waited for its share of the bus', () => {
    const units = Array.from({ length: 16 }, (_, index) => item(`u${index}`));
    const isLive = (device: string): boolean => Number(device.slice(1)) % 2 === 0;
    const { reads } = run(units, 600_000, isLive, (ok) => (ok ? 44 : 340));
    const settled = reads.filter(({ device, at }) => isLive(device) && at > 5000);
    const longest = units.map(({ device }) => Math.max(0, ...intervals(settled, device)));
    expect(Math.max(...longest)).toBeLessThanOrEqual(1010);
    expect(reads.filter(({ isProbe }) => isProbe).length).toBeGreaterThan(150);
  });

  test('a dead unit that comes back is read again within a minute', () => {
    const units = Array.from({ length: 16 }, (_, index) => item(`u${index}`));
    const { reads } = run(
      units,
      400_000,
      (device, at) => device !== 'u3' || at > 200_000,
      (ok) => (ok ? 42 : 300),
    );
    const back = reads.find(({ device, at }) => device === 'u3' && at > 200_000);
    expect(back?.at).toBeLessThan(260_000);
    expect(
      intervals(
        reads.filter(({ at }) => at > 262_000),
        'u3',
      ).every((gap) => gap <= 1200),
    ).toBe(true);
  });

  test('devices that do not answer never take more than their share of the bus, but for one probe', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 20, max: 3000 }),
        fc.double({ min: 0.02, max: 0.5, noNaN: true }),
        (alive, costMs, share) => {
          const units = alive.map((_, index) => item(`u${index}`, 2000));
          const { reads } = run(
            units,
            300_000,
            (device) => alive[Number(device.slice(1))] === true,
            (ok) => (ok ? 5 : costMs),
            share,
          );
          const probes = reads.filter(({ isProbe }) => isProbe).length;
          expect(probes * costMs).toBeLessThanOrEqual(300_000 * share + 2 * costMs);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('tells offline and online once each', () => {
    const queue = new PollQueue([item('a')], 0.1, 0);
    const a = (queue.next(0) as { item: PollItem }).item;
    expect(queue.done(a, true, 0, 10)).toBe('online');
    expect(queue.done(a, false, 1000, 1200)).toBeUndefined();
    expect(queue.done(a, false, 2000, 2200)).toBe('offline');
    expect(queue.done(a, false, 5000, 5200)).toBeUndefined();
    expect(queue.done(a, true, 9000, 9010)).toBe('online');
    expect(queue.done(a, true, 10_000, 10_010)).toBeUndefined();
  });
});
