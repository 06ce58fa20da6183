import { contextEveryMs, daysSince } from '../../config/index.js';
import type { ContextConfig, SiteConfig } from '../../config/site.js';
import { type ContextEntry, FrameBuilder, Quality, type Reading, type TagTable, type Text } from '../contract/index.js';
import { type ContextFold, heldAt, plansMax } from '../journal/index.js';

/** What somebody says of one value of the site's context. */
export interface ContextRequest {
  readonly name: string;
  /** null: nothing holds any more. */
  readonly value: number | string | null;
  /** ms UTC from which it holds, past or to come; now when left out. */
  readonly from: number | undefined;
  readonly reason: string;
}

/** Now, as far as it is known. */
export interface ContextMoment {
  readonly instant: number;
  /** ms UTC; NaN while nobody vouches for it. */
  readonly time: number;
}

/** What holds of one name, and who said so; revision 0: the site file. */
export type Held = Pick<ContextEntry, 'value' | 'revision' | 'who' | 'reason'> & { readonly from: number | null };

export interface ContextOptions {
  readonly site: Pick<SiteConfig, 'site' | 'context'>;
  readonly kept: Pick<ContextFold, 'revisions' | 'newest'>;
  /** ms UTC that it is at least, also while the clock is not believed. */
  readonly floor: number;
}

/** Characters of a text. */
const textMax = 200;

/** A plan for later than this is a slip of the pen. */
const fromMax = Date.UTC(2100, 0);

const refusals = {
  unknown: { en: 'the context of this site has no such value', zh: '本站点的背景量里没有这一项' },
  noTime: {
    en: 'the time is not known, so nothing can hold from it on: set the clock first',
    zh: '时间未知，无法确定生效时刻：请先校时',
  },
  badFrom: { en: 'it can hold from a time between 1970 and 2100', zh: '生效时刻应在 1970 年至 2100 年之间' },
  tooManyPlans: {
    en: `${plansMax} changes of it are planned already`,
    zh: `已安排了 ${plansMax} 次变更`,
  },
  number: { en: 'its value is a number', zh: '它的值应为数字' },
  date: { en: 'its value is a day, as 2026-11-21', zh: '它的值应为日期，如 2026-11-21' },
  text: { en: `its value is a text of at most ${textMax} characters`, zh: `它的值应为不超过 ${textMax} 字的文字` },
} as const satisfies Record<string, Text>;

const dayPattern = /^\d{4}-\d\d-\d\d$/;

const fits: Readonly<Record<ContextConfig['type'], (value: number | string) => boolean>> = {
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  // Not every day that can be written exists: 31 June would come out as 1 July.
  date: (value) =>
    typeof value === 'string' &&
    dayPattern.test(value) &&
    new Date(Date.parse(`${value}T00:00:00Z`) || 0).toISOString().startsWith(value),
  text: (value) => typeof value === 'string' && value.trim() !== '' && value.length <= textMax,
};

const isFit = (type: ContextConfig['type'], value: ContextEntry['value']): boolean =>
  value === null || fits[type](value);

/**
 * What holds for a while at this site: values of the site file until somebody says otherwise. Told as frames of the
 * built-in device `context`, so that rules, replays and sinks see one truth; formulas read what was told last.
 */
export class Context {
  readonly #options: ContextOptions;
  readonly #items: ReadonlyMap<string, ContextConfig>;
  /** As told last: NaN for what is no number. */
  readonly #numbers = new Map<string, number>();
  #told: { readonly instant: number; readonly revisions: string } | undefined;

  constructor(options: ContextOptions) {
    this.#options = options;
    this.#items = new Map(options.site.context.map((item) => [item.name, item]));
  }

  /** For formulas. A day is the days since, as last told; NaN while it is not known. */
  readonly read = (name: string): number => this.#numbers.get(name) ?? Number.NaN;

  /** What holds of a name of the site file. A revision of another type than the site file now gives it does not. */
  held({ name, value }: ContextConfig, { time }: ContextMoment): Held {
    const revision = heldAt(this.#revisions(name), this.#known(time));
    return revision ?? { value, from: null, revision: 0, who: '', reason: '' };
  }

  /** Revisions of a name that are still to begin, the next one first. */
  plans(name: string, { time }: ContextMoment): readonly ContextEntry[] {
    return this.#revisions(name)
      .filter(({ from }) => from > this.#known(time))
      .toSorted((a, b) => a.from - b.from);
  }

  /** The revision that a request makes, to be journaled by the caller; or why it cannot be. */
  revision({ name, value, from, reason }: ContextRequest, who: string, now: ContextMoment): ContextEntry | Text {
    const item = this.#items.get(name);
    if (!item) return refusals.unknown;
    if (!isFit(item.type, value)) return refusals[item.type];
    const { instant, time } = now;
    if (Number.isNaN(time)) return refusals.noTime;
    const begins = from ?? time;
    if (!(begins >= 0 && begins < fromMax)) return refusals.badFrom;
    const plans = this.plans(name, now);
    const isOneMore = begins > time && !plans.some((plan) => plan.from === begins);
    if (isOneMore && plans.length >= plansMax) return refusals.tooManyPlans;
    const revision = this.#options.kept.newest(name) + 1;
    return { kind: 'context', instant, time, name, value, from: begins, revision, who, reason };
  }

  /** What is to be told now: what holds has changed, or was told long ago; undefined when there is nothing to tell. */
  due(table: TagTable, now: ContextMoment): Reading | undefined {
    const items = [...this.#items.values()];
    const held = items.map((item) => this.held(item, now));
    const revisions = [Number.isNaN(now.time), ...held.map(({ revision }) => revision)].join(' ');
    const isSame = this.#told?.revisions === revisions && now.instant - this.#told.instant < contextEveryMs;
    if (isSame) return undefined;
    this.#told = { instant: now.instant, revisions };
    const builder = new FrameBuilder(table);
    for (const [slot, { name, type }] of items.entries()) {
      const { value } = held[slot] as Held;
      const number = this.#numberOf(type, value, now.time);
      this.#numbers.set(name, number);
      if (type === 'text' && value !== null) builder.text(slot, String(value));
      else if (Number.isNaN(number)) builder.bad(slot, Quality['bad-waiting']);
      else builder.set(slot, number, Quality.good);
    }
    return builder.build();
  }

  #numberOf(type: ContextConfig['type'], value: ContextEntry['value'], time: number): number {
    if (type === 'number') return typeof value === 'number' ? value : Number.NaN;
    const { timezone } = this.#options.site.site;
    return type === 'date' && value !== null ? daysSince(String(value), timezone, time) : Number.NaN;
  }

  #revisions(name: string): readonly ContextEntry[] {
    const type = this.#items.get(name)?.type;
    return this.#options.kept.revisions(name).filter(({ value }) => type !== undefined && isFit(type, value));
  }

  #known(time: number): number {
    return Number.isNaN(time) ? this.#options.floor : time;
  }
}
