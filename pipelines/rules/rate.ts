import { z } from 'zod';
import { duration } from '../../gateway/contract/fields.js';
import { hasValue, type Json, Quality, type RuleDefinition, type StampedFrame } from '../../gateway/contract/index.js';
import { amount, rateUnit } from './duration-text.js';
import { eachTable, type FoundTag } from './each-table.js';
import { describeOn, type Gauge, type GaugedCondition, gaugedRule } from './gauged-rule.js';
import { mistake } from './mistake.js';
import { robustSlope } from '../robust-slope.js';
import { delayFields, delaysOf, messageField, tagField } from './rule-fields.js';
import { rounded, thresholdSign } from './threshold.js';
import { TrailingWindow } from './trailing-window.js';

const config = z
  .strictObject({
    tag: tagField(),
    rising: z.number().positive().optional().describe('Reached when the value rises by this much, or more, `per` time'),
    falling: z
      .number()
      .positive()
      .optional()
      .describe('Reached when the value falls by this much, or more, `per` time'),
    per: duration().prefault('1min').describe('The time that `rising`, `falling` and `deadband` are meant for'),
    over: duration()
      .prefault('2min')
      .describe('The slope is taken over the readings of this time; single wild readings do not move it'),
    deadband: z.number().nonnegative().default(0).describe('How far below its limit the rate must return'),
    ...delayFields,
    message: messageField(),
  })
  .superRefine(({ rising, falling }, context) => {
    if (rising !== undefined || falling !== undefined) return;
    const what = { en: 'no rate is given', zh: '未设置变化速度' };
    context.addIssue(
      mistake([], what, { en: 'give rising, falling, or both', zh: '请填写 rising 或 falling，或两者都填' }),
    );
  });

export type RateConfig = z.output<typeof config>;

/** The slope of one tag over the last while, per `perMs`. */
class SlopeGauge implements Gauge {
  value = Number.NaN;
  quality: number = Quality.absent;
  readonly #slot: number;
  readonly #perMs: number;
  readonly #window: TrailingWindow;

  constructor(slot: number, { over, per }: RateConfig) {
    this.#slot = slot;
    this.#perMs = per;
    this.#window = new TrailingWindow(over);
  }

  read(frame: StampedFrame): boolean {
    const value = frame.values[this.#slot] as number;
    const quality = frame.quality[this.#slot] as number;
    this.value = Number.NaN;
    this.quality = quality;
    if (!hasValue(quality) || Number.isNaN(value)) return true;
    this.#window.add(frame.instant, value);
    if (!this.#window.holds(3)) {
      this.quality = Quality['bad-waiting'];
      return true;
    }
    const { instants, values } = this.#window;
    this.value = rounded(robustSlope(instants, values) * this.#perMs);
    return true;
  }

  snapshot(): Json {
    return this.#window.snapshot();
  }

  restore(state: Json): void {
    this.#window.restore(state);
  }
}

function compile(name: string, settings: RateConfig, found: FoundTag) {
  const { table, tag } = found;
  const unit = rateUnit(tag.unit, settings.per);
  const condition = (side: 1 | -1, steepness: number): GaugedCondition<SlopeGauge> => {
    const threshold = { limit: side * steepness, side, deadband: settings.deadband, tolerance: 0 };
    const words = side === 1 ? { en: 'rising', zh: '上升' } : { en: 'falling', zh: '下降' };
    const message = settings.message ?? {
      en: `${table.device} ${tag.name}: ${words.en} fast, ${amount(steepness, unit)} or more`,
      zh: `${table.device} ${tag.name}：${words.zh}过快，达到 ${amount(steepness, unit)} 或以上`,
    };
    return {
      description: describeOn(name, found, side === 1 ? 'RISING' : 'FALLING', {
        limit: threshold.limit,
        unit,
        message,
      }),
      signOf: ({ value }) => (Number.isNaN(value) ? 'unknown' : thresholdSign(threshold, value)),
    };
  };
  const conditions = [
    ...(settings.rising === undefined ? [] : [condition(1, settings.rising)]),
    ...(settings.falling === undefined ? [] : [condition(-1, settings.falling)]),
  ];
  return gaugedRule(new SlopeGauge(found.slot, settings), conditions, delaysOf(settings));
}

/**
 * Rate of change of one tag: RISING and FALLING, by a robust slope over the last while. The value told is the slope, in
 * the tag's unit `per` time, negative while falling. Unknown until three readings cover at least half of `over`; a bad
 * or absent reading makes it unknown and is left out. Late frames are not judged.
 */
export const rate: RuleDefinition<RateConfig> = {
  summary: { en: 'Rises or falls too fast', zh: '变化速度过快' },
  config,
  judges: 'values',
  create: (name, settings, tables) => eachTable(tables, settings.tag, (found) => compile(name, settings, found)),
};
