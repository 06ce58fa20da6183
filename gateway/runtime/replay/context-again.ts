import { contextTableSpec } from '../../../config/index.js';
import type { SiteConfig } from '../../../config/site.js';
import type { ContextEntry, Frame, TagTable } from '../../contract/index.js';
import type { ContextFold, Journal } from '../../journal/index.js';
import { Context, type ContextMoment } from '../context.js';

/** What had been said by some moment. Nothing is forgotten: what has been superseded is passed over when it is asked. */
class SaidSoFar implements Pick<ContextFold, 'revisions' | 'newest'> {
  readonly #entries: readonly ContextEntry[];
  readonly #byName = new Map<string, ContextEntry[]>();
  #next = 0;

  constructor(entries: readonly ContextEntry[]) {
    this.#entries = entries;
  }

  goOnTo(instant: number): void {
    for (; (this.#entries[this.#next]?.instant ?? Number.POSITIVE_INFINITY) <= instant; this.#next += 1) {
      const entry = this.#entries[this.#next] as ContextEntry;
      this.#byName.set(entry.name, [...this.revisions(entry.name), entry]);
    }
  }

  revisions(name: string): readonly ContextEntry[] {
    return this.#byName.get(name) ?? [];
  }

  newest(name: string): number {
    return this.revisions(name).at(-1)?.revision ?? 0;
  }
}

type ContextSite = Pick<SiteConfig, 'site' | 'context' | 'hash'>;

/**
 * The context of a site over a time that is judged again, told as its gateway would have told it: values of the site file
 * until somebody said otherwise, when one changes and every minute.
 */
export class ContextAgain {
  readonly table: TagTable;
  readonly #site: ContextSite;
  readonly #said: SaidSoFar;
  #context: Context;
  #sequence = 0;
  /** ms UTC of the latest moment whose time was known. */
  #floor = 0;

  constructor(site: ContextSite, table: TagTable, said: readonly ContextEntry[]) {
    this.table = table;
    this.#site = site;
    this.#said = new SaidSoFar(said);
    this.#context = this.#anew();
  }

  /** The gateway starts, or its rules are others: they have heard nothing of the context yet. */
  again(): void {
    this.#context = this.#anew();
  }

  /** The frame that comes before anything else of this moment; undefined while there is nothing to tell. */
  due({ instant, time }: ContextMoment): Frame | undefined {
    this.#said.goOnTo(instant);
    if (!Number.isNaN(time)) this.#floor = Math.max(this.#floor, time);
    const reading = this.#context.due(this.table, { instant, time });
    return reading && { ...reading, instant, time, timeSpread: 0, sequence: this.#sequence++ };
  }

  #anew(): Context {
    const floor = (): number => this.#floor;
    const options = {
      site: this.#site,
      // All that is asked of it.
      kept: this.#said,
      get floor() {
        return floor();
      },
    };
    return new Context(options);
  }
}

/** Undefined for a site without context. `number` is the one its table gets; `said` is in order of `instant`. */
export function contextAgain(
  site: SiteConfig,
  number: number,
  said: readonly ContextEntry[] = [],
): ContextAgain | undefined {
  const spec = contextTableSpec(site.site.id, site.context, site.hash);
  return spec && new ContextAgain(site, { ...spec, number }, said);
}

/**
 * Everything a journal knows of what people said of the context, in order of `instant`: `entries` of its alarms lane, and
 * what still holds of those that were given up to make room.
 */
export function contextSaid({ context }: Journal, entries: readonly ContextEntry[]): ContextEntry[] {
  const known = new Set(entries.map(({ name, revision }) => `${name}/${revision}`));
  const older = Object.values(context.toJSON()).flatMap(({ revisions }) =>
    revisions.filter(({ name, revision }) => !known.has(`${name}/${revision}`)),
  );
  return [...older, ...entries].sort((a, b) => a.instant - b.instant);
}
