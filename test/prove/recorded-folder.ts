import { link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskState } from './disk-states.js';

/**
 * The folder a journal was recorded in, given other contents. Each file keeps the inode and the birth it was recorded
 * with, and so does the folder: a gateway that opens it finds its own journal and no copy of it.
 */
export class RecordedFolder {
  readonly path: string;
  readonly #originals: string;
  readonly #recorded: ReadonlySet<string>;

  private constructor(path: string, originals: string, recorded: ReadonlySet<string>) {
    this.path = path;
    this.#originals = originals;
    this.#recorded = recorded;
  }

  /** Keeps a second name of each segment in a folder beside it, whatever a gateway removes. */
  static async keep(path: string): Promise<RecordedFolder> {
    const originals = `${path}-originals`;
    await mkdir(originals);
    const names = (await readdir(path)).filter((name) => name.endsWith('.seg'));
    for (const name of names) await link(join(path, name), join(originals, name));
    return new RecordedFolder(path, originals, new Set(names));
  }

  /** Removes what a gateway left, and writes one state of the disk. */
  async write(state: DiskState): Promise<void> {
    for (const name of await readdir(this.path)) await rm(join(this.path, name), { recursive: true });
    for (const [name, content] of state) {
      const path = join(this.path, name);
      if (this.#recorded.has(name)) await link(join(this.#originals, name), path);
      const file = await open(path, this.#recorded.has(name) ? 'r+' : 'w');
      await file.truncate(0);
      await file.writeFile(content);
      await file.close();
    }
  }
}
