import {
  type DriverGroup,
  FrameBuilder,
  Quality,
  type Reading,
  type TagTable,
} from '../../../gateway/contract/index.js';
import { compileItems, type Item, makeRead, type Read } from '../poll.js';
import type { RegisterRange } from '../register-reference.js';
import type { TagAddress } from '../tag-schema.js';
import { type HeardRegisters, SpanningValue } from './spanning-value.js';

/** Different reads of a master remembered a group; beyond it the oldest is worked out anew. */
const coversMax = 256;

/** Which tags of a group a read of the master holds, whole and in part. */
interface Cover {
  readonly read: Read;
  readonly spanning: readonly SpanningValue[];
}

const isWithin = (inner: RegisterRange, outer: RegisterRange): boolean =>
  inner.table === outer.table && inner.start >= outer.start && inner.end <= outer.end;

const touches = (one: RegisterRange, other: RegisterRange): boolean =>
  one.table === other.table && one.start < other.end && other.start < one.end;

/** What no longer holds, and of which tags. */
export interface Expired {
  readonly reading: Reading;
  readonly tags: readonly string[];
}

/** The tags of one group of one device, filled from what another master reads. */
export class HeardGroup {
  readonly name: string;
  readonly #items: readonly Item[];
  readonly #isStatutory: boolean;
  readonly #spanning = new Map<Item, SpanningValue>();
  readonly #covers = new Map<string, Cover>();
  readonly #unread: Set<number>;
  /** When each tag was last read, monotonic ms; NaN where it has no value that could grow old. */
  readonly #readAtMs: Float64Array;
  readonly #tags: DriverGroup<TagAddress>['tags'];

  constructor({ name, tags }: DriverGroup<TagAddress>) {
    this.name = name;
    this.#tags = tags;
    this.#items = compileItems(tags);
    this.#isStatutory = tags.some(({ statutory }) => statutory);
    this.#unread = new Set(tags.keys());
    this.#readAtMs = new Float64Array(tags.length).fill(Number.NaN);
  }

  /** Tags that no read of the master has held so far. */
  get unread(): readonly string[] {
    return [...this.#unread].map((slot) => this.#tags[slot]?.name ?? '');
  }

  /**
   * What one reply says of the group: slots it does not hold stay absent. Undefined when it says nothing. `answer` is the
   * reply from its function code on, without CRC; it ended at `atMs`, monotonic.
   */
  reading(table: TagTable, heard: HeardRegisters, answer: Uint8Array, atMs: number): Reading | undefined {
    const { read, spanning } = this.#cover(heard.range);
    if (read.items.length === 0 && spanning.length === 0) return undefined;
    const into = new FrameBuilder(table);
    const data = new DataView(heard.data.buffer, heard.data.byteOffset, heard.data.length);
    let isEmpty = read.items.length === 0;
    for (const [n, { decode, slot }] of read.items.entries()) {
      decode(data, read.at[n] as number, into, slot);
      this.#note(into, slot, heard.isDoubtful, atMs);
    }
    for (const value of spanning) {
      const outcome = value.take(heard, into);
      if (outcome === 'waiting') continue;
      isEmpty = false;
      this.#note(into, value.slot, outcome === 'doubtful', atMs);
    }
    if (isEmpty) return undefined;
    if (this.#isStatutory) into.raw(answer);
    return into.build();
  }

  /** The master asked for these and was refused: tags wholly among them are bad. Undefined when there are none. */
  refusal(table: TagTable, range: RegisterRange, quality: number): Reading | undefined {
    const { read } = this.#cover(range);
    if (read.items.length === 0) return undefined;
    const into = new FrameBuilder(table);
    for (const { slot } of read.items) {
      into.bad(slot, quality);
      this.#unread.delete(slot);
      this.#readAtMs[slot] = Number.NaN;
    }
    return into.build();
  }

  /**
   * Tags last read at `readByMs` or before are bad, told once until they are read again. Not those of the device's last
   * answer, at `heardAtMs`: of them its silence is told. Undefined when there are none.
   */
  expire(table: TagTable, readByMs: number, heardAtMs: number): Expired | undefined {
    const into = new FrameBuilder(table);
    const tags: string[] = [];
    for (const [slot, { name }] of this.#tags.entries()) {
      const atMs = this.#readAtMs[slot] as number;
      if (!(atMs <= readByMs && atMs < heardAtMs)) continue;
      into.bad(slot, Quality['bad-no-answer']);
      this.#readAtMs[slot] = Number.NaN;
      tags.push(name);
    }
    return tags.length === 0 ? undefined : { reading: into.build(), tags };
  }

  /** No tag has a value that could grow old. */
  forget(): void {
    this.#readAtMs.fill(Number.NaN);
  }

  #note({ quality }: FrameBuilder, slot: number, isDoubtful: boolean, atMs: number): void {
    this.#unread.delete(slot);
    this.#readAtMs[slot] = atMs;
    if (isDoubtful && quality[slot] === Quality.good) quality[slot] = Quality['uncertain-resync'];
  }

  #cover(range: RegisterRange): Cover {
    const key = `${range.table} ${range.start} ${range.end}`;
    let cover = this.#covers.get(key);
    if (!cover) {
      const items = this.#items.filter((item) => isWithin(item.range, range));
      const parts = this.#items.filter((item) => touches(item.range, range) && !isWithin(item.range, range));
      const read = makeRead(range.table, range.start, range.end, items);
      cover = { read, spanning: parts.map((item) => this.#spanningOf(item)) };
      if (this.#covers.size >= coversMax) this.#covers.delete(this.#covers.keys().next().value as string);
      this.#covers.set(key, cover);
    }
    return cover;
  }

  /** One for each tag: pieces from different reads meet in it. */
  #spanningOf(item: Item): SpanningValue {
    const known = this.#spanning.get(item) ?? new SpanningValue(item);
    this.#spanning.set(item, known);
    return known;
  }
}
