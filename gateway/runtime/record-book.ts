import { createHash } from 'node:crypto';
import type { EntryStamp, Happening, RecordEntry } from '../contract/index.js';
import type { Storing } from '../journal/index.js';

/** Ids remembered of each sort of happening of a device: one that is told again after more than so many others is kept twice. */
export const idsMax = 10_000;

/** Journals one, and says whether it could. */
type Note = (record: Omit<RecordEntry, keyof EntryStamp>) => Storing;

/** Keeps what happened at devices, each once in a run, however often a device tells it. */
export class RecordBook {
  readonly #note: Note;
  /** Digests of ids, the one told last at the end: an id may be long. */
  readonly #ids = new Map<string, Set<string>>();

  constructor(note: Note) {
    this.#note = note;
  }

  /** One that could not be stored is taken anew when it is told again. */
  take({ device, name, at, id, fields }: Happening): Storing {
    const told = id === '' ? undefined : createHash('sha256').update(id).digest('base64');
    if (told !== undefined && this.#isKnown(`${device}/${name}`, told)) return 'stored';
    const storing = this.#note({ kind: 'record', device, name, at: at ?? null, id, fields });
    if (told !== undefined && storing === 'stored') this.#remember(`${device}/${name}`, told);
    return storing;
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
