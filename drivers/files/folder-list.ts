import { open, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NamePattern } from './name-pattern.js';
import { filesMax, seenDigest } from './taken-files.js';

/** A file of the folder as it stood when it was looked at. */
export interface ListedFile {
  readonly name: string;
  readonly size: number;
  /** ms UTC, by whoever keeps the file system. */
  readonly mtimeMs: number;
  /** Another as soon as name, place, size or times are. */
  readonly seen: string;
}

export interface FolderListing {
  /** The longest unchanged first. */
  readonly files: ListedFile[];
  /** Names that are meant and not read: links may lead anywhere, and a line break is in no name a mine writes. */
  readonly passedOver: readonly string[];
}

/** Files asked about at a time. */
const asksAtOnce = 64;

/**
 * Files of the folder with such names; of more than 2,048 those whose names sort last, for
 * names usually hold a date. Rejects when the folder cannot be read.
 */
export async function listFolder(folder: string, isWanted: NamePattern): Promise<FolderListing> {
  let names: string[] = [];
  const passedOver: string[] = [];
  for await (const entry of await opendir(folder)) {
    const isOdd = entry.isSymbolicLink() || (entry.isFile() && lineBreak.test(entry.name));
    if (isOdd && passedOver.length < filesMax && isWanted(entry.name.split(lineBreak).join(' '))) {
      passedOver.push(entry.name);
    }
    if (isOdd || !entry.isFile() || !isWanted(entry.name)) continue;
    names.push(entry.name);
    if (names.length > 2 * filesMax) names = lastNames(names);
  }
  names = lastNames(names);
  const listed: ListedFile[] = [];
  for (let at = 0; at < names.length; at += asksAtOnce) {
    const some = await Promise.all(names.slice(at, at + asksAtOnce).map((name) => listFile(folder, name)));
    for (const one of some) if (one) listed.push(one);
  }
  return { files: listed.sort((a, b) => a.mtimeMs - b.mtimeMs || (a.name < b.name ? -1 : 1)), passedOver };
}

const lineBreak = /[\r\n\u2028\u2029]/;

const lastNames = (names: readonly string[]): string[] => names.toSorted().slice(-filesMax);

/** Undefined when it is gone meanwhile. */
export async function listFile(folder: string, name: string): Promise<ListedFile | undefined> {
  const found = await stat(join(folder, name)).catch(() => undefined);
  if (!found) return undefined;
  const { size, mtimeMs } = found;
  return { name, size, mtimeMs, seen: seenDigest(name, found) };
}

/** The bytes of a file, or undefined when it is gone or was changed meanwhile: then it is looked at again later. */
export async function readUnchanged(folder: string, file: ListedFile): Promise<Uint8Array | undefined> {
  const handle = await open(join(folder, file.name), 'r').catch(() => undefined);
  if (!handle) return undefined;
  try {
    const bytes = Buffer.alloc(file.size);
    let at = 0;
    while (at < file.size) {
      const { bytesRead } = await handle.read(bytes, at, file.size - at, at);
      if (bytesRead === 0) return undefined;
      at += bytesRead;
    }
    return seenDigest(file.name, await handle.stat()) === file.seen ? bytes : undefined;
  } finally {
    await handle.close();
  }
}
