import { mkdir, open, readdir } from 'node:fs/promises';
import type { LaneName } from '../contract/index.js';
import { LaneStore } from './lane-store.js';
import { fileStem, parseFileStem, type Source } from './source.js';

/** Lanes held open at once, two files each; what comes from a source beyond them is refused with 503. */
const lanesMax = 250;

/** All lanes of all sources, in one folder. */
export class PoolStore {
  readonly #folder: string;
  readonly #lanes = new Map<string, Promise<LaneStore>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Creates the folder where needed and reads what it holds. */
  static async open(folder: string): Promise<PoolStore> {
    await mkdir(folder, { recursive: true });
    const store = new PoolStore(folder);
    const names = await readdir(folder);
    for (const name of names.filter((one) => one.endsWith('.ndjson') && !one.endsWith('.closed.ndjson'))) {
      const known = parseFileStem(name.slice(0, -'.ndjson'.length));
      if (known) await store.lane(known.source, known.lane);
    }
    return store;
  }

  /** The lane, opened at its first use. Rejects when there are too many. */
  lane(source: Source, lane: LaneName): Promise<LaneStore> {
    const key = fileStem(source, lane);
    const known = this.#lanes.get(key);
    if (known) return known;
    if (this.#lanes.size >= lanesMax) return Promise.reject(new Error(`more than ${lanesMax} lanes`));
    const opening = this.#create(source, lane);
    this.#lanes.set(key, opening);
    opening.catch(() => this.#lanes.delete(key));
    return opening;
  }

  lanes(): Promise<readonly LaneStore[]> {
    return Promise.all(this.#lanes.values());
  }

  async close(): Promise<void> {
    for (const lane of await this.lanes()) await lane.close();
    this.#lanes.clear();
  }

  /** A new file is on disk only when its folder is. */
  async #create(source: Source, lane: LaneName): Promise<LaneStore> {
    const store = await LaneStore.open(this.#folder, source, lane);
    const folder = await open(this.#folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return store;
  }
}
