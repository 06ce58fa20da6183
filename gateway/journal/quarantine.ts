import { basename, join } from 'node:path';
import type { Disk } from './disk.js';
import type { Damage, SegmentFile } from './segment.js';

/** Copies kept at most; beyond it damage is still skipped and told, and no further copy is made. */
export const quarantineCopiesMax = 8;

/** Keeps a copy of each damaged segment as it was found, so that somebody can look into it. */
export class Quarantine {
  readonly #disk: Disk;
  readonly #folder: string;

  constructor(disk: Disk, journalFolder: string) {
    this.#disk = disk;
    this.#folder = join(journalFolder, 'quarantine');
  }

  /** One sentence a damaged segment: what was skipped and where the copy lies. */
  async keep(found: readonly { segment: SegmentFile; damaged: readonly Damage[] }[]): Promise<string[]> {
    const sentences: string[] = [];
    for (const { segment, damaged } of found) {
      const name = basename(segment.path);
      const ranges = damaged.map(({ from, to }) => `${from}–${to}`).join(', ');
      sentences.push(`${name}: bytes ${ranges} are damaged and were skipped; ${await this.#copy(segment, name)}`);
    }
    return sentences;
  }

  async #copy(segment: SegmentFile, name: string): Promise<string> {
    try {
      await this.#disk.makeFolder(this.#folder);
      const kept = await this.#disk.list(this.#folder);
      if (!kept.includes(name)) {
        if (kept.length >= quarantineCopiesMax) return `no copy was made, ${kept.length} are kept already`;
        await this.#disk.copy(segment.path, join(this.#folder, name));
      }
      return `a copy is in ${this.#folder}`;
    } catch (error) {
      return `no copy could be made (${(error as Error).message})`;
    }
  }
}

/** Damage that is met while segments are read for sinks and history: each segment is copied and told once. */
export class FoundDamage {
  readonly #quarantine: Quarantine;
  readonly #tell: (sentence: string) => void;
  readonly #told = new Set<string>();
  #copied: Promise<void> = Promise.resolve();

  constructor(quarantine: Quarantine, tell: (sentence: string) => void) {
    this.#quarantine = quarantine;
    this.#tell = tell;
  }

  tell(segment: SegmentFile, damage: Damage): void {
    if (this.#told.has(segment.path)) return;
    this.#told.add(segment.path);
    this.#copied = this.#copied.then(async () => {
      for (const sentence of await this.#quarantine.keep([{ segment, damaged: [damage] }])) this.#tell(sentence);
    });
  }

  /** Resolves when no segment is being copied. */
  copied(): Promise<void> {
    return this.#copied;
  }
}
