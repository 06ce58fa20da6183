import { z } from 'zod';
import { duration } from '../../gateway/contract/fields.js';
import { hasValue, type Json, Quality, type RuleDefinition, type StampedFrame } from '../../gateway/contract/index.js';
import { amount, durationText } from './duration-text.js';
import { eachTable, type FoundTag } from './each-table.js';
import { describeOn, type Gauge, type GaugedCondition, gaugedRule } from './gauged-rule.js';
import { robustLevel, robustSlope } from '../robust-slope.js';
import { delayFields, delaysOf, messageField, tagField } from './rule-fields.js';
import { TrailingWindow } from './trailing-window.js';

const config = z.strictObject({
  tag: tagField(),
  limit: z.number().describe("The limit that is coming near, in the tag's unit"),
  direction: z.enum(['rising', 'falling']).default('rising').describe('From which side the value comes to the limit'),
  within: duration().prefault('20min').describe('Reached when the limit will be, in this time or sooner'),
  over: duration().prefault('10min').describe('The forecast goes on as the readings of this time went'),
  ...delayFields,
  message: messageField(),
});

export type TimeToLimitConfig = z.output<typeof config>;

const minuteMs = 60_000;

/** Minutes until a tag reaches its limit when it goes on as it did; NaN when it is not on its way. */
class ForecastGauge implements Gauge {
  value = Number.NaN;
  quality: number = Quality.absent;
  /** There are readings enough to say. */
  isKnown = false;
  readonly #slot: number;
  readonly #limit: number;
  readonly #side: 1 | -1;
  readonly #window: TrailingWindow;

  constructor(slot: number, { limit, direction, over }: TimeToLimitConfig) {
    this.#slot = slot;
    this.#limit = limit;
    this.#side = direction === 'rising' ? 1 : -1;
    this.#window = new TrailingWindow(over);
  }

  read({ instant, values, quality }: StampedFrame): boolean {
    const value = values[this.#slot] as number;
    const code = quality[this.#slot] as number;
    if (code === Quality.absent) return false;
    this.value = Number.NaN;
    this.quality = code;
    this.isKnown = false;
    if (!hasValue(this.quality) || Number.isNaN(value)) return true;
    this.#window.add(instant, value);
    this.isKnown = this.#window.holds(3);
    if (this.isKnown) this.value = this.#minutesLeft(instant);
    else this.quality = Quality['bad-waiting'];
    return true;
  }

  #minutesLeft(instant: number): number {
    const { instants, values } = this.#window;
    const slope = robustSlope(instants, values);
    const missing = this.#side * (this.#limit - robustLevel(instants, values, slope, instant));
    if (missing <= 0) return 0;
    const leftMs = missing / (this.#side * slope);
    return leftMs > 0 && Number.isFinite(leftMs) ? Math.round(leftMs / (minuteMs / 10)) / 10 : Number.NaN;
  }

  snapshot(): Json {
    return this.#window.snapshot();
  }

  restore(state: Json): void {
    this.#window.restore(state);
  }
}

function compile(name: string, settings: TimeToLimitConfig, found: FoundTag) {
  const { table, tag } = found;
  const within = durationText(settings.within);
  const limit = settings.within / minuteMs;
  const at = amount(settings.limit, tag.unit);
  const message = settings.message ?? {
    en: `${table.device} ${tag.name}: will reach ${at} within ${within.en}`,
    zh: `${table.device} ${tag.name}：预计 ${within.zh}内达到 ${at}`,
  };
  const condition: GaugedCondition<ForecastGauge> = {
    description: describeOn(name, found, 'SOON', { limit, unit: 'min', message }),
    signOf: ({ isKnown, value }) => (!isKnown ? 'unknown' : value <= limit ? 'reached' : 'returned'),
  };
  return gaugedRule(new ForecastGauge(found.slot, settings), [condition], delaysOf(settings));
}

/**
 * A tag will reach a limit within a time, when it goes on as it did: SOON, by the robust slope of the last while. The
 * value told is the minutes left, to a tenth; 0 when the limit is reached already. Unknown until three readings cover
 * at least half of `over`; a bad reading makes it unknown and is left out.
 * Frames that say nothing of the tag and late ones are not judged.
 */
export const timeToLimit: RuleDefinition<TimeToLimitConfig> = {
  summary: { en: 'Will reach a limit soon', zh: '即将达到限值' },
  config,
  judges: 'values',
  create: (name, settings, tables) => eachTable(tables, settings.tag, (found) => compile(name, settings, found)),
};
