import { z } from 'zod';
import { duration } from '../../gateway/contract/fields.js';
import { hasValue, type Json, Quality, type RuleDefinition, type StampedFrame } from '../../gateway/contract/index.js';
import { countStep } from './count-step.js';
import { amount, rateUnit } from './duration-text.js';
import { eachTable, type FoundTag } from './each-table.js';
import { describeOn, type Gauge, type GaugedCondition, gaugedRule } from './gauged-rule.js';
import { mistake } from './mistake.js';
import { delayFields, delaysOf, messageField, tagField } from './rule-fields.js';
import { rounded, thresholdSign } from './threshold.js';
import { TrailingWindow } from './trailing-window.js';

const config = z
  .strictObject({
    tag: tagField(),
    above: z.number().positive().optional().describe('Reached when it counts this much, or more, `per` time'),
    below: z
      .number()
      .nonnegative()
      .optional()
      .describe('Reached when it counts this much, or less, `per` time; 0: it does not count at all'),
    per: duration().prefault('1h').describe('The time that `above`, `below` and `deadband` are meant for'),
    over: duration().prefault('10min').describe('The time it is counted over'),
    rollover: z
      .number()
      .positive()
      .optional()
      .describe('Count, as delivered, at which the counter begins again at 0: 65536, 4294967296, 1000000')
      .meta({ examples: [65_536, 4_294_967_296] }),
    deadband: z.number().nonnegative().default(0).describe('How far behind its limit the rate must return'),
    ...delayFields,
    message: messageField(),
  })
  .superRefine(({ above, below }, context) => {
    if (above === undefined && below === undefined) {
      const what = { en: 'no limit is given', zh: '未设置任何限值' };
      context.addIssue(
        mistake([], what, { en: 'give above, below, or both', zh: '请填写 above 或 below，或两者都填' }),
      );
    } else if (above !== undefined && below !== undefined && below >= above) {
      const what = { en: 'below is not under above', zh: 'below 不小于 above' };
      context.addIssue(mistake(['below'], what, { en: 'give a smaller below', zh: '请填写更小的 below' }));
    }
  });

export type CounterConfig = z.output<typeof config>;

const memory = z.object({ count: z.number().nullable(), total: z.number(), window: z.unknown() });

/** How fast a counter counted over the last while, `per` time, across rollovers. */
class CountGauge implements Gauge {
  value = Number.NaN;
  quality: number = Quality.absent;
  readonly #slot: number;
  readonly #settings: CounterConfig;
  /** Totals counted since the last start or set-back. */
  readonly #window: TrailingWindow;
  #count: number | undefined;
  #total = 0;

  constructor(slot: number, settings: CounterConfig) {
    this.#slot = slot;
    this.#settings = settings;
    this.#window = new TrailingWindow(settings.over);
  }

  read({ instant, values, quality }: StampedFrame): boolean {
    const count = values[this.#slot] as number;
    const code = quality[this.#slot] as number;
    if (code === Quality.absent) return false;
    this.value = Number.NaN;
    this.quality = code;
    if (!hasValue(this.quality) || Number.isNaN(count)) return true;
    this.#add(count, instant);
    if (!this.#window.holds(2)) {
      this.quality = Quality['bad-waiting'];
      return true;
    }
    const { values: totals, coveredMs } = this.#window;
    const counted = (totals.at(-1) as number) - (totals[0] as number);
    this.value = rounded((counted / coveredMs) * this.#settings.per);
    return true;
  }

  #add(count: number, instant: number): void {
    const elapsedMs = instant - (this.#window.instants.at(-1) ?? instant);
    const habits = { rollover: this.#settings.rollover, fastest: this.#fastest() };
    const step = this.#count === undefined ? undefined : countStep(this.#count, count, elapsedMs, habits);
    if (step === undefined) this.#window.clear();
    this.#total = step === undefined ? 0 : this.#total + step;
    this.#count = count;
    this.#window.add(instant, this.#total);
  }

  #fastest(): number | undefined {
    const { instants, values } = this.#window;
    let fastest: number | undefined;
    for (let at = 1; at < instants.length; at++) {
      const step = (values[at] as number) - (values[at - 1] as number);
      fastest = Math.max(fastest ?? 0, step / ((instants[at] as number) - (instants[at - 1] as number)));
    }
    return fastest;
  }

  snapshot(): Json {
    return { count: this.#count ?? null, total: this.#total, window: this.#window.snapshot() };
  }

  restore(state: Json): void {
    const { success, data } = memory.safeParse(state);
    if (!success) return;
    this.#count = data.count ?? undefined;
    this.#total = data.total;
    this.#window.restore(data.window);
  }
}

function compile(name: string, settings: CounterConfig, found: FoundTag) {
  const { table, tag } = found;
  const unit = rateUnit(tag.unit, settings.per);
  const condition = (side: 1 | -1, limit: number): GaugedCondition<CountGauge> => {
    const threshold = { limit, side, deadband: settings.deadband, tolerance: 0 };
    const words =
      side === 1
        ? { en: `counts ${amount(limit, unit)} or more`, zh: `计数速度不低于 ${amount(limit, unit)}` }
        : limit > 0
          ? { en: `counts ${amount(limit, unit)} or less`, zh: `计数速度不高于 ${amount(limit, unit)}` }
          : { en: 'does not count', zh: '计数停止' };
    const message = settings.message ?? {
      en: `${table.device} ${tag.name}: ${words.en}`,
      zh: `${table.device} ${tag.name}：${words.zh}`,
    };
    return {
      description: describeOn(name, found, side === 1 ? 'HIGH' : 'LOW', { limit, unit, message }),
      signOf: ({ value }) => (Number.isNaN(value) ? 'unknown' : thresholdSign(threshold, value)),
    };
  };
  const conditions = [
    ...(settings.above === undefined ? [] : [condition(1, settings.above)]),
    ...(settings.below === undefined ? [] : [condition(-1, settings.below)]),
  ];
  return gaugedRule(new CountGauge(found.slot, settings), conditions, delaysOf(settings));
}

/**
 * How fast a counter counts: HIGH and LOW, over the last while, in counts `per` time, across rollovers. A fall that is no
 * plausible rollover is a counter that was set back: it is watched anew from there. Unknown until the readings cover at
 * least half of `over`; a bad reading makes it unknown and is left out.
 * Frames that say nothing of the tag and late ones are not judged.
 */
export const counter: RuleDefinition<CounterConfig> = {
  summary: { en: 'Counts too fast or too slowly', zh: '计数过快或过慢' },
  config,
  judges: 'values',
  create: (name, settings, tables) => eachTable(tables, settings.tag, (found) => compile(name, settings, found)),
};
