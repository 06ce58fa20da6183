import type { LinkConfig } from '../../config/site.js';
import { type Frame, Quality, type TagTable } from '../contract/index.js';
import type { Journal } from '../journal/index.js';
import { formerNames } from './former-names.js';
import type { Pipeline } from './pipeline.js';

/** The table that stands in another one's place, and where each of its slots was there; −1 where it was not. */
interface Successor {
  readonly table: TagTable;
  readonly slots: readonly number[];
}

/**
 * Frames of the configuration before as the present one would have read them: after a kill the rules go through them
 * again, also when the site file was changed meanwhile. By device, poll group and tag, and their former names.
 */
export class Successors {
  readonly #tables: ReadonlyMap<number, TagTable>;
  readonly #byGroup = new Map<string, TagTable>();
  readonly #tags: ReadonlyMap<string, readonly string[]>;
  readonly #known = new Map<number, Successor | undefined>();

  constructor(tables: readonly TagTable[], links: readonly LinkConfig[]) {
    const { devices, tags } = formerNames({ rules: [], links });
    this.#tables = new Map(tables.map((table) => [table.number, table]));
    this.#tags = tags;
    for (const table of tables) {
      for (const device of [table.device, ...(devices.get(table.device) ?? [])]) {
        const key = `${device}/${table.group}`;
        if (!this.#byGroup.has(key)) this.#byGroup.set(key, table);
      }
    }
  }

  /** The frame by the present tables; undefined when nothing reads its device and group any more. */
  of(frame: Frame): Frame | undefined {
    const { number } = frame.table;
    if (this.#tables.has(number)) return frame;
    if (!this.#known.has(number)) this.#known.set(number, this.#find(frame.table));
    const successor = this.#known.get(number);
    if (!successor) return undefined;
    const { table, slots } = successor;
    return {
      ...frame,
      table,
      values: Float64Array.from(slots, (slot) => frame.values[slot] ?? Number.NaN),
      quality: Uint8Array.from(slots, (slot) => frame.quality[slot] ?? Quality.absent),
    };
  }

  #find(old: TagTable): Successor | undefined {
    const table = this.#byGroup.get(`${old.device}/${old.group}`);
    if (!table) return undefined;
    const slots = table.tags.map(({ name }) => {
      const names = [name, ...(this.#tags.get(`${table.device}/${name}`) ?? [])];
      return old.tags.findIndex((tag) => names.includes(tag.name));
    });
    return { table, slots };
  }
}

const recordsMax = 1000;
const bytesMax = 4 * 2 ** 20;

/** Brings rules to where they were by the frames journaled since `offset`. */
export async function recall(
  pipeline: Pipeline,
  { samples }: Journal,
  offset: number,
  successors: Successors,
): Promise<void> {
  const reader = samples.reader();
  for (let at = Math.max(offset, samples.first); at < samples.committed; ) {
    const { records, next } = await reader.read(at, recordsMax, bytesMax);
    for (const record of records) {
      const frame = successors.of(record);
      if (frame) pipeline.recall(frame);
    }
    at = next;
  }
  await reader.close();
}
