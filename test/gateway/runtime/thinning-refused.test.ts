import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Frame,
  FrameBuilder,
  Quality,
  type Tag,
  type TagTable,
  type WriteOutcome,
} from '../../../gateway/contract/index.js';
import type { ThinnedRun } from '../../../gateway/runtime/thinning.js';
import {
  type Act,
  acts,
  Destination,
  frames,
  framesOf,
  type Reading,
  runOf,
  tables,
  tags,
  thinning,
} from './thinning-rig.js';

/** Two tags that move within their bands and out of them, now and then one alone: where one refusal hides in another. */
const drift: fc.Arbitrary<Reading> = fc.record({
  table: fc.nat(1),
  afterMs: fc.constant(10),
  slots: fc
    .array(fc.tuple(fc.constantFrom<number>(Quality.good, Quality.good, Quality.absent), fc.nat(12)), {
      minLength: 2,
      maxLength: 2,
    })
    .map((moving) => tags.map((_, slot) => moving[slot] ?? ([Quality.absent, 0] as const))),
  isLate: fc.constant(false),
});

const drifts = fc.array(drift, { minLength: 6, maxLength: 30 }).map(framesOf);

/** What becomes of a frame that is written: taken, refused, or a field of it refused. */
type Answer = 'takes' | 'refuses' | number;

const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 8, arbitrary: fc.constant('takes' as const) },
  { weight: 3, arbitrary: fc.constantFrom<Answer>('refuses', 0, 1) },
  { weight: 1, arbitrary: fc.nat(tags.length - 1) },
);
const answers = fc.array(answer, { minLength: 1, maxLength: 30 });

/** Somebody who stores frames by their offset, and what is written again over what is there. */
class Store {
  readonly #frames = new Map<number, Frame>();
  /** What was refused when it was last written, as `offset slot`. */
  readonly refused = new Set<string>();

  /** Takes what was sent as answered, in turn. */
  write({ offsets, records }: ThinnedRun, answerOf: () => Answer): WriteOutcome {
    const rejected: { index: number; reason: string }[] = [];
    const parked: { index: number; tag: string; reason: string }[] = [];
    records.forEach((frame, index) => {
      const what = answerOf();
      const offset = offsets[index] as number;
      if (what === 'refuses') rejected.push({ index, reason: 'no' });
      else if (what !== 'takes') parked.push({ index, tag: (tags[what] as Tag).name, reason: 'no' });
      this.#write(offset, frame, (slot) => what === 'takes' || (what !== 'refuses' && what !== slot));
    });
    return { rejected, parked };
  }

  /** Frames of `all` at which the last that is stored is not what was read, where that was not refused. */
  wrongOf(all: readonly Frame[]): string[] {
    const destination = new Destination();
    return all.flatMap((frame, offset) => {
      const stored = this.#frames.get(offset);
      if (stored) destination.take(stored);
      if (frame.late) return [];
      const quality = frame.quality.map((one, slot) => (this.refused.has(`${offset} ${slot}`) ? Quality.absent : one));
      return destination.wrongOf({ ...frame, quality });
    });
  }

  #write(offset: number, frame: Frame, takes: (slot: number) => boolean): void {
    const stored = this.#frames.get(offset);
    const values = stored?.values.slice() ?? new Float64Array(tags.length).fill(Number.NaN);
    const quality = stored?.quality.slice() ?? new Uint8Array(tags.length);
    const texts = new Map(stored?.texts);
    tags.forEach((_, slot) => {
      this.refused.delete(`${offset} ${slot}`);
      if (frame.quality[slot] === Quality.absent) return;
      if (!takes(slot)) {
        this.refused.add(`${offset} ${slot}`);
        return;
      }
      values[slot] = frame.values[slot] as number;
      quality[slot] = frame.quality[slot] as number;
      if (frame.texts?.has(slot)) texts.set(slot, frame.texts.get(slot) as string);
    });
    this.#frames.set(offset, { ...frame, values, quality, texts });
  }
}

/** Brings the frames to a store that refuses some of what is written, each time anew; ends, and each write settles something. */
function deliverRefused(
  all: readonly Frame[],
  acts: readonly Act[],
  answers: readonly Answer[],
  isWhole: boolean,
): string[] {
  const one = thinning(isWhole);
  const store = new Store();
  let answered = 0;
  const answerOf = (): Answer => answers[answered++ % answers.length] as Answer;
  for (let from = 0, turn = 0; from < all.length; turn += 1) {
    const { count, what } = turn > 200 ? { count: 8, what: 'taken' as const } : (acts[turn % acts.length] as Act);
    const run = runOf(all, from, count);
    const sent = one.thin(run);
    const outcome = store.write(sent, answerOf);
    // It has it, but the answer was lost.
    if (what === 'fails') continue;
    const end = what === 'part' ? from + Math.floor(run.offsets.length / 2) : from + run.offsets.length;
    const settledTo = one.settle(run, sent, outcome, end);
    if (settledTo > end || (end > from && settledTo <= from)) return [`from ${from} to ${end}: ${settledTo}`];
    from = settledTo;
  }
  return store.wrongOf(all);
}

describe('a destination that refuses some of what it is sent', () => {
  test('is within the band at each frame it did not refuse, and gets no run without end', () => {
    fc.assert(
      fc.property(frames, acts, answers, fc.boolean(), (all, what, answered, isWhole) => {
        expect(deliverRefused(all, what, answered, isWhole)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(drifts, acts, answers, fc.boolean(), (all, what, answered, isWhole) => {
        expect(deliverRefused(all, what, answered, isWhole)).toEqual([]);
      }),
      { numRuns: 5000 },
    );
  });

  test('gets again what it refused, the field alone where it refused a field', () => {
    const plain = tags.slice(0, 3);
    const table = { ...(tables[0] as TagTable), tags: plain };
    const all = [0, 1, 2, 3].map((sequence): Frame => {
      const builder = new FrameBuilder(table);
      plain.forEach((_, slot) => builder.set(slot, 1));
      return { ...builder.build(), sequence, instant: sequence, time: sequence, timeSpread: 0 };
    });
    const slotsSent = (outcome: WriteOutcome) => {
      const one = thinning();
      return [0, 1, 2].map((from) => {
        const run = runOf(all, from, 1);
        const sent = one.thin(run);
        one.settle(run, sent, from === 0 ? outcome : {}, from + 1);
        return sent.records.map(({ quality }) => [...quality]);
      });
    };
    const [good, not] = [Quality.good, Quality.absent];
    const whole = [[good, good, good]];
    expect(slotsSent({})).toEqual([whole, [], []]);
    expect(slotsSent({ rejected: [{ index: 0, reason: 'no' }] })).toEqual([whole, whole, []]);
    expect(slotsSent({ parked: [{ index: 0, tag: 'humidity', reason: 'no' }] })).toEqual([
      whole,
      [[not, good, not]],
      [],
    ]);
  });

  /** A frame of temperature and humidity each, table by table; undefined where it was not read. */
  const readings = (
    ...all: readonly (readonly [table: number, temperature?: number | undefined, humidity?: number])[]
  ): Frame[] =>
    framesOf(
      all.map(([table, ...moving]) => ({
        table,
        afterMs: 10,
        slots: tags.map((_, slot) => [moving[slot] === undefined ? Quality.absent : Quality.good, moving[slot] ?? 0]),
        isLate: false,
      })),
    );

  test('gets all of what it refused behind a hole when that is written again, so that it opens no other', () => {
    const all = readings([0, 0], [1, 0], [0, 12], [0, 12], [1, 12], [1, 12], [0, 12]);
    const one = thinning();
    const run = runOf(all, 0, 7);
    const sent = one.thin(run);
    expect(sent.offsets).toEqual([0, 1, 2, 4]);
    const rejected = [2, 3].map((index) => ({ index, reason: 'no' }));
    expect(one.settle(run, sent, { rejected }, 7)).toBe(3);
    const rest = runOf(all, 3, 4);
    const again = one.thin(rest);
    expect(again.offsets).toEqual([3, 4, 5, 6]);
    expect(one.settle(rest, again, { rejected: [1, 2].map((index) => ({ index, reason: 'no' })) }, 7)).toBe(7);
  });

  test('gets again what it took behind a hole, though it is within the band of what fills the hole', () => {
    const all = readings([1, 0, 0], [1, undefined, 5], [1, 0, 1], [1, undefined, 0], [1, 0, 5]);
    const one = thinning(true);
    const run = runOf(all, 0, 4);
    const sent = one.thin(run);
    expect(sent.offsets).toEqual([0, 1, 3]);
    expect(one.settle(run, sent, { rejected: [{ index: 0, reason: 'no' }] }, 4)).toBe(2);
    const rest = runOf(all, 2, 3);
    expect(one.thin(rest).offsets).toEqual([2, 3, 4]);
  });

  test('and shows whole frames gets the next ones after a refused field, whatever is in them', () => {
    const all = readings([0, 0, 0], [0, undefined, 0], [0, undefined, 0]);
    const one = thinning(true);
    const run = runOf(all, 0, 1);
    one.settle(run, one.thin(run), { parked: [{ index: 0, tag: 'temperature', reason: 'no' }] }, 1);
    expect(one.thin(runOf(all, 1, 2)).offsets).toEqual([1, 2]);
  });
});
