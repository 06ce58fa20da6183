import { type LimitKind, type LimitsConfig, rules } from '../../../pipelines/index.js';
import {
  type Finding,
  FrameBuilder,
  Quality,
  type Rule,
  type StampedFrame,
  type Tag,
  type TagTable,
} from '../../contract/index.js';
import { chatterCount, chatterWindowMs } from '../alarms/chatter.js';

/** What one tag said, in order: instants in ms, values (NaN without a reading), quality bytes. */
export interface Series {
  readonly instants: Float64Array;
  readonly values: Float64Array;
  readonly quality: Uint8Array;
}

/** The limit that is tuned. */
export interface TunedLimit {
  readonly tag: Tag;
  readonly kind: LimitKind;
  readonly limit: number;
}

/** What may be set to quieten it. Deadband in the tag's unit. */
export interface LimitSettings {
  readonly deadband: number;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
}

/** What settings would have made of the series. */
export interface Trial extends LimitSettings {
  readonly alarms: number;
  /** Of these, how many came as the third or later within a minute (EEMUA 191: chatter). */
  readonly chatter: number;
  /** Longest time from the first reading that reached the limit to the alarm. */
  readonly latencyMs: number;
  /** The alarm stood while the limit was reached, and while it was not any more. */
  readonly neededMs: number;
  readonly neededNotMs: number;
  /** Exceedances longer than `longMs`, or going on at the end, in which it never stood. */
  readonly missed: number;
}

const secondMs = 1000;

/** Counts what one rule tells. */
class Tally {
  readonly #longMs: number;
  readonly #raised: number[] = [];
  #activeSince: number | undefined;
  alarms = 0;
  chatter = 0;
  latencyMs = 0;
  neededMs = 0;
  activeMs = 0;
  missed = 0;
  /** The series is over: how long what goes on now would have lasted nobody knows. */
  isOver = false;

  constructor(longMs: number) {
    this.#longMs = longMs;
  }

  take(findings: readonly Finding[]): void {
    for (const finding of findings) {
      if ('exceeded' in finding) this.#exceeded(finding.began.instant, finding.instant);
      else if (finding.condition === true) this.#raise(finding.instant, finding.since);
      else if (finding.condition === false) this.end(finding.instant);
    }
  }

  end(instant: number): void {
    if (this.#activeSince === undefined) return;
    this.activeMs += instant - this.#activeSince;
    this.#activeSince = undefined;
  }

  #raise(instant: number, since: number): void {
    if (this.#activeSince !== undefined) return;
    this.#activeSince = instant;
    this.alarms += 1;
    this.latencyMs = Math.max(this.latencyMs, instant - since);
    this.#raised.push(instant);
    if (this.#raised.length > chatterCount) this.#raised.shift();
    const [first = 0] = this.#raised;
    if (this.#raised.length === chatterCount && first > instant - chatterWindowMs) this.chatter += 1;
  }

  #exceeded(began: number, ended: number): void {
    if (this.#activeSince !== undefined) this.neededMs += ended - Math.max(began, this.#activeSince);
    else if (this.isOver || ended - began > this.#longMs) this.missed += 1;
  }
}

function ruleFor({ tag, kind, limit }: TunedLimit, table: TagTable, settings: LimitSettings): Rule {
  const { deadband, onDelayMs, offDelayMs } = settings;
  const delays = { onDelay: onDelayMs, offDelay: offDelayMs };
  const config: LimitsConfig = { tag: tag.name, deadband, ...delays, [kind]: limit };
  const [compiled] = rules.limits.create('tuned', config, [table], [table]);
  if (!compiled) throw new Error('the limit rule found no tag of its own');
  return compiled.rule;
}

/** One frame, filled again for each reading: rules keep nothing of it. */
class Reader {
  readonly #rule: Rule;
  readonly #frame: { -readonly [Field in keyof StampedFrame]: StampedFrame[Field] };
  #ticked = Number.NaN;

  constructor(rule: Rule, table: TagTable) {
    this.#rule = rule;
    this.#frame = { ...new FrameBuilder(table).build(), instant: 0, time: Number.NaN, timeSpread: 0 };
  }

  /** A reading, after all seconds before it. */
  read(instant: number, value: number, quality: number, tally: Tally): void {
    if (Number.isNaN(this.#ticked)) this.#ticked = Math.floor(instant / secondMs) * secondMs;
    for (; this.#ticked + secondMs <= instant; this.#ticked += secondMs) {
      tally.take(this.#rule.tick(this.#ticked + secondMs));
    }
    this.#frame.instant = instant;
    this.#frame.values[0] = value;
    this.#frame.quality[0] = quality;
    tally.take(this.#rule.next(this.#frame));
  }
}

const tableOf = (tag: Tag): TagTable => ({
  number: 1,
  site: '',
  link: '',
  device: 'device',
  profile: '',
  group: '',
  configuration: '',
  tags: [tag],
});

/**
 * Runs the limit rule itself over a series, with every second between two readings; `longMs` says which exceedances an
 * alarm must not miss.
 */
export function trial(series: Series, tuned: TunedLimit, settings: LimitSettings, longMs: number): Trial {
  const { instants, values, quality } = series;
  const table = tableOf(tuned.tag);
  const reader = new Reader(ruleFor(tuned, table, settings), table);
  const tally = new Tally(longMs);
  for (let index = 0; index < instants.length; index += 1) {
    reader.read(instants[index] as number, values[index] as number, quality[index] as number, tally);
  }
  const last = instants.at(-1) ?? 0;
  // What is still beyond the limit at the end is counted up to there.
  tally.isOver = true;
  const isHigh = tuned.kind === 'HH' || tuned.kind === 'H';
  reader.read(last, isHigh ? -Number.MAX_VALUE : Number.MAX_VALUE, Quality.good, tally);
  tally.end(last);
  const { alarms, chatter, latencyMs, neededMs, activeMs, missed } = tally;
  return { ...settings, alarms, chatter, latencyMs, neededMs, neededNotMs: activeMs - neededMs, missed };
}
