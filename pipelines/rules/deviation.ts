import { z } from 'zod';
import { duration } from '../../gateway/contract/fields.js';
import {
  type CompiledRule,
  hasValue,
  isBad,
  type Json,
  Quality,
  type RuleDefinition,
  type StampedFrame,
} from '../../gateway/contract/index.js';
import { amount } from './duration-text.js';
import { type FoundTag, findTags, tableKey } from './each-table.js';
import { describeOn, type Gauge, type GaugedCondition, gaugedRule } from './gauged-rule.js';
import { mistake } from './mistake.js';
import { delayFields, delaysOf, messageField, tagField } from './rule-fields.js';
import { rounded, thresholdSign } from './threshold.js';

const config = z
  .strictObject({
    tag: tagField(),
    from: z
      .strictObject({
        device: z.string().min(1).optional().describe('Device of the reference; without it, the same device'),
        tag: z.string().min(1).describe('Name of the tag to compare with'),
      })
      .describe('The reference: what the tag is compared with'),
    above: z.number().positive().optional().describe('Reached when the tag is this much, or more, above the reference'),
    below: z.number().positive().optional().describe('Reached when the tag is this much, or more, below the reference'),
    percent: z
      .boolean()
      .default(false)
      .describe("Whether `above`, `below` and `deadband` are percent of the reference; otherwise in the tag's unit"),
    deadband: z.number().nonnegative().default(0).describe('How far behind its limit the difference must return'),
    maxAge: duration().prefault('3min').describe('A reference older than this is not compared with'),
    ...delayFields,
    message: messageField(),
  })
  .superRefine(({ tag, from, above, below }, context) => {
    if (above === undefined && below === undefined) {
      const what = { en: 'no difference is given', zh: '未设置偏差' };
      context.addIssue(
        mistake([], what, { en: 'give above, below, or both', zh: '请填写 above 或 below，或两者都填' }),
      );
    }
    if (from.device === undefined && from.tag === tag) {
      const what = { en: 'the tag is compared with itself', zh: '测点与自身比较' };
      const remedy = { en: 'name another tag, or add its device', zh: '请填写另一个测点，或补上其设备' };
      context.addIssue(mistake(['from', 'tag'], what, remedy));
    }
  });

export type DeviationConfig = z.output<typeof config>;

const memory = z.object({ value: z.number(), instant: z.number() });

/** The difference between a tag and the latest reading of its reference. */
class DifferenceGauge implements Gauge {
  value = Number.NaN;
  quality: number = Quality.absent;
  readonly #tag: FoundTag;
  readonly #reference: FoundTag;
  readonly #settings: DeviationConfig;
  #latest: { readonly value: number; readonly instant: number } | undefined;

  constructor(tag: FoundTag, reference: FoundTag, settings: DeviationConfig) {
    this.#tag = tag;
    this.#reference = reference;
    this.#settings = settings;
  }

  read(frame: StampedFrame): boolean {
    const { device, group } = frame.table;
    if (device === this.#reference.table.device && group === this.#reference.table.group) this.#refer(frame);
    if (device !== this.#tag.table.device || group !== this.#tag.table.group) return false;
    const value = frame.values[this.#tag.slot] as number;
    const quality = frame.quality[this.#tag.slot] as number;
    if (quality === Quality.absent) return false;
    this.quality = quality;
    this.value = hasValue(this.quality) ? this.#difference(value, frame.instant) : Number.NaN;
    return true;
  }

  /** A slot that was not read this time leaves the reference as it was. */
  #refer(frame: StampedFrame): void {
    const value = frame.values[this.#reference.slot] as number;
    const quality = frame.quality[this.#reference.slot] as number;
    if (hasValue(quality) && !Number.isNaN(value)) this.#latest = { value, instant: frame.instant };
    else if (isBad(quality)) this.#latest = undefined;
  }

  #difference(value: number, instant: number): number {
    const reference = this.#latest;
    if (!reference || instant - reference.instant > this.#settings.maxAge) return Number.NaN;
    const difference = value - reference.value;
    if (!this.#settings.percent) return rounded(difference);
    return reference.value === 0 ? Number.NaN : rounded((100 * difference) / Math.abs(reference.value));
  }

  snapshot(): Json {
    return this.#latest ? { ...this.#latest } : null;
  }

  restore(state: Json): void {
    this.#latest = memory.safeParse(state).data;
  }
}

function compile(name: string, settings: DeviationConfig, found: FoundTag, reference: FoundTag): CompiledRule {
  const { table, tag } = found;
  const other = `${reference.table.device} ${reference.tag.name}`;
  const unit = settings.percent ? '%' : tag.unit;
  const step = Math.max(tag.resolution ?? 0, reference.tag.resolution ?? 0);
  const condition = (side: 1 | -1, by: number): GaugedCondition<DifferenceGauge> => {
    const tolerance = settings.percent ? 0 : step / 2;
    const threshold = { limit: side * by, side, deadband: settings.deadband, tolerance };
    const words = side === 1 ? { en: 'above', zh: '高' } : { en: 'below', zh: '低' };
    const message = settings.message ?? {
      en: `${table.device} ${tag.name}: ${amount(by, unit)} or more ${words.en} ${other}`,
      zh: `${table.device} ${tag.name}：比 ${other} ${words.zh} ${amount(by, unit)} 或以上`,
    };
    return {
      description: describeOn(name, found, side === 1 ? 'HIGH' : 'LOW', { limit: threshold.limit, unit, message }),
      signOf: ({ value }) => (Number.isNaN(value) ? 'unknown' : thresholdSign(threshold, value)),
    };
  };
  const conditions = [
    ...(settings.above === undefined ? [] : [condition(1, settings.above)]),
    ...(settings.below === undefined ? [] : [condition(-1, settings.below)]),
  ];
  return {
    ...gaugedRule(new DifferenceGauge(found, reference, settings), conditions, delaysOf(settings)),
    key: tableKey(table),
    tables: tableKey(reference.table) === tableKey(table) ? [table] : [table, reference.table],
  };
}

/**
 * A tag against another tag, of the same or another device: HIGH and LOW, by the signed difference. Judged at each frame
 * of the tag, that has a reading of the tag, with the latest of the reference; unknown while the tag is bad, the reference is bad or
 * older than `maxAge`, or a percentage of zero is asked for. Late frames are not judged.
 */
export const deviation: RuleDefinition<DeviationConfig> = {
  summary: { en: 'Deviates from another tag', zh: '与另一测点偏差过大' },
  config,
  judges: 'values',
  create: (name, settings, tables, all) =>
    findTags(tables, settings.tag).flatMap((found) => {
      const device = settings.from.device ?? found.table.device;
      const reference = findTags(all, settings.from.tag).find(({ table }) => table.device === device);
      return reference ? [compile(name, settings, found, reference)] : [];
    }),
};
