import { FrameBuilder, Quality, type TagTable, type Told } from '../../gateway/contract/index.js';

/** What one message makes of one device's tables: a reading each, or several where it says a tag more than once. */
export class ReadingBatch {
  readonly #tables: ReadonlyMap<string, TagTable>;
  readonly #builders: FrameBuilder[] = [];
  readonly #open = new Map<string, FrameBuilder>();

  constructor(tables: ReadonlyMap<string, TagTable>) {
    this.#tables = tables;
  }

  /** A builder of this group whose slot nothing was said of yet. */
  at(group: string, slot: number, isLate: boolean): FrameBuilder {
    const key = isLate ? `late ${group}` : group;
    const open = this.#open.get(key);
    if (open?.quality[slot] === Quality.absent) return open;
    const table = this.#tables.get(group);
    if (!table) throw new RangeError(`there is no table of group ${group}`);
    const builder = new FrameBuilder(table);
    if (isLate) builder.late();
    this.#open.set(key, builder);
    this.#builders.push(builder);
    return builder;
  }

  /**
   * Tells what was filled; `raw` goes with the tables of these groups, once each: a message of thousands of elements is
   * kept with the first, not with every one.
   */
  tell(told: Told, raw: Uint8Array, statutory: ReadonlySet<string>): void {
    const owed = new Set(statutory);
    for (const builder of this.#builders) {
      if (owed.delete(builder.table.group)) builder.raw(raw);
      told.reading(builder.build());
    }
  }
}

/** One device as the host is told of it: there, or gone. */
export class ToldDevice {
  readonly #tables: ReadonlyMap<string, TagTable>;
  readonly #told: Told;
  #isGone = false;

  constructor(tables: ReadonlyMap<string, TagTable>, told: Told) {
    this.#tables = tables;
    this.#told = told;
  }

  batch(): ReadingBatch {
    return new ReadingBatch(this.#tables);
  }

  /** Every tag is bad, told once until it is back. True when it was not gone before. */
  gone(): boolean {
    if (this.#isGone) return false;
    this.#isGone = true;
    for (const table of this.#tables.values()) {
      const builder = new FrameBuilder(table);
      builder.allBad(Quality['bad-no-answer']);
      this.#told.reading(builder.build());
    }
    return true;
  }

  /** It was heard. True when it had been gone. */
  back(): boolean {
    const wasGone = this.#isGone;
    this.#isGone = false;
    return wasGone;
  }
}
