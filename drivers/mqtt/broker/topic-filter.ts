/** Levels of a filter, at most. Of a longer topic only so many are looked at, and one more: it fits no filter of ours. */
export const levelsMax = 64;

export const levelsOf = (topic: string): string[] => topic.split('/', levelsMax + 1);

/** True when every topic of `narrow` is one of `wide` (MQTT 3.1.1 §4.7). */
export function covers(wide: string, narrow: string): boolean {
  const [outer, inner] = [levelsOf(wide), levelsOf(narrow)];
  for (const [n, level] of outer.entries()) {
    if (level === '#') return true;
    const other = inner[n];
    if (other === undefined || other === '#' || (level !== '+' && level !== other)) return false;
  }
  return outer.length === inner.length;
}

/** The filters without those that others cover: a broker may send a message once for each that fits. */
export function distinctFilters(filters: Iterable<string>): string[] {
  const all = [...new Set(filters)];
  const wide = all.filter((filter) => /(^|\/)[+#](\/|$)/.test(filter));
  return all.filter((filter) => !wide.some((other) => other !== filter && covers(other, filter)));
}

interface Level<T> {
  readonly below: Map<string, Level<T>>;
  readonly here: T[];
  /** What stands under `#`. */
  readonly anyBelow: T[];
}

const emptyLevel = <T>(): Level<T> => ({ below: new Map(), here: [], anyBelow: [] });

/** What belongs to each topic filter, found by topic without looking at every filter. */
export class TopicTree<T> {
  readonly #root: Level<T> = emptyLevel();

  add(filter: string, item: T): void {
    let level = this.#root;
    for (const name of levelsOf(filter)) {
      if (name === '#') {
        level.anyBelow.push(item);
        return;
      }
      const next: Level<T> = level.below.get(name) ?? emptyLevel();
      level.below.set(name, next);
      level = next;
    }
    level.here.push(item);
  }

  /** Everything whose filter fits the topic, the exact ones first. */
  match(topic: string): T[] {
    let levels = [this.#root];
    const found: T[] = [];
    for (const name of levelsOf(topic)) {
      found.push(...levels.flatMap(({ anyBelow }) => anyBelow));
      levels = levels.flatMap(({ below }) => [below.get(name) ?? [], below.get('+') ?? []].flat());
    }
    return [...levels.flatMap(({ here, anyBelow }) => [...here, ...anyBelow]), ...found];
  }
}
