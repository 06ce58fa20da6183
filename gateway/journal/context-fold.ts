import type { ContextEntry } from '../contract/index.js';

/** What the alarms lane says of context, as of one place in it: name → its newest revision and those that may matter. */
export type ContextJson = Readonly<
  Record<string, { readonly newest: number; readonly revisions: readonly ContextEntry[] }>
>;

/** Revisions of a name that are still to begin; one more is refused before it is journaled. */
export const plansMax = 8;

/** Names, those of earlier configurations among them; beyond it the one set longest ago is forgotten. */
const namesMax = 200;

/** True for a revision that holds before another wherever both have begun. */
const outranks = (one: ContextEntry, other: ContextEntry): boolean =>
  one.from > other.from || (one.from === other.from && one.revision > other.revision);

/** Of these, the revision that holds at a time, ms UTC. */
export const heldAt = (revisions: readonly ContextEntry[], time: number): ContextEntry | undefined =>
  revisions.reduce<ContextEntry | undefined>(
    (held, one) => (one.from <= time && (held === undefined || outranks(one, held)) ? one : held),
    undefined,
  );

/** Context as a fold of its entries: of each name the revision that held when the last was made, and those to come. */
export class ContextFold {
  readonly #names = new Map<string, { newest: number; revisions: readonly ContextEntry[] }>();

  entry(entry: ContextEntry): void {
    const { name, revision, time } = entry;
    const all = [...this.revisions(name), entry];
    // The order of the map is the order in which they were set.
    this.#names.delete(name);
    this.#names.set(name, { newest: revision, revisions: stillOfUse(all, time) });
    const [oldest] = this.#names.keys();
    if (this.#names.size > namesMax && oldest !== undefined) this.#names.delete(oldest);
  }

  /** Revisions of a name that hold or are to come, oldest first. */
  revisions(name: string): readonly ContextEntry[] {
    return this.#names.get(name)?.revisions ?? [];
  }

  /** Number of the newest revision of a name, also of one that no longer matters; 0 when there was none. */
  newest(name: string): number {
    return this.#names.get(name)?.newest ?? 0;
  }

  toJSON(): ContextJson {
    return Object.fromEntries(this.#names);
  }

  restore(json: ContextJson = {}): void {
    this.#names.clear();
    for (const [name, { newest, revisions }] of Object.entries(json)) this.#names.set(name, { newest, revisions });
  }
}

/** Without what has been superseded by `time`, the plans that begin last left out beyond the bound. */
function stillOfUse(revisions: readonly ContextEntry[], time: number): ContextEntry[] {
  const held = heldAt(revisions, time);
  const plans = revisions
    .filter(
      (one) =>
        !(one.from <= time) && !revisions.some(({ from, revision }) => from === one.from && revision > one.revision),
    )
    .sort((a, b) => a.from - b.from || a.revision - b.revision)
    .slice(0, plansMax);
  return [...(held ? [held] : []), ...plans];
}
