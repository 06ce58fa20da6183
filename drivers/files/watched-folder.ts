import type { Clock } from '../../gateway/contract/index.js';
import { type ListedFile, listFolder, readUnchanged } from './folder-list.js';
import type { LinkSettings } from './link-schema.js';
import { type NamePattern, namePattern } from './name-pattern.js';
import type { FileLayout } from './table-layout.js';
import { saidDigest, type TakenFiles } from './taken-files.js';
import { readTextFile, type TextFile } from './text-file.js';

/** A file that is whole and was not taken before. */
export interface WholeFile extends ListedFile {
  readonly text: TextFile;
  /** It was taken without the end mark it should have, because it is no longer written. */
  readonly isUnended: boolean;
  /** It lay there when the folder was first looked at. */
  readonly wasThere: boolean;
  readonly said: string;
}

export interface FolderNews {
  /** In the order they were written. */
  readonly files: readonly WholeFile[];
  /** Larger than is read; told once. */
  readonly refused: readonly ListedFile[];
  /** Names of links and with line breaks, which are not read; each once. */
  readonly odd: readonly string[];
  /** More are waiting: the folder should be looked at again at once. */
  readonly hasMore: boolean;
}

export interface WatchedFolderOptions {
  readonly settings: LinkSettings;
  readonly layout: FileLayout;
  readonly taken: TakenFiles;
  readonly clock: Clock;
}

/** What is known of a file since it was last changed. */
interface KnownFile {
  readonly seen: string;
  readonly sinceMs: number;
  readonly wasThere: boolean;
  isDone: boolean;
  /** It was read and had no end mark yet. */
  isUnended: boolean;
}

/** Files read at one look, so that a backlog does not fill the memory. */
const filesAtOnce = 64;

/** A folder that is looked at again and again: which files in it are whole and new. */
export class WatchedFolder {
  readonly #options: WatchedFolderOptions;
  readonly #isWanted: NamePattern;
  #known = new Map<string, KnownFile>();
  #odd: ReadonlySet<string> = new Set();
  #isFirst = true;

  constructor(options: WatchedFolderOptions) {
    this.#options = options;
    this.#isWanted = namePattern(options.settings.files);
  }

  /** Rejects when the folder cannot be read. A file given here is not given again unless it is changed. */
  async look(): Promise<FolderNews> {
    const { settings, taken } = this.#options;
    const { files: listed, passedOver } = await listFolder(settings.folder, this.#isWanted);
    const odd = passedOver.filter((name) => !this.#odd.has(name));
    this.#odd = new Set(passedOver);
    this.#note(listed);
    const files: WholeFile[] = [];
    const refused: ListedFile[] = [];
    for (const file of listed) {
      const known = this.#known.get(file.name) as KnownFile;
      if (known.isDone) continue;
      if (file.size > settings.fileBytesMax) {
        known.isDone = true;
        refused.push(file);
        continue;
      }
      if (files.length >= filesAtOnce) return { files, refused, odd, hasMore: true };
      const whole = await this.#readWhole(file, known);
      if (!whole) continue;
      known.isDone = true;
      if (taken.hasSaid(whole.said)) taken.add(file.seen, whole.said);
      else files.push(whole);
    }
    return { files, refused, odd, hasMore: false };
  }

  /** Files that lie there, as of the last look. */
  get seen(): ReadonlySet<string> {
    return new Set([...this.#known.values()].map(({ seen }) => seen));
  }

  #note(listed: readonly ListedFile[]): void {
    const { clock, taken } = this.#options;
    const before = this.#known;
    this.#known = new Map(
      listed.map(({ name, seen }) => {
        const known = before.get(name);
        if (known?.seen === seen) return [name, known];
        const isDone = taken.hasSeen(seen);
        return [name, { seen, sinceMs: clock.monotonic(), wasThere: this.#isFirst, isDone, isUnended: false }];
      }),
    );
    this.#isFirst = false;
  }

  /** Undefined while it is still written, or when it changed while it was read. */
  async #readWhole(file: ListedFile, known: KnownFile): Promise<WholeFile | undefined> {
    const { settings, layout, clock } = this.#options;
    const isStill = clock.monotonic() - known.sinceMs >= settings.settle;
    const mayBeWhole = settings.complete === 'still' ? isStill : isStill || !known.isUnended;
    if (!mayBeWhole) return undefined;
    const bytes = await readUnchanged(settings.folder, file);
    if (!bytes) return undefined;
    const text = readTextFile(file.name, bytes, layout);
    if (settings.complete === 'marked' && !text.isEnded && !isStill) {
      known.isUnended = true;
      return undefined;
    }
    const isUnended = settings.complete === 'marked' && !text.isEnded;
    const isTimed = text.records.every(({ at }) => at !== undefined);
    const said = saidDigest(file.name, bytes, isTimed ? undefined : file.mtimeMs);
    return { ...file, text, isUnended, wasThere: known.wasThere, said };
  }
}
