import type { Json, Learned, TagTable } from '../../../gateway/contract/index.js';

/** One tag's gap is from the last time seen before the loss to the first after it, both outside of it. */
export interface Gap {
  readonly sheet: number;
  /** ms UTC by slot; NaN where there is nothing to fill. */
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/**
 * The source time last seen of each tag, and the gaps that losses leave between. Kept in memory, and learned for a
 * restart, so seldom that it is no load for the flash: what came after the last saving is then read once more.
 */
export class SeenTimes {
  readonly #sheets: readonly TagTable[];
  readonly #last: readonly Float64Array[];
  #open: readonly Gap[] = [];
  /** Tags whose gap has no end yet. */
  #awaited = 0;
  #closed: () => void = () => undefined;
  #changed = new Set<string>();

  constructor(sheets: readonly TagTable[], learned: Learned) {
    this.#sheets = sheets;
    this.#last = sheets.map((table) => recall(table, learned.get(table.device)));
  }

  /** From here on the first time of each tag closes its gap; `closed` resolves with the last of them. */
  beginGaps(): { readonly gaps: readonly Gap[]; readonly closed: Promise<void> } {
    this.#open = this.#last.map((last, sheet) => ({
      sheet,
      from: Float64Array.from(last),
      to: new Float64Array(last.length).fill(Number.NaN),
    }));
    this.#awaited = this.#open.reduce((sum, { from }) => sum + from.filter((time) => !Number.isNaN(time)).length, 0);
    const closed = new Promise<void>((resolve) => {
      this.#closed = resolve;
    });
    if (this.#awaited === 0) this.#closed();
    return { gaps: this.#open, closed };
  }

  note(sheet: number, slot: number, time: number): void {
    this.#closeGap(this.#open[sheet], slot, time);
    const last = this.#last[sheet] as Float64Array;
    if (time <= (last[slot] as number)) return;
    last[slot] = time;
    this.#changed.add((this.#sheets[sheet] as TagTable).device);
  }

  #closeGap(gap: Gap | undefined, slot: number, time: number): void {
    if (!gap || !Number.isNaN(gap.to[slot])) return;
    gap.to[slot] = time;
    if (Number.isNaN(gap.from[slot])) return;
    this.#awaited -= 1;
    if (this.#awaited === 0) this.#closed();
  }

  /** Number of tags: what a saving costs. */
  get size(): number {
    return this.#last.reduce((sum, { length }) => sum + length, 0);
  }

  save(learned: Learned): void {
    for (const device of this.#changed) learned.set(device, this.#factsOf(device));
    this.#changed = new Set();
  }

  #factsOf(device: string): Json {
    const groups: Record<string, Record<string, number>> = {};
    for (const [sheet, { device: owner, group, tags }] of this.#sheets.entries()) {
      if (owner !== device) continue;
      const seen: Record<string, number> = {};
      this.#last[sheet]?.forEach((time, slot) => {
        const name = tags[slot]?.name;
        if (name !== undefined && !Number.isNaN(time)) seen[name] = time;
      });
      groups[group] = seen;
    }
    return { seen: groups };
  }
}

function recall({ group, tags }: TagTable, facts: Json | undefined): Float64Array {
  const seen = memberOf(memberOf(facts, 'seen'), group);
  return Float64Array.from(tags, ({ name }) => {
    const time = memberOf(seen, name);
    return typeof time === 'number' ? time : Number.NaN;
  });
}

const memberOf = (json: Json | undefined, key: string): Json | undefined =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as { readonly [name: string]: Json })[key]
    : undefined;
