import type { Tried, TunableAlarm, TuneAdvice } from '../../runtime/index.js';
import type { Cli } from '../cli.js';
import { percent, reading, short, span } from '../numbers.js';
import { siteTime } from '../site-time.js';
import { table } from '../table.js';
import { wrapText } from '../text-width.js';

/** What a tuning found. */
export interface Tuned {
  readonly alarm: TunableAlarm;
  readonly advice: TuneAdvice;
  readonly readings: number;
  /** ms UTC; null when nobody knows. */
  readonly from: number | null;
  readonly to: number | null;
  readonly zone: string;
}

/** The best that are shown, beside those that have a name. */
const bestCount = 6;

const none = '–';

const delay = (ms: number): string => (ms === 0 ? none : span(ms));

/** A delay as a site file has it. */
function written(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000}min`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** Of the time it stood, the share in which the limit was not reached. */
const idleOf = ({ neededMs, neededNotMs }: Tried): number =>
  neededMs + neededNotMs === 0 ? 0 : neededNotMs / (neededMs + neededNotMs);

class TuneText {
  readonly #cli: Cli;
  readonly #tuned: Tuned;

  constructor(cli: Cli, tuned: Tuned) {
    this.#cli = cli;
    this.#tuned = tuned;
  }

  text(): string {
    const { m, columns } = this.#cli;
    const { advice, alarm } = this.#tuned;
    const head = this.#head();
    if (advice.bare.alarms < 2) return wrapText([...head, m.tune.quiet()].join('\n'), columns);
    const notes = [
      m.tune.legend({ long: span(advice.longMs) }),
      advice.latencyMaxMs === 0 ? m.tune.ruleNoDelay() : m.tune.rule({ latency: span(advice.latencyMaxMs) }),
      ...this.#startingNote(),
    ];
    const isSet = advice.recommended === advice.current;
    const last = [
      ...(advice.recommended ? [] : [m.tune.none()]),
      ...(advice.recommended && !isSet ? [m.tune.advice({ settings: this.#settings(advice.recommended) })] : []),
      ...(advice.recommended && !isSet ? [m.tune.replayHint()] : []),
    ];
    const parts = [
      head.join('\n'),
      this.#table(alarm),
      notes.join('\n'),
      ...(last.length > 0 ? [last.join('\n')] : []),
    ];
    return parts.map((part, index) => (index === 1 ? part : wrapText(part, columns))).join('\n\n');
  }

  #head(): string[] {
    const { m } = this.#cli;
    const { alarm, advice, readings, from, to, zone } = this.#tuned;
    const { key, kind, limit, tag } = alarm;
    const subject = { key, kind, limit: reading(limit, tag.unit), readings };
    const told =
      from === null || to === null
        ? m.tune.subjectNoTime(subject)
        : m.tune.subject({ ...subject, from: siteTime(Math.round(from), zone), to: siteTime(Math.round(to), zone) });
    const noise = reading(Number(advice.noise.toPrecision(2)), tag.unit);
    return [told, m.tune.step({ step: reading(advice.step, tag.unit), noise })];
  }

  #table({ tag }: TunableAlarm): string {
    const { m } = this.#cli;
    const { advice } = this.#tuned;
    const { bare, current, starting, recommended, tried } = advice;
    const named = [bare, current, ...(starting ? [starting] : []), ...(recommended ? [recommended] : [])];
    const best = tried.filter(({ distance }) => distance !== null).slice(0, bestCount);
    // In the order of the trials: the nearest to the ideal first.
    const shown = tried.filter((one) => named.includes(one) || best.includes(one));
    const heads = [m.tune.deadband, m.tune.onDelay, m.tune.offDelay, m.tune.alarms, m.tune.chatter, m.tune.idle];
    const head = [...heads, m.tune.latency, m.tune.missed].map((one) => one());
    const rows = shown.map((one) => [
      one.deadband === 0 ? none : reading(one.deadband, tag.unit),
      delay(one.onDelayMs),
      delay(one.offDelayMs),
      String(one.alarms),
      String(one.chatter),
      percent(idleOf(one)),
      delay(one.latencyMs),
      String(one.missed),
      this.#names(one),
    ]);
    return table([[...head, ''], ...rows], 'rrrrrrrr');
  }

  #names(one: Tried): string {
    const { m } = this.#cli;
    const { bare, current, starting, recommended } = this.#tuned.advice;
    return [
      ...(one === recommended ? [m.tune.recommended()] : []),
      ...(one === current ? [m.tune.current()] : []),
      ...(one === starting ? [m.tune.starting()] : []),
      ...(one === bare ? [m.tune.bare()] : []),
      ...(one.distance === null ? [m.tune.ruledOut()] : []),
    ].join(', ');
  }

  /** As the site file has them. */
  #settings({ deadband, onDelayMs, offDelayMs }: Tried): string {
    return [
      `deadband: ${deadband}`,
      ...(onDelayMs > 0 ? [`onDelay: ${written(onDelayMs)}`] : []),
      ...(offDelayMs > 0 ? [`offDelay: ${written(offDelayMs)}`] : []),
    ].join(', ');
  }

  #startingNote(): string[] {
    const { m } = this.#cli;
    const { kind, starting, beginning } = this.#tuned.advice;
    const { share, onDelayMs, offDelayMs } = beginning;
    if (starting || share === null) return [];
    const names = {
      flow: m.tune.kindFlow,
      level: m.tune.kindLevel,
      pressure: m.tune.kindPressure,
      temperature: m.tune.kindTemperature,
      other: m.tune.kindOther,
      toxic: m.tune.kindToxic,
    };
    const told = {
      kind: names[kind](),
      share: `${short(share * 100)} %`,
      on: delay(onDelayMs),
      off: delay(offDelayMs),
    };
    return [m.tune.startingShare(told)];
  }
}

/** What a tuning found, as people read it: the trade-off, and what is recommended by which rule. */
export const tuneText = (cli: Cli, tuned: Tuned): string => new TuneText(cli, tuned).text();

const rfc3339 = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

/** The same for programs, with every setting that was tried. */
export function tuneJson({ alarm, advice, readings, from, to }: Tuned) {
  const { key, kind, limit, tag, isToxic } = alarm;
  const { bare, current, starting = null, recommended = null, kind: signal, ...rest } = advice;
  const subject = { key, kind, limit, unit: tag.unit, isToxic, signal };
  return { ...subject, readings, from: rfc3339(from), to: rfc3339(to), ...rest, bare, current, starting, recommended };
}
