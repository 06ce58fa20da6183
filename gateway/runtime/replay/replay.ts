import { contextDevice, type Registries } from '../../../config/index.js';
import type { SiteConfig } from '../../../config/site.js';
import type { ContextEntry, Entry, Frame, Log, TagTable } from '../../contract/index.js';
import type { Journal } from '../../journal/index.js';
import { type BlindSpan, BlindSpans } from './blind-spans.js';
import { type ContextAgain, contextAgain, contextSaid } from './context-again.js';
import { Coverage } from './coverage.js';
import { entriesOf, framesOf, type Happening, happeningsOf, type StartInput } from './inputs.js';
import { Stage } from './stage.js';
import { type UnjudgedRule, unjudgedRules } from './unjudged-rules.js';

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
  /** Rules of the site judged by last, or parts of them, for which the journal has no readings. */
  readonly notJudged: readonly UnjudgedRule[];
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
  readonly #coverage = new Coverage();
  /** Of the site that judges instead; a site of the journal has its frames in it. */
  #context: ContextAgain | undefined;
  #stage: Stage | undefined;
  #site: SiteConfig | undefined;
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
    const { journal, registries, onProgress } = this.#options;
    const entries: Entry[] = [];
    const said: ContextEntry[] = [];
    const [ofEntries, ofFrames] = [new BlindSpans(journal.alarms), new BlindSpans(journal.samples)];
    for await (const entry of entriesOf(journal, ofEntries)) {
      if (isInput(entry)) entries.push(entry);
      if (entry.kind === 'context') said.push(entry);
    }
    this.#beginContext(said);
    const happenings = happeningsOf(entries);
    for await (const { offset, frame } of framesOf(journal, ofFrames)) {
      while ((happenings[0]?.after ?? Number.POSITIVE_INFINITY) <= offset) await this.#happens(happenings.shift());
      if (this.#stage) this.#judge(frame, this.#stage);
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
      notJudged: this.#site ? unjudgedRules({ site: this.#site, registries, coverage: this.#coverage }) : [],
      blind: [...ofFrames.list, ...ofEntries.list],
    };
  }

  /** Seconds that passed after the last frame, up to `instant`. */
  tick(instant: number): void {
    this.#stage?.tick(instant);
  }

  #beginContext(said: readonly ContextEntry[]): void {
    const { journal, instead } = this.#options;
    const number = Math.max(0, ...journal.tables.keys()) + 1;
    this.#context = instead && contextAgain(instead, number, contextSaid(journal, said));
  }

  /** Under another site the context is what that site's would have been, told at the latest where it was told then. */
  #judge(frame: Frame, stage: Stage): void {
    const told = frame.late === true ? undefined : this.#context?.due(frame);
    if (told) stage.frame(told);
    if (!this.#options.instead || frame.table.device !== contextDevice) stage.frame(frame);
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
    this.#context?.again();
  }

  async #stageFor(hash: string, files: Readonly<Record<string, string>>): Promise<void> {
    const { journal, registries, siteOf, instead, note, log } = this.#options;
    const site = instead ?? (await siteOf(files));
    const before = this.#stage?.handOver();
    this.#configuration = hash;
    this.#site = site;
    if (!site) {
      this.#stage = undefined;
      this.#unjudged += 1;
      return;
    }
    const tables = this.#tablesOf([...journal.tables.values()].filter(({ configuration }) => configuration === hash));
    this.#stage = new Stage({ site, registries, tables, before, coverage: this.#coverage, note, log });
  }

  #tablesOf(journaled: readonly TagTable[]): readonly TagTable[] {
    if (!this.#options.instead) return journaled;
    const others = journaled.filter(({ device }) => device !== contextDevice);
    return this.#context ? [...others, this.#context.table] : others;
  }
}

const isInput = ({ kind }: Entry): boolean => kind === 'gap' || kind === 'configuration' || kind === 'alarm';
