import fc from 'fast-check';
import { type Frame, FrameBuilder, Quality, type Tag, type TagTable } from '../../../gateway/contract/index.js';
import { Thinning } from '../../../gateway/runtime/thinning.js';

const atLeastEveryMs = 600_000;
const bands = { temperature: 0.2, 'b.temperature': 0.5, count: 3 };

export const tags: readonly Tag[] = [
  { name: 'temperature', type: 'number', unit: '°C', resolution: 0.1 },
  { name: 'humidity', type: 'number', unit: '%', resolution: 0.5 },
  { name: 'flow', type: 'number', unit: 'm³/h' },
  { name: 'running', type: 'boolean', unit: '' },
  { name: 'count', type: 'integer', unit: '', resolution: 10 },
  { name: 'starts', type: 'integer', unit: '', resolution: 10 },
  { name: 'mode', type: 'text', unit: '' },
  { name: 'methane', type: 'number', unit: '%', resolution: 0.1, statutory: true },
];

export const tables = ['a', 'b'].map(
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

export interface Reading {
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

export function framesOf(readings: readonly Reading[]): Frame[] {
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
export class Destination {
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

export const thinning = (isWhole = false): Thinning => new Thinning({ atLeastEveryMs, bands }, isWhole);

export const runOf = (frames: readonly Frame[], from: number, count: number) => {
  const records = frames.slice(from, from + count);
  return { epoch: 'e', from, offsets: records.map((_, index) => from + index), records };
};

/** What happens to one batch: `fails` is tried again, perhaps with another length; `part`: taken so far. */
export interface Act {
  readonly count: number;
  readonly what: 'taken' | 'fails' | 'part' | 'restart' | 'back';
}

const act: fc.Arbitrary<Act> = fc.record({
  count: fc.integer({ min: 1, max: 12 }),
  what: fc.oneof(
    { weight: 4, arbitrary: fc.constant('taken' as const) },
    { weight: 1, arbitrary: fc.constantFrom<Act['what']>('fails', 'part', 'restart', 'back') },
  ),
});

export const frames = fc.array(reading, { minLength: 1, maxLength: 40 }).map(framesOf);
export const acts = fc.array(act, { minLength: 1, maxLength: 12 });
