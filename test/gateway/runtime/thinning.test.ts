import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Frame, Quality } from '../../../gateway/contract/index.js';
import type { Thinning } from '../../../gateway/runtime/thinning.js';
import { type Act, acts, Destination, frames, framesOf, type Reading, runOf, tags, thinning } from './thinning-rig.js';

/** Brings the frames to a destination as the acts say, over and over; each frame settled is held against it. */
function deliver(frames: readonly Frame[], acts: readonly Act[], isWhole: boolean): string[] {
  let one = thinning(isWhole);
  const wrong: string[] = [];
  const destination = new Destination();
  for (let from = 0, turn = 0; from < frames.length; turn += 1) {
    // However unlucky the acts are, the frames come to their end.
    const { count, what } = turn > 200 ? { count: 8, what: 'taken' as const } : (acts[turn % acts.length] as Act);
    if (what === 'restart') one = thinning(isWhole);
    const run = runOf(frames, from, count);
    const sent = one.thin(run);
    if (what === 'fails') continue;
    const end = what === 'part' ? from + Math.floor(run.offsets.length / 2) : from + run.offsets.length;
    one.settle(run, sent, {}, end);
    for (const [index, frame] of run.records.entries()) {
      if (from + index >= end) break;
      const at = sent.offsets.indexOf(from + index);
      if (at >= 0) destination.take(sent.records[at] as Frame);
      if (!frame.late) wrong.push(...destination.wrongOf(frame));
      else if (sent.records[at] !== frame) wrong.push(`late at ${frame.instant}`);
    }
    from = what === 'back' ? Math.max(0, from - count) : end;
  }
  return wrong;
}

describe('a destination that takes what it was sent last for what is', () => {
  test('is within the band at each frame, whatever is refused, forked or restarted', () => {
    fc.assert(
      fc.property(frames, acts, fc.boolean(), (all, what, isWhole) => {
        expect(deliver(all, what, isWhole)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test('gets a batch that failed again as it was, shorter and longer ones alike as far as they go', () => {
    fc.assert(
      fc.property(frames, fc.nat(20), fc.integer({ min: 1, max: 20 }), fc.nat(20), (all, head, count, more) => {
        const one = thinning();
        const before = runOf(all, 0, head);
        one.settle(before, one.thin(before), {}, head);
        const first = one.thin(runOf(all, head, count));
        const longer = one.thin(runOf(all, head, count + more));
        const again = one.thin(runOf(all, head, count));
        expect(again).toEqual(first);
        expect(longer.records.slice(0, first.records.length)).toEqual(first.records);
      }),
    );
  });

  test('begins with whole frames after a restart, a fork, another epoch, or when it lacks something', () => {
    const still: Reading = { table: 0, afterMs: 1000, slots: tags.map(() => [Quality.good, 1]), isLate: false };
    const all = framesOf(Array.from({ length: 6 }, () => still));
    const sentOf = (one: Thinning, run: ReturnType<typeof runOf>) => {
      const sent = one.thin(run);
      one.settle(run, sent, {}, run.from + run.offsets.length);
      return sent.records.map((frame) => (frame === all[frame.sequence] ? 'whole' : 'thinned'));
    };
    const one = thinning();
    expect(sentOf(one, runOf(all, 0, 2))).toEqual(['whole', 'thinned']);
    expect(sentOf(one, runOf(all, 2, 1))).toEqual(['thinned']);
    expect(sentOf(one, runOf(all, 4, 1))).toEqual(['whole']);
    expect(sentOf(one, { ...runOf(all, 5, 1), epoch: 'other' })).toEqual(['whole']);
    expect(sentOf(one, runOf(all, 1, 1))).toEqual(['whole']);
    one.forget();
    expect(sentOf(one, runOf(all, 2, 1))).toEqual(['whole']);
    expect(sentOf(thinning(), runOf(all, 3, 1))).toEqual(['whole']);
  });
});

describe('a frame', () => {
  /** Flow at a step; the protected tag is not read. */
  const still = (step: number): Reading => ({
    table: 0,
    afterMs: 1000,
    slots: tags.map(({ name, statutory }) => [statutory ? Quality.absent : Quality.good, name === 'flow' ? step : 1]),
    isLate: false,
  });
  const changing = (): Frame[] => framesOf([1, 2, 2].map(still));

  test('is sent without what did not change, and is itself left as it was', () => {
    const all = changing();
    const before = structuredClone(all);
    const { offsets, records } = thinning().thin(runOf(all, 0, 3));
    expect(offsets).toEqual([0, 1]);
    expect([...(records[1]?.quality ?? [])]).toEqual([0, 0, Quality.good, 0, 0, 0, 0, 0]);
    expect(records[1]?.values[2]).toBe(0.1);
    expect(records[1]?.values.filter((value) => !Number.isNaN(value))).toHaveLength(1);
    expect(records[1]?.texts?.size).toBe(0);
    expect(structuredClone(all)).toEqual(before);
  });

  test('goes out whole or not at all to a destination that shows it as the state', () => {
    const all = changing();
    const { offsets, records } = thinning(true).thin(runOf(all, 0, 3));
    expect(offsets).toEqual([0, 1]);
    expect(records[1]).toBe(all[1]);
  });
});
