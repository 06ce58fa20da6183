import type { Clock, Json, Learned, Log } from '../../gateway/contract/index.js';
import type { LinkSettings } from './link-schema.js';
import type { PointSlots } from './point-slots.js';
import { isAhead } from './record-time.js';
import { putAway, type SpentFile } from './spent-files.js';
import { TakenFiles } from './taken-files.js';

/**
 * How long a file that was told is not yet noted as taken, nor put away. A power cut takes what the journal had not
 * committed by then; the file is told once more rather than not at all. A second is usual; this is enough for any.
 */
const keepMs = 30_000;

interface Told extends SpentFile {
  readonly atMs: number;
}

export interface TakingOptions {
  readonly link: string;
  readonly settings: LinkSettings;
  readonly slots: PointSlots;
  readonly learned: Learned;
  readonly clock: Clock;
  readonly log: Log;
}

/** Which files were taken, remembered across restarts, and what becomes of them. */
export class Taking {
  readonly files: TakenFiles;
  readonly #options: TakingOptions;
  #told: Told[] = [];
  #isRefused = false;

  constructor(options: TakingOptions) {
    this.#options = options;
    const facts = options.learned.get(options.link);
    this.files = TakenFiles.fromJson(member(facts, 'taken'));
    const newest = member(facts, 'newest');
    for (const slot of options.slots.all()) {
      const at = member(member(newest, slot.device.name), slot.address.table);
      // A time ahead of ours would make history of all that is right.
      if (typeof at === 'number' && !isAhead(at, options.clock.utc())) slot.told = { at, words: '', isStale: false };
    }
  }

  note(file: SpentFile): void {
    this.files.add(file.seen, file.said);
    this.#told.push({ ...file, atMs: this.#options.clock.monotonic() });
  }

  /** Notes what was told long enough ago, and puts it away; at the end everything that was told. */
  async settle(lying: ReadonlySet<string>, isEnd = false): Promise<void> {
    const { clock, learned, link } = this.#options;
    const now = clock.monotonic();
    const isRipe = ({ atMs }: Told): boolean => isEnd || now - atMs >= keepMs;
    const ripe = this.#told.filter(isRipe);
    this.#told = this.#told.filter((one) => !isRipe(one));
    if (ripe.length === 0) return;
    for (const file of ripe) await this.#putAway(file);
    this.files.keepOnly(lying);
    const unripe = new Set(this.#told.map(({ seen }) => seen));
    learned.set(link, { taken: this.files.toJson(unripe), newest: this.#newest() });
  }

  async #putAway(file: Told): Promise<void> {
    const { settings, log } = this.#options;
    try {
      await putAway(settings, file);
      this.#isRefused = false;
    } catch (error) {
      if (!this.#isRefused)
        log.warn({ folder: settings.folder, file: file.name, error }, 'cannot put away a taken file');
      this.#isRefused = true;
    }
  }

  /** Newest time told, by device and table. */
  #newest(): Json {
    const newest: Record<string, Record<string, number>> = {};
    for (const { device, address, told } of this.#options.slots.all()) {
      if (told?.at === undefined) continue;
      const own = (newest[device.name] ??= {});
      own[address.table] = Math.max(own[address.table] ?? told.at, told.at);
    }
    return newest;
  }
}

function member(json: Json | undefined, key: string): Json | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  return (json as Readonly<Record<string, Json>>)[key];
}
