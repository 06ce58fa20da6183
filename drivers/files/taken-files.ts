import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import type { Json } from '../../gateway/contract/index.js';

/** Characters of a digest: 48 bits, so that two of 2,048 files are confused once in a hundred million folders. */
const digestLength = 8;

/** Files remembered; as many as are looked at. Kept as 16 characters each. */
export const filesMax = 2048;

/**
 * A file's name, place, size and last change: enough to know again, without reading it, what lies there unchanged. Who
 * copies may set the time of writing, that of change (ctime) nobody can.
 */
export const seenDigest = (name: string, { size, mtimeMs, ctimeMs, ino }: FileStand): string =>
  digest(`${name}\0${size}\0${mtimeMs}\0${ctimeMs}\0${ino}`);

/** What the file system says of a file. */
export type FileStand = Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs' | 'ino'>;

/**
 * A file's name and bytes: what it says. Where records have no time the same words written again are news, so the time
 * of writing is part of it.
 */
export const saidDigest = (name: string, bytes: Uint8Array, mtimeMs: number | undefined): string =>
  digest(`${name}\0${mtimeMs ?? ''}\0`, bytes);

function digest(text: string, bytes: Uint8Array = new Uint8Array()): string {
  return createHash('sha256').update(text).update(bytes).digest('base64url').slice(0, digestLength);
}

/** What was taken of a folder, across restarts; of too many the oldest are forgotten. */
export class TakenFiles {
  /** What was said, by how it was seen. */
  readonly #said = new Map<string, string>();

  get size(): number {
    return this.#said.size;
  }

  hasSeen(seen: string): boolean {
    return this.#said.has(seen);
  }

  hasSaid(said: string): boolean {
    for (const one of this.#said.values()) if (one === said) return true;
    return false;
  }

  add(seen: string, said: string): void {
    this.#said.delete(seen);
    this.#said.set(seen, said);
    for (const oldest of this.#said.keys()) {
      if (this.#said.size <= filesMax) break;
      this.#said.delete(oldest);
    }
  }

  /** Forgets what lies there no more. */
  keepOnly(seen: ReadonlySet<string>): void {
    for (const one of this.#said.keys()) if (!seen.has(one)) this.#said.delete(one);
  }

  /** All but those seen as one of these. */
  toJson(but: ReadonlySet<string>): Json {
    return [...this.#said].flatMap(([seen, said]) => (but.has(seen) ? [] : [seen + said])).join('');
  }

  /** What cannot be understood is nothing: then files are told once more. */
  static fromJson(json: Json | undefined): TakenFiles {
    const taken = new TakenFiles();
    const text = typeof json === 'string' ? json : '';
    const step = 2 * digestLength;
    for (let at = 0; at + step <= text.length; at += step) {
      taken.add(text.slice(at, at + digestLength), text.slice(at + digestLength, at + step));
    }
    return taken;
  }
}
