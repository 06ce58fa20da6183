import { mkdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toGbk } from './gbk.js';

/** One record as the mine's program writes it: code, time as of a clock at +08:00, value, state. */
export interface MineRecord {
  readonly point: string;
  /** ms UTC. */
  readonly at: number;
  readonly value: string | number;
  /** `正常`. */
  readonly state?: string;
  readonly mine?: string;
}

export interface MineFileOptions {
  readonly folder: string;
  /** Code of the mine. */
  readonly mine?: string;
  readonly encoding?: 'gbk' | 'utf-8';
}

/** How a file is written. */
export interface MineFile {
  /** `AQSS`. */
  readonly table: string;
  readonly records: readonly MineRecord[];
  /** Without it, made of table and time. */
  readonly name?: string;
  /** Put into the folder under another name first, and renamed when it is whole. */
  readonly isRenamed?: boolean;
  /** When it was written by the file system's own account, ms UTC. */
  readonly mtime?: number;
}

const zoneMs = 8 * 3_600_000;

/** Writes what a mine's monitoring system exports: `KJ;AQSS|…;…~…;…~||`, one batch a file. */
export class MineFileWriter {
  readonly #options: Required<MineFileOptions>;
  #files = 0;

  constructor({ folder, mine = '520201001', encoding = 'gbk' }: MineFileOptions) {
    this.#options = { folder, mine, encoding };
  }

  /** A whole file; resolves to its name. */
  async write(file: MineFile): Promise<string> {
    return this.writeText(this.nameOf(file), this.textOf(file), file);
  }

  /** The first bytes of a file; `finish` adds the rest, as a slow writer does. */
  async begin(file: MineFile, bytes: number): Promise<{ readonly name: string; finish(): Promise<void> }> {
    const name = this.nameOf(file);
    const whole = this.#encode(this.textOf(file));
    const path = join(this.#options.folder, name);
    await writeFile(path, whole.subarray(0, bytes));
    return { name, finish: () => writeFile(path, whole.subarray(bytes), { flag: 'a' }) };
  }

  /** Any text at all. */
  async writeText(
    name: string,
    text: string,
    { isRenamed = false, mtime }: Pick<MineFile, 'isRenamed' | 'mtime'> = {},
  ): Promise<string> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true });
    const path = join(folder, name);
    const isMoved = isRenamed || mtime !== undefined;
    const written = isMoved ? `${path}.tmp` : path;
    await writeFile(written, this.#encode(text));
    if (mtime !== undefined) await utimes(written, mtime / 1000, mtime / 1000);
    if (isMoved) await rename(written, path);
    return name;
  }

  textOf({ table, records }: MineFile): string {
    const lines = records.map(({ mine = this.#options.mine, point, at, value, state = '正常' }) =>
      [mine, point, timeText(at), value, state].join(';'),
    );
    return `KJ;${table}|\r\n${lines.map((line) => `${line}~\r\n`).join('')}||\r\n`;
  }

  nameOf({ name, table }: MineFile): string {
    this.#files += 1;
    return name ?? `${this.#options.mine}_${table}_${String(this.#files).padStart(6, '0')}.txt`;
  }

  #encode(text: string): Buffer {
    return this.#options.encoding === 'gbk' ? toGbk(text) : Buffer.from(text);
  }
}

/** `2026-11-21 09:01:00` of the mine's clock. */
function timeText(at: number): string {
  return new Date(at + zoneMs).toISOString().slice(0, 19).replace('T', ' ');
}
