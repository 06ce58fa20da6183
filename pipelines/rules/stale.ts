import { z } from 'zod';
import { duration } from '../../gateway/contract/fields.js';
import { hasValue, type Json, Quality, type RuleDefinition, type StampedFrame } from '../../gateway/contract/index.js';
import { durationText } from './duration-text.js';
import { eachTable, type FoundTag } from './each-table.js';
import { describeOn, type Gauge, type GaugedCondition, gaugedRule } from './gauged-rule.js';
import { anyNumber, type Rest } from './rest.js';
import { messageField, tagField } from './rule-fields.js';

const config = z.strictObject({
  tag: tagField(),
  after: duration()
    .prefault('3min')
    .describe('Longest time without a reading of the tag; give at least three times the time between polls'),
  answers: z.boolean().default(false).describe('Whether a bad reading counts as one: only silence is told'),
  message: messageField(),
});

export type StaleConfig = z.output<typeof config>;

const memory = z.object({ since: z.number(), quality: z.int().min(0).max(255) });

/** Seconds since the last reading; since the rule began, while there was none. */
class SilenceGauge implements Gauge {
  value = 0;
  quality: number = Quality.absent;
  readonly #slot: number;
  readonly #afterMs: number;
  readonly #countsAnswers: boolean;
  readonly #rest: Rest;
  #since: number | undefined;
  /** The last frame brought a reading. */
  #isFresh = false;

  constructor(slot: number, afterMs: number, countsAnswers: boolean) {
    this.#slot = slot;
    this.#countsAnswers = countsAnswers;
    this.#afterMs = afterMs;
    this.#rest = { ...anyNumber(slot), patienceMs: afterMs, remember: (frame) => void this.read(frame) };
  }

  read({ instant, values, quality }: StampedFrame): boolean {
    this.quality = quality[this.#slot] as number;
    const isValue = hasValue(this.quality) && !Number.isNaN(values[this.#slot]);
    const isReading = isValue || (this.#countsAnswers && this.quality !== Quality.absent);
    this.#isFresh = isReading;
    if (isReading || this.#since === undefined) this.#since = instant;
    this.value = (instant - this.#since) / 1000;
    return isReading;
  }

  pass(instant: number): boolean {
    this.#since ??= instant;
    this.value = (instant - this.#since) / 1000;
    return instant - this.#since > this.#afterMs;
  }

  rest(): Rest | undefined {
    return this.#isFresh ? this.#rest : undefined;
  }

  snapshot(): Json {
    return this.#since === undefined ? null : { since: this.#since, quality: this.quality };
  }

  restore(state: Json): void {
    const { success, data } = memory.safeParse(state);
    if (!success) return;
    this.#since = data.since;
    this.quality = data.quality;
  }
}

function compile(name: string, settings: StaleConfig, found: FoundTag) {
  const { table, tag, slot } = found;
  const limit = settings.after / 1000;
  const after = durationText(settings.after);
  const message = settings.message ?? {
    en: `${table.device} ${tag.name}: no reading for more than ${after.en}`,
    zh: `${table.device} ${tag.name}：超过 ${after.zh}没有读数`,
  };
  const condition: GaugedCondition<SilenceGauge> = {
    description: describeOn(name, found, 'STALE', { limit, unit: 's', message }),
    signOf: ({ value }) => (value > limit ? 'reached' : 'returned'),
  };
  return gaugedRule(new SilenceGauge(slot, settings.after, settings.answers), [condition], {
    onDelayMs: 0,
    offDelayMs: 0,
  });
}

/**
 * No frame brought a value of the tag for longer than `after`: STALE, found by the passing seconds, over with the next
 * value. The time told is in seconds. Before the first frame it is counted from the first second seen, so a start does
 * not raise it. Frames of bad readings do not count, nor do late ones.
 */
export const stale: RuleDefinition<StaleConfig> = {
  summary: { en: 'No reading for too long', zh: '长时间没有读数' },
  config,
  judges: 'presence',
  create: (name, settings, tables) => eachTable(tables, settings.tag, (found) => compile(name, settings, found)),
};
