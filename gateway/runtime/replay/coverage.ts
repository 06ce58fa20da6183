import { type Finding, type Frame, hasValue, Quality, type TagTableSpec } from '../../contract/index.js';

const tagKey = (device: string, tag: string): string => `${device}/${tag}`;

/** What of the rules and tags of a site was there to be judged, gathered while it is judged again. */
export class Coverage {
  readonly #compiled = new Set<string>();
  readonly #known = new Set<string>();
  readonly #unknown = new Set<string>();
  readonly #groups = new Set<string>();
  /** By device and tag: whether a reading of it had a value. */
  readonly #tags = new Map<string, boolean>();
  /** By table: slots that have had no value so far. */
  readonly #without = new Map<number, readonly number[]>();

  /** Keys of conditions that rules of what is there can raise. */
  compiled(keys: Iterable<string>): void {
    for (const key of keys) this.#compiled.add(key);
  }

  frame({ table, quality, values, texts, late }: Frame): void {
    if (late === true) return;
    const without = this.#without.get(table.number) ?? this.#begin(table);
    if (without.length === 0) return;
    const still = without.filter((slot) => {
      const code = quality[slot] as number;
      const hasOne = hasValue(code) && (texts?.has(slot) === true || !Number.isNaN(values[slot]));
      const key = tagKey(table.device, table.tags[slot]?.name ?? '');
      if (hasOne) this.#tags.set(key, true);
      else if (code !== Quality.absent && !this.#tags.has(key)) this.#tags.set(key, false);
      return !hasOne;
    });
    if (still.length < without.length) this.#without.set(table.number, still);
  }

  found(finding: Finding): void {
    if ('exceeded' in finding) this.#known.add(finding.exceeded);
    else if (finding.condition === 'unknown') this.#unknown.add(finding.key);
    else this.#known.add(finding.key);
  }

  /** A tag was read, with a value at least once where one is needed. */
  hasTag(device: string, tag: string, needsValue: boolean): boolean {
    const hadValue = this.#tags.get(tagKey(device, tag));
    return needsValue ? hadValue === true : hadValue !== undefined;
  }

  /** A condition was never looked at, or never known, as far as its rule told. */
  isOpen(key: string, own: TagTableSpec | undefined): boolean {
    if (this.#known.has(key)) return false;
    if (!this.#compiled.has(key) || this.#unknown.has(key)) return true;
    return own !== undefined && !this.#groups.has(groupKey(own));
  }

  /** No rule of what was there can raise it. */
  isMissing(key: string): boolean {
    return !this.#compiled.has(key);
  }

  #begin(table: Frame['table']): readonly number[] {
    this.#groups.add(groupKey(table));
    const slots = table.tags.map((_, slot) => slot);
    this.#without.set(table.number, slots);
    return slots;
  }
}

const groupKey = ({ device, group }: TagTableSpec): string => `${device}/${group}`;
