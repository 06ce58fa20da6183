import { z } from 'zod';
import { duration } from '../../gateway/contract/fields.js';
import { hasValue, type Json, Quality, type RuleDefinition, type StampedFrame } from '../../gateway/contract/index.js';
import { amount, rateUnit } from './duration-text.js';
import { eachTable, type FoundTag } from './each-table.js';
import { describeOn, type Gauge, type GaugedCondition, gaugedRule } from './gauged-rule.js';
import { mistake } from './mistake.js';
import { isLessSteep, robustSlope, type SlopeBound, stepsLessSteep } from '../robust-slope.js';
import { anyNumber, type Rest, spansKept } from './rest.js';
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

/** Fewer readings give no slope. */
const readingsMin = 3;

/**
 * The slope of one tag over the last while, per `perMs`. It costs a thousand times what a limit does, so it is computed
 * only when somebody asks for its value: whether it may reach a limit at all is found out sooner.
 */
class SlopeGauge implements Gauge {
  quality: number = Quality.absent;
  readonly #slot: number;
  readonly #settings: RateConfig;
  readonly #window: TrailingWindow;
  readonly #remember = (frame: StampedFrame): void => void this.read(frame);
  /** There is a slope as of the last look. */
  #isKnown = false;
  #value: number | undefined;

  constructor(slot: number, settings: RateConfig) {
    this.#slot = slot;
    this.#settings = settings;
    this.#window = new TrailingWindow(settings.over);
  }

  get value(): number {
    this.#value ??= this.#isKnown ? this.#slope() : Number.NaN;
    return this.#value;
  }

  read(frame: StampedFrame): boolean {
    const value = frame.values[this.#slot] as number;
    const quality = frame.quality[this.#slot] as number;
    if (quality === Quality.absent) return false;
    this.quality = quality;
    this.#value = undefined;
    this.#isKnown = false;
    if (!hasValue(this.quality) || Number.isNaN(value)) return true;
    this.#window.add(frame.instant, value);
    this.#isKnown = this.#window.holds(readingsMin);
    if (!this.#isKnown) this.quality = Quality['bad-waiting'];
    return true;
  }

  /** A slope is known, and for certain less than this to that side. */
  isLessThan(side: 1 | -1, limit: number): boolean {
    return this.#isKnown && isLessSteep(this.#bound(side, limit));
  }

  /** As long as nothing that may be read could make the slope reach a limit. */
  rest(): Rest | undefined {
    for (let steps = this.#stepsAtRest(); steps > 0; steps -= 1) {
      const until = this.#window.openUntil(readingsMin, steps);
      if (until === undefined) continue;
      return { ...anyNumber(this.#slot), until, spanMs: this.#window.spanMs, remember: this.#remember };
    }
    return undefined;
  }

  /** How many spans it can rest. Rules of one table end their rests in turn, so that one frame need not pay for all. */
  #stepsAtRest(): number {
    if (!this.#isKnown) return 0;
    const { rising, falling } = this.#settings;
    let steps = spansKept;
    if (rising !== undefined) steps = stepsLessSteep(this.#bound(1, rising), steps);
    if (falling !== undefined) steps = stepsLessSteep(this.#bound(-1, falling), steps);
    const inTurn = steps - ((this.#window.lastSpan + steps + this.#slot) % spansKept);
    return inTurn > 0 ? inTurn : steps;
  }

  #bound(side: 1 | -1, limit: number): SlopeBound {
    const { instants, values } = this.#window;
    return { instants, values, side, steepness: limit / this.#settings.per };
  }

  #slope(): number {
    const { instants, values } = this.#window;
    return rounded(robustSlope(instants, values) * this.#settings.per);
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
      isFarFrom: (gauge) => gauge.isLessThan(side, steepness),
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
 * reading makes it unknown and is left out. Frames that say nothing of the tag and late ones are not judged.
 */
export const rate: RuleDefinition<RateConfig> = {
  summary: { en: 'Rises or falls too fast', zh: '变化速度过快' },
  config,
  judges: 'values',
  create: (name, settings, tables) => eachTable(tables, settings.tag, (found) => compile(name, settings, found)),
};
