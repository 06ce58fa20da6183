import fc from 'fast-check';
import {
  type CompiledRule,
  type Finding,
  type Json,
  type Judgement,
  Quality,
  type Rule,
  type RuleDefinition,
  type StampedFrame,
  type TagTable,
  type TagTableSpec,
} from '../../gateway/contract/index.js';
import type { RuleInput } from '../../pipelines/index.js';

/** What a slot holds: a number, or a number (or none) with its quality. */
export type Reading = number | { readonly value?: number; readonly quality: number };

/** A frame of these readings, slot by slot. */
export function frameOf(
  table: TagTable,
  instant: number,
  readings: readonly Reading[],
  more: Partial<StampedFrame> = {},
): StampedFrame {
  const parts = readings.map((one) =>
    typeof one === 'number' ? { value: one, quality: Quality.good as number } : one,
  );
  return {
    table,
    instant,
    time: 1_700_000_000_000 + instant,
    timeSpread: 5,
    values: Float64Array.from(parts, ({ value }) => value ?? Number.NaN),
    quality: Uint8Array.from(parts, ({ quality }) => quality),
    ...more,
  };
}

export const tableOf = (tags: TagTableSpec['tags'], number = 1): TagTable => ({
  number,
  site: 'farm',
  link: 'bus-1',
  device: 'house-1',
  profile: 'climate',
  group: 'fast',
  configuration: '0'.repeat(64),
  tags,
});

/** Puts every whole second up to each frame's instant before it, and some after the last. */
export function weaveTicks(frames: readonly StampedFrame[], trailingTicks = 0): RuleInput[] {
  const inputs: RuleInput[] = [];
  let tick = 0;
  for (const frame of frames) {
    for (; tick <= frame.instant; tick += 1000) inputs.push({ tick });
    inputs.push({ frame });
  }
  for (let left = trailingTicks; left > 0; left--, tick += 1000) inputs.push({ tick });
  return inputs;
}

export const feed = (rule: Rule, input: RuleInput): readonly Finding[] =>
  'frame' in input ? rule.next(input.frame) : rule.tick(input.tick);

export const feedAll = (rule: Rule, inputs: readonly RuleInput[]): Finding[] =>
  inputs.flatMap((input) => [...feed(rule, input)]);

export const isJudgement = (finding: Finding): finding is Judgement => 'condition' in finding;

/** What was judged, without the exceedances beside it. */
export const judgementsOf = (findings: readonly Finding[]): Judgement[] => findings.filter(isJudgement);

/** The only rule a definition makes of these settings, as written in a site file, for these tables. */
export function compileOnly<Config>(
  definition: RuleDefinition<Config>,
  written: Readonly<Record<string, unknown>>,
  tables: readonly TagTableSpec[],
  all = tables,
): CompiledRule {
  const [compiled, ...others] = definition.create('a-rule', definition.config.parse(written), tables, all);
  if (compiled === undefined || others.length > 0) throw new Error('the tables do not make one rule');
  return compiled;
}

/**
 * What is told for these readings of one tag, one a second with its tick: `3 HIGH+` on, `HIGH-` off, `HIGH?` unknown.
 * null: no frame at that second.
 */
export function follow(rule: Rule, table: TagTable, readings: readonly (Reading | null)[], everyMs = 1000): string[] {
  const frames = readings.flatMap((reading, at) => (reading === null ? [] : [frameOf(table, at * everyMs, [reading])]));
  const lastMs = (readings.length - 1) * everyMs;
  const ticks = Math.max(0, Math.floor(lastMs / 1000) - Math.floor((frames.at(-1)?.instant ?? -1000) / 1000));
  return inShort(feedAll(rule, weaveTicks(frames, ticks)));
}

/** Judgements in short: the second, the kind, and `+`, `-` or `?`. */
export const inShort = (findings: readonly Finding[]): string[] =>
  judgementsOf(findings).map(
    ({ key, condition, instant }) =>
      `${instant / 1000} ${key.split('/').at(-1)}${condition === 'unknown' ? '?' : condition ? '+' : '-'}`,
  );

/** What a snapshot is after a stay on disk. */
export const throughDisk = (state: Json): Json => JSON.parse(JSON.stringify(state)) as Json;

const withoutValue = [Quality.absent, Quality['bad-no-answer'], Quality['bad-sensor-failure'], Quality['bad-formula']];
const withValue = [
  Quality.good,
  Quality.uncertain,
  Quality['uncertain-over-range'],
  Quality['uncertain-under-range'],
  Quality['uncertain-jump'],
];

/** Readings of every class of quality, numbers from `values`. */
export const readings = (values: fc.Arbitrary<number>): fc.Arbitrary<Reading> =>
  fc.oneof(
    { weight: 6, arbitrary: values },
    { weight: 2, arbitrary: fc.record({ value: values, quality: fc.constantFrom<number>(...withValue) }) },
    { weight: 2, arbitrary: fc.record({ quality: fc.constantFrom<number>(...withoutValue) }) },
  );

/** Frames of one table in order of instant, some of them late, as `values` and chance have it. */
export const frameRuns = (table: TagTable, values: fc.Arbitrary<number>): fc.Arbitrary<StampedFrame[]> =>
  mixedRuns([table], values);

/** Frames of several tables in order of instant, some of them late, as `values` and chance have it. */
export function mixedRuns(tables: readonly TagTable[], values: fc.Arbitrary<number>): fc.Arbitrary<StampedFrame[]> {
  const slots = Math.max(...tables.map(({ tags }) => tags.length));
  const step = fc.record({
    table: fc.constantFrom(...tables),
    afterMs: fc.oneof(fc.integer({ min: 0, max: 2500 }), fc.constantFrom(1000, 2000, 30_000)),
    slots: fc.array(readings(values), { minLength: slots, maxLength: slots }),
    late: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  });
  return fc.array(step, { maxLength: 40 }).map((steps) => {
    let instant = 0;
    return steps.map(({ table, afterMs, slots: row, late }) => {
      instant += afterMs;
      return frameOf(table, instant, row.slice(0, table.tags.length), late ? { late } : {});
    });
  });
}
