import type { Log } from '../../gateway/contract/index.js';
import type { ListedFile } from './folder-list.js';
import type { Damage } from './text-file.js';

/** Damaged places told of one file. */
const toldMax = 5;
/** States remembered as told. */
const statesMax = 100;

/** What is wrong with files, told when it begins and when it ends, for each kind of file by itself. */
export class FileTroubles {
  readonly #log: Log;
  readonly #damaged = new Set<string>();
  readonly #states = new Set<string>();
  #isEncodingTold = false;
  #isPassedOverTold = false;

  constructor(log: Log) {
    this.#log = log;
  }

  damage(kind: string, file: string, damages: readonly Damage[]): void {
    const wasDamaged = this.#damaged.has(kind);
    if (damages.length > 0 && !wasDamaged) {
      this.#damaged.add(kind);
      const places = damages.slice(0, toldMax).map(({ line, what }) => `line ${line}: ${what.en}`);
      this.#log.warn({ file, places, count: damages.length }, 'a file has records that cannot be used; the others are');
    } else if (damages.length === 0 && wasDamaged) {
      this.#damaged.delete(kind);
      this.#log.info({ file }, 'files of this kind are whole again');
    }
  }

  unknownStates(file: string, states: ReadonlySet<string>): void {
    for (const state of states) {
      if (this.#states.has(state) || this.#states.size >= statesMax) continue;
      this.#states.add(state);
      this.#log.warn({ file, state }, 'a state has no meaning yet, so values are uncertain; write it under `states`');
    }
  }

  /** Letters come out as others, so no state is known: told once. */
  otherEncoding(file: string, encoding: string): void {
    if (this.#isEncodingTold) return;
    this.#isEncodingTold = true;
    this.#log.warn({ file, encoding }, 'a file seems to be in UTF-8; write `encoding: utf-8` of the link');
  }

  passedOver([file]: readonly string[]): void {
    if (file === undefined || this.#isPassedOverTold) return;
    this.#isPassedOverTold = true;
    this.#log.warn({ file }, 'links, and names with a line break, are not read; write a plain file');
  }

  refused({ name, size }: ListedFile, bytesMax: number): void {
    this.#log.warn({ file: name, bytes: size, bytesMax }, 'a file is larger than `fileBytesMax` and is not read');
  }
}
