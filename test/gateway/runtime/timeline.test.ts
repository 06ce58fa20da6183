import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ClockEntry } from '../../../gateway/contract/index.js';
import type { Journal } from '../../../gateway/journal/index.js';
import { buildDate, Timeline } from '../../../gateway/runtime/timeline.js';
import { frameOf, tableSpec } from '../../support/frames.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { open } from '../../support/open-in-memory.js';
import { readLane } from '../../support/read-lane.js';

const today = buildDate + 30 * 86_400_000;

async function openAt(disk: MemoryDisk, clock: ManualClock): Promise<{ journal: Journal; timeline: Timeline }> {
  const journal = await open(disk, { clock });
  const timeline = new Timeline({
    clock,
    last: journal.lastStamps,
    source: 'system',
    note: (entry) => void journal.note(entry),
  });
  return { journal, timeline };
}

describe('the timeline', () => {
  test('never decreases and never steps, whatever UTC does, over restarts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({ act: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 60_000 }) }),
            fc.record({ act: fc.constant('step' as const), ms: fc.integer({ min: -3_600_000, max: 3_600_000 }) }),
            fc.record({ act: fc.constant('restart' as const), ms: fc.constant(0) }),
          ),
          { maxLength: 30 },
        ),
        async (acts) => {
          const disk = new MemoryDisk();
          let clock = new ManualClock(today);
          let { journal, timeline } = await openAt(disk, clock);
          let last = -1;
          let count = 0;
          for (const { act, ms } of acts) {
            if (act === 'pass') await clock.advance(ms);
            if (act === 'step') clock.stepUtc(ms);
            if (act === 'restart') {
              await journal.close();
              clock = new ManualClock(clock.utc());
              ({ journal, timeline } = await openAt(disk, clock));
            }
            const stamp = timeline.stamp();
            expect(stamp.instant).toBeGreaterThanOrEqual(last);
            last = stamp.instant;
            journal.append({ ...frameOf(journal.table(tableSpec()), count), ...stamp });
            count += 1;
          }
          await journal.flushed();
          const records = (await readLane(journal.samples)).map(({ record }) => record);
          expect(records.map(({ sequence }) => sequence)).toEqual(Array.from({ length: count }, (_, n) => n));
          const instants = records.map(({ instant }) => instant);
          expect(instants).toEqual([...instants].sort((a, b) => a - b));
          await journal.close();
        },
      ),
      { numRuns: 50 },
    );
  });

  test('notes a step once, with how far', () => {
    const clock = new ManualClock(today);
    const entries: ClockEntry[] = [];
    const timeline = new Timeline({
      clock,
      last: { instant: 0, time: Number.NaN },
      source: 'system',
      note: (entry) => void entries.push(entry),
    });
    timeline.stamp();
    clock.stepUtc(3_600_000);
    timeline.stamp();
    timeline.stamp();
    expect(entries.map(({ why, movedMs }) => [why, movedMs])).toEqual([
      ['boot', 0],
      ['step', 3_600_000],
    ]);
  });
});

describe('a clock that cannot be right', () => {
  const timelineOf = (clock: ManualClock, lastTime: number, entries: ClockEntry[]): Timeline =>
    new Timeline({
      clock,
      last: { instant: 0, time: lastTime },
      source: 'system',
      note: (entry) => void entries.push(entry),
    });

  test('that falls to 1970 while running is not followed; labels go on, and it is noted once', async () => {
    const clock = new ManualClock(today);
    const entries: ClockEntry[] = [];
    const timeline = timelineOf(clock, Number.NaN, entries);
    const before = timeline.stamp();
    clock.stepUtc(-today);
    await clock.advance(60_000);
    expect(timeline.stamp().time).toBe(before.time + 60_000);
    expect(timeline.stamp().time).toBe(before.time + 60_000);
    clock.stepUtc(today);
    expect(timeline.stamp().time).toBe(before.time + 60_000);
    expect(entries.map(({ why, source, trusted }) => [why, source, trusted])).toEqual([
      ['boot', 'system', true],
      ['step', 'timeline', true],
    ]);
  });

  test('that is behind the last label is believed when it has passed it, without a step', async () => {
    const clock = new ManualClock(today);
    const entries: ClockEntry[] = [];
    const timeline = timelineOf(clock, today + 30_000, entries);
    expect(timeline.stamp().time).toBeNaN();
    await clock.advance(29_000);
    expect(timeline.stamp().time).toBeNaN();
    await clock.advance(1000);
    expect(timeline.stamp().time).toBe(today + 30_000);
    expect(entries.map(({ why }) => why)).toEqual(['boot', 'known']);
  });

  test('that was set back while running is the floor of the next boot, after a kill as well', async () => {
    const disk = new MemoryDisk();
    const clock = new ManualClock(today);
    const { journal, timeline } = await openAt(disk, clock);
    const append = (): void => void journal.append({ ...frameOf(journal.table(tableSpec()), 0), ...timeline.stamp() });
    append();
    await clock.advance(1000);
    clock.stepUtc(-3_600_000);
    append();
    await journal.flushed();
    const again = await openAt(disk.killed(), new ManualClock(clock.utc() + 1000));
    expect(again.timeline.isTrusted).toBe(true);
    await again.journal.close();
    await journal.close();
  });
});

describe('what is noted before the clock', () => {
  test.each([
    ['known', today],
    ['not known', 0],
  ])('a new epoch in a boot whose time is %s gets the time of its own boot', async (_, utc) => {
    const disk = new MemoryDisk();
    const first = await openAt(disk, new ManualClock(today - 86_400_000));
    first.journal.append({ ...frameOf(first.journal.table(tableSpec()), 0), ...first.timeline.stamp() });
    await first.journal.close();
    const clock = new ManualClock(utc);
    const copy = disk.copied();
    const { journal, timeline } = await openAt(copy, clock);
    await journal.committed();
    await clock.advance(5000);
    clock.stepUtc(today + 5000 - clock.utc());
    timeline.stamp();
    await journal.committed();
    const entries = (await readLane(journal.alarms)).map(({ record }) => record);
    const epoch = entries.find(({ kind, instant }) => kind === 'epoch' && instant > 1);
    const label = journal.labelOf(epoch?.instant ?? 0);
    expect(label?.timeSpread).toBe(0);
    expect(Math.abs((label?.time ?? 0) - today)).toBeLessThan(10);
    await journal.close();
  });
});

describe('cold boots without a time', () => {
  test('three in 1970, then one source: every frame distinct, in order, right within its stated spread', async () => {
    const disk = new MemoryDisk();
    const truth: number[] = [];
    let wall = today;
    const warm = await openAt(disk, new ManualClock(wall));
    warm.journal.append({ ...frameOf(warm.journal.table(tableSpec()), 0), ...warm.timeline.stamp() });
    truth.push(wall);
    await warm.journal.close();
    for (let boot = 0; boot < 3; boot += 1) {
      wall += 7_200_000 * (boot + 1);
      const clock = new ManualClock(0);
      const { journal, timeline } = await openAt(disk, clock);
      for (let n = 0; n < 5; n += 1) {
        await clock.advance(60_000);
        wall += 60_000;
        const stamp = timeline.stamp();
        expect(stamp.time).toBeNaN();
        journal.append({ ...frameOf(journal.table(tableSpec()), n), ...stamp });
        truth.push(wall);
      }
      if (boot === 2) {
        clock.stepUtc(wall - clock.utc());
        expect(timeline.stamp().time).toBe(wall);
      }
      await journal.close();
    }
    const { journal } = await openAt(disk, new ManualClock(wall + 1000));
    const records = (await readLane(journal.samples)).map(({ record }) => record);
    const labels = records.map((frame) =>
      Number.isNaN(frame.time) ? journal.labelOf(frame.instant) : { time: frame.time, timeSpread: frame.timeSpread },
    );
    labels.forEach((label, index) => {
      expect(Math.abs((label?.time ?? 0) - (truth[index] as number))).toBeLessThanOrEqual((label?.timeSpread ?? 0) + 5);
    });
    const times = labels.map((label) => label?.time ?? 0);
    expect(new Set(times).size).toBe(16);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    await journal.close();
  });
});
