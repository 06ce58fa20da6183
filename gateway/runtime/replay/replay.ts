import type { Registries } from '../../../config/index.js';
import type { SiteConfig } from '../../../config/site.js';
import type { Entry, Log } from '../../contract/index.js';
import type { Journal } from '../../journal/index.js';
import { type BlindSpan, BlindSpans } from './blind-spans.js';
import { entriesOf, framesOf, type Happening, happeningsOf, type StartInput } from './inputs.js';
import { Stage } from './stage.js';

export interface ReplayOptions {
  readonly journal: Journal;
  readonly registries: Registries;
  /** The site as it was configured, by the files the journal kept; undefined when they cannot be read any more. */
  readonly siteOf: (files: Readonly<Record<string, string>>) => Promise<SiteConfig | undefined>;
  /** Judges by this site's rules instead of those that were applied. */
  readonly instead?: SiteConfig;
  /** Called with each entry in the order in which they would have been journaled. */
  readonly note: (entry: Entry) => void;
  /** Called now and then with the number of frames judged so far. */
  readonly onProgress?: (frames: number) => void;
  readonly log: Log;
}

export interface ReplayResult {
  readonly frames: number;
  /** Instants of the first and the last frame. */
  readonly from: number;
  readonly to: number;
  /** Starts whose configuration the journal does not hold or nobody can read any more: not judged. */
  readonly unjudged: number;
  /** Frames that came before a configuration the journal still holds, or under one of these: not judged. */
  readonly framesUnjudged: number;
  /** What the disk does not give back any more, of frames and of entries; judged is what lies before and behind. */
  readonly blind: readonly BlindSpan[];
}

const progressEvery = 10_000;

/**
 * Judges again what the journal keeps, by the very same parts: frames in their order, between them what people did and
 * when the gateway started, seconds counted in between. Reads no clock, so the same journal gives the same entries.
 */
export class Replay {
  readonly #options: ReplayOptions;
  #stage: Stage | undefined;
  #configuration = '';
  #frames = 0;
  #from = Number.NaN;
  #to = Number.NaN;
  #unjudged = 0;
  #framesUnjudged = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  async run(): Promise<ReplayResult> {
    const { journal, onProgress } = this.#options;
    const entries: Entry[] = [];
    const [ofEntries, ofFrames] = [new BlindSpans(journal.alarms), new BlindSpans(journal.samples)];
    for await (const entry of entriesOf(journal, ofEntries)) if (isInput(entry)) entries.push(entry);
    const happenings = happeningsOf(entries);
    for await (const { offset, frame } of framesOf(journal, ofFrames)) {
      while ((happenings[0]?.after ?? Number.POSITIVE_INFINITY) <= offset) await this.#happens(happenings.shift());
      if (this.#stage) this.#stage.frame(frame);
      else this.#framesUnjudged += 1;
      if (this.#frames === 0) this.#from = frame.instant;
      this.#to = frame.instant;
      this.#frames += 1;
      if (this.#frames % progressEvery === 0) onProgress?.(this.#frames);
    }
    for (const happening of happenings) await this.#happens(happening);
    return {
      frames: this.#frames,
      from: this.#from,
      to: this.#to,
      unjudged: this.#unjudged,
      framesUnjudged: this.#framesUnjudged,
      blind: [...ofFrames.list, ...ofEntries.list],
    };
  }

  /** Seconds that passed after the last frame, up to `instant`. */
  tick(instant: number): void {
    this.#stage?.tick(instant);
  }

  async #happens(happening: Happening | undefined): Promise<void> {
    if (happening?.start) await this.#start(happening.start);
    if (happening?.act) this.#stage?.act(happening.act);
  }

  async #start({ gap, configuration }: StartInput): Promise<void> {
    if (gap.tickedTo !== null) this.#stage?.tick(gap.tickedTo);
    if (gap.reason === 'stop') this.#stage?.stopped();
    if (configuration && configuration.hash !== this.#configuration) {
      await this.#stageFor(configuration.hash, configuration.files);
    }
    this.#stage?.started(gap, this.#configuration);
  }

  async #stageFor(hash: string, files: Readonly<Record<string, string>>): Promise<void> {
    const { journal, registries, siteOf, instead, note, log } = this.#options;
    const site = instead ?? (await siteOf(files));
    const before = this.#stage?.handOver();
    this.#configuration = hash;
    if (!site) {
      this.#stage = undefined;
      this.#unjudged += 1;
      return;
    }
    const tables = [...journal.tables.values()].filter((table) => table.configuration === hash);
    this.#stage = new Stage({ site, registries, tables, before, note, log });
  }
}

const isInput = ({ kind }: Entry): boolean => kind === 'gap' || kind === 'configuration' || kind === 'alarm';
