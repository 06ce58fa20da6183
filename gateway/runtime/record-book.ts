import { createHash } from 'node:crypto';
import type { EntryStamp, Happening, RecordEntry } from '../contract/index.js';

/** Ids remembered of each sort of happening of a device: one that is told again after more than so many others is kept twice. */
export const idsMax = 10_000;

/** Keeps what happened at devices, each once in a run, however often a device tells it. */
export class RecordBook {
  readonly #note: (record: Omit<RecordEntry, keyof EntryStamp>) => void;
  /** Digests of ids, the one told last at the end: an id may be long. */
  readonly #ids = new Map<string, Set<string>>();

  constructor(note: (record: Omit<RecordEntry, keyof EntryStamp>) => void) {
    this.#note = note;
  }

  take({ device, name, at, id, fields }: Happening): void {
    const told = id === '' ? undefined : createHash('sha256').update(id).digest('base64');
    if (told !== undefined && this.#isKnown(`${device}/${name}`, told)) return;
    this.#note({ kind: 'record', device, name, at: at ?? null, id, fields });
    if (told !== undefined) this.#remember(`${device}/${name}`, told);
  }

  /** One that is told over and over is not the one to be forgotten. */
  #isKnown(sort: string, told: string): boolean {
    const known = this.#ids.get(sort);
    if (!known?.delete(told)) return false;
    known.add(told);
    return true;
  }

  #remember(sort: string, told: string): void {
    const known = this.#ids.get(sort) ?? new Set();
    this.#ids.set(sort, known.add(told));
    const [oldest] = known;
    if (known.size > idsMax && oldest !== undefined) known.delete(oldest);
  }
}
