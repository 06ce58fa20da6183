import type { EntryStamp, Happening, RecordEntry } from '../contract/index.js';

/** Ids remembered of each sort of happening of a device: one that is told again after more than so many others is kept twice. */
export const idsMax = 1000;

/** Keeps what happened at devices, each once in a run, however often a device tells it. */
export class RecordBook {
  readonly #note: (record: Omit<RecordEntry, keyof EntryStamp>) => void;
  /** Newest last. */
  readonly #ids = new Map<string, Set<string>>();

  constructor(note: (record: Omit<RecordEntry, keyof EntryStamp>) => void) {
    this.#note = note;
  }

  take({ device, name, at, id, fields }: Happening): void {
    if (id !== '' && !this.#isNew(`${device}/${name}`, id)) return;
    this.#note({ kind: 'record', device, name, at: at ?? null, id, fields });
  }

  #isNew(sort: string, id: string): boolean {
    const known = this.#ids.get(sort) ?? new Set();
    if (known.has(id)) return false;
    known.add(id);
    const [oldest] = known;
    if (known.size > idsMax && oldest !== undefined) known.delete(oldest);
    this.#ids.set(sort, known);
    return true;
  }
}
