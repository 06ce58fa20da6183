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
import { Thinning } from '../../../gateway/runtime/thinning.js';

const atLeastEveryMs = 600_000;
const bands = { temperature: 0.2, 'b.temperature': 0.5, count: 3 };

const tags: readonly Tag[] = [
  { name: 'temperature', type: 'number', unit: '°C', resolution: 0.1 },
  { name: 'humidity', type: 'number', unit: '%', resolution: 0.5 },
  { name: 'flow', type: 'number', unit: 'm³/h' },
  { name: 'running', type: 'boolean', unit: '' },
  { name: 'count', type: 'integer', unit: '', resolution: 10 },
  { name: 'starts', type: 'integer', unit: '', resolution: 10 },
  { name: 'mode', type: 'text', unit: '' },
  { name: 'methane', type: 'number', unit: '%', resolution: 0.1, statutory: true },
];

const tables = ['a', 'b'].map(
  (device, number): TagTable => ({
    number,
    site: 'farm',
    link: 'bus',
    device,
    profile: 'house',
    group: 'main',
    configuration: 'c',
    tags,
  }),
);

/** What a destination may be off by when it holds the last value it was sent: written out, not computed as the product does. */
const isNear: Readonly<Record<string, (off: number) => boolean>> = {
  'a.temperature': (off) => off <= 0.2,
  'b.temperature': (off) => off <= 0.5,
  humidity: (off) => off < 0.25,
  count: (off) => off <= 3,
};

const mayBeOff = ({ device }: TagTable, { name }: Tag, off: number): boolean =>
  (isNear[`${device}.${name}`] ?? isNear[name] ?? ((exact: number) => exact === 0))(off);

interface Reading {
  readonly table: number;
  readonly afterMs: number;
  readonly slots: readonly (readonly [quality: number, step: number])[];
  readonly isLate: boolean;
}

const reading: fc.Arbitrary<Reading> = fc.record({
  table: fc.nat(1),
  afterMs: fc.oneof(fc.constant(1000), fc.constant(atLeastEveryMs / 2), fc.nat(atLeastEveryMs)),
  slots: fc.array(
    fc.tuple(
      fc.oneof(
        { weight: 8, arbitrary: fc.constant<number>(Quality.good) },
        { weight: 1, arbitrary: fc.constantFrom<number>(Quality.absent, Quality['bad-no-answer'], Quality.uncertain) },
      ),
      fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(12) }),
    ),
    { minLength: tags.length, maxLength: tags.length },
  ),
  isLate: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});

/** A frame of a reading; steps are of a twentieth, for integers and texts of one. */
function frameOf({ table, slots, isLate }: Reading, sequence: number, instant: number): Frame {
  const builder = new FrameBuilder(tables[table] as TagTable);
  slots.forEach(([quality, step], slot) => {
    const { type } = tags[slot] as Tag;
    if (quality === Quality.absent) return;
    if (quality >= 128) builder.bad(slot, quality);
    else if (type === 'text') builder.text(slot, `mode ${step}`, quality);
    else builder.set(slot, type === 'number' ? step / 20 : type === 'integer' ? step : step % 2, quality);
  });
  if (isLate) builder.late();
  return { ...builder.build(), sequence, instant, time: instant, timeSpread: 5 };
}

function framesOf(readings: readonly Reading[]): Frame[] {
  let instant = 0;
  return readings.map((one, sequence) => frameOf(one, sequence, (instant += one.afterMs)));
}

interface Held {
  readonly value: number;
  readonly quality: number;
  readonly text: string | undefined;
  readonly instant: number;
}

/** Somebody who takes what was sent last for what is: device.tag by device.tag. */
class Destination {
  readonly held = new Map<string, Held>();

  take({ table, values, quality, texts, instant, late }: Frame): void {
    if (late) return;
    table.tags.forEach(({ name }, slot) => {
      if (quality[slot] === Quality.absent) return;
      const one = { value: values[slot] as number, quality: quality[slot] as number, text: texts?.get(slot), instant };
      this.held.set(`${table.device}.${name}`, one);
    });
  }

  /** Slots of a frame that it now holds otherwise, or has not been sent for too long. */
  wrongOf({ table, values, quality, texts, instant }: Frame): string[] {
    return table.tags.flatMap((tag, slot) => {
      if (quality[slot] === Quality.absent) return [];
      const key = `${table.device}.${tag.name}`;
      const held = this.held.get(key);
      const value = values[slot] as number;
      const isRight =
        held?.quality === quality[slot] &&
        held?.text === texts?.get(slot) &&
        (Number.isNaN(value)
          ? Number.isNaN(held?.value)
          : mayBeOff(table, tag, Math.abs(value - (held?.value ?? NaN)))) &&
        instant - (held?.instant ?? Number.NEGATIVE_INFINITY) < atLeastEveryMs &&
        (!tag.statutory || held?.instant === instant);
      return isRight ? [] : [`${key} at ${instant}`];
    });
  }
}

const thinning = (isWhole = false): Thinning => new Thinning({ atLeastEveryMs, bands }, isWhole);

const runOf = (frames: readonly Frame[], from: number, count: number) => {
  const records = frames.slice(from, from + count);
  return { epoch: 'e', from, offsets: records.map((_, index) => from + index), records };
};

/** What happens to one batch: `fails` is tried again, perhaps with another length; `part`: taken so far. */
interface Act {
  readonly count: number;
  readonly what: 'taken' | 'fails' | 'part' | 'restart' | 'back';
}

const act: fc.Arbitrary<Act> = fc.record({
  count: fc.integer({ min: 1, max: 8 }),
  what: fc.oneof(
    { weight: 4, arbitrary: fc.constant('taken' as const) },
    { weight: 1, arbitrary: fc.constantFrom<Act['what']>('fails', 'part', 'restart', 'back') },
  ),
});

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

const frames = fc.array(reading, { minLength: 1, maxLength: 40 }).map(framesOf);
const acts = fc.array(act, { minLength: 1, maxLength: 12 });

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
