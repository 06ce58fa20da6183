import {
  type DriverContext,
  type DriverDevice,
  type Json,
  NotConnected,
  type TagTable,
  type Told,
} from '../../gateway/contract/index.js';
import { SettledFacts, StationAnswers } from '../streams/index.js';
import { answerTo } from './answers.js';
import { command, requestAnswer, systemInteraction } from './commands.js';
import { type DataKind, type HistoryKind, isHistory, kindOfCommand, periodOf } from './data-kinds.js';
import type { DeviceSettings } from './device-schema.js';
import { HistoryGaps } from './history-gaps.js';
import type { LinkSettings } from './link-schema.js';
import { type Message, Packets } from './packets.js';
import { RecentMessages } from './recent-messages.js';
import type { Segment } from './segment.js';
import { StationClock } from './station-clock.js';
import { StationData } from './station-data.js';
import type { StationLine } from './station-line.js';
import { type Request, StationRequests } from './station-requests.js';
import { StationUpkeep } from './station-upkeep.js';
import { parseStationTime } from './station-time.js';
import type { TagAddress } from './tag-schema.js';
import type { Traffic } from './traffic.js';

export interface StationOptions {
  readonly device: DriverDevice<DeviceSettings, TagAddress>;
  readonly settings: LinkSettings;
  readonly context: DriverContext;
  readonly traffic: Traffic;
}

/** How a station names and authorises itself, from its own messages; what is sent to it says the same. */
interface Manner {
  readonly st: string | undefined;
  readonly pw: string | undefined;
  readonly version: number;
}

/** What is held of a message that was told until it is on disk. */
interface Telling {
  readonly kind: DataKind | undefined;
  /** Its packets, where they were several. */
  readonly told: number | undefined;
  /** A tag takes something of it. */
  readonly isWanted: boolean;
  /** Times of its records, ms UTC, of kinds a station keeps. */
  readonly times: readonly number[];
  /** It tells what has to be known after a restart. */
  readonly isNews: boolean;
}

/** One station: what it sends is told, once, and acknowledged when that is on disk; what it is asked for is asked over its own connection. */
export class Station {
  readonly upkeep: StationUpkeep;
  readonly clock = new StationClock();
  readonly #options: StationOptions;
  readonly #recent = new RecentMessages();
  readonly #answers: StationAnswers;
  readonly #packets = new Packets();
  readonly #gaps: HistoryGaps;
  readonly #facts: SettledFacts;
  /** Of `#gaps`, what is on disk. */
  #keptGaps: Json | undefined;
  /** Packets that were acknowledged before a restart are waited for. */
  #isRestored = false;
  readonly #requests: StationRequests;
  #manner: Manner = { st: undefined, pw: undefined, version: 1 };
  #line: StationLine | undefined;
  #data: StationData | undefined;
  #heardAtMs: number | undefined;

  constructor(options: StationOptions) {
    const { device, settings, context, traffic } = options;
    const { clock, log } = context;
    const { mn } = device.settings;
    this.#options = options;
    const periods = historyPeriods(device);
    const learned = context.learned.get(device.name);
    this.#gaps = new HistoryGaps(periods, settings.backfill ? learned : undefined);
    if (settings.backfill) this.#keptGaps = this.#gaps.toJson();
    this.#facts = new SettledFacts(device.name, context);
    this.#answers = new StationAnswers(() => void (traffic.unacknowledged += 1));
    this.#requests = new StationRequests({
      mn,
      aheadMs: settings.timezone,
      clock,
      send: (qn, request) => this.#request(qn, request),
    });
    this.upkeep = new StationUpkeep({
      device: device.name,
      settings,
      periods,
      stationClock: this.clock,
      gaps: this.#gaps,
      requests: this.#requests,
      kept: () => this.#data?.kept() ?? Promise.reject(this.#notConnected()),
      gapsChanged: () => this.#learn(),
      clock,
      log,
    });
  }

  get name(): string {
    return this.#options.device.name;
  }

  get mn(): string {
    return this.#options.device.settings.mn;
  }

  /** Where its connection comes from. */
  get from(): string | undefined {
    return this.#line?.from;
  }

  /** Monotonic ms. */
  get heardAtMs(): number | undefined {
    return this.#heardAtMs;
  }

  /** From now on it is told. */
  begin(tables: ReadonlyMap<string, TagTable>, told: Told): void {
    const { device, settings, traffic, context } = this.#options;
    // Not before: when a site file is loaded anew, the driver before this one learns them as it closes.
    if (!this.#isRestored) this.#packets.restore(framesOf(context.learned.get(device.name)), context.clock.monotonic());
    this.#isRestored = true;
    this.#data = new StationData({ device, tables, told, clock: this.clock, aheadMs: settings.timezone, traffic });
  }

  tellSilence(): void {
    this.#data?.tellSilence();
  }

  /** A message of this station, let in. Before `begin` it is only heard, so that the station sends it again. */
  take(segment: Segment, bytes: Uint8Array, line: StationLine): void {
    this.#attach(segment, line);
    const isRequested = this.#requests.heard(segment);
    if (segment.cn === command.requestAnswer || segment.cn === command.result) return;
    if (!this.#data) return;
    const kept = this.#takeOnce(segment, bytes, isRequested, this.#data);
    if (segment.wantsAnswer) this.#acknowledge(segment, line, kept);
    this.upkeep.fillGaps();
  }

  /** One of its connections is gone; does nothing when it has another. */
  detach(line: StationLine): void {
    if (this.#line !== line) return;
    this.#line = undefined;
    this.#gaps.outage();
    this.#requests.lost(this.#notConnected());
    this.#answers.drop(line);
    if (this.#data) this.#tell(this.#packets.giveUp(), false, this.#data).catch(() => undefined);
  }

  /** From now on it is heard and not told. */
  end(): void {
    this.#data = undefined;
  }

  /** Packets that were acknowledged and wait for others come no more: they are learned, and wait again after a start. */
  async close(): Promise<void> {
    this.end();
    await this.upkeep.close();
    if (this.#packets.frames.length > 0) this.#facts.note(() => this.#known());
    await this.#facts.close();
  }

  #attach({ st, pw, version }: Segment, line: StationLine): void {
    this.#heardAtMs = this.#options.context.clock.monotonic();
    this.#manner = { st: st === systemInteraction ? this.#manner.st : st, pw, version };
    const older = this.#line;
    if (older === line) return;
    if (older) {
      const { log } = this.#options.context;
      log.info(
        { device: this.name, from: line.from, closed: older.from },
        'a station came anew; its older connection is closed',
      );
      this.detach(older);
      older.close();
    }
    this.#line = line;
    this.upkeep.connected();
  }

  /** Resolves when what it makes whole is on disk, told now or before; of other packets nothing is told yet. */
  #takeOnce(segment: Segment, bytes: Uint8Array, isRequested: boolean, data: StationData): Promise<void> {
    const { traffic, context } = this.#options;
    const before = this.#recent.keptOf(segment);
    if (before) {
      traffic.repeated += 1;
      return before;
    }
    if (!isRequested) this.#lookAtClock(segment);
    const messages = this.#packets.take(segment, bytes, context.clock.monotonic());
    const kept = this.#tell(messages, isRequested, data);
    this.#recent.keep(segment, kept);
    return kept;
  }

  /**
   * Resolves when these are on disk; at once where no tag takes anything of them. When they could not be stored, they are
   * as if they had not come, but for packets that were acknowledged. While that is not known, the times of a message are
   * held, and nothing else of it: a disk may refuse for hours.
   */
  #tell(messages: readonly Message[], isRequested: boolean, data: StationData): Promise<void> {
    const tellings = messages.map((message) => this.#message(message, isRequested, data));
    const kept = tellings.some(({ isWanted }) => isWanted) ? data.kept() : Promise.resolve();
    kept.then(
      () => this.#stored(tellings),
      () => this.#notStored(tellings, isRequested, data),
    );
    return kept;
  }

  #message({ segment, missing, told, ...message }: Message, isRequested: boolean, data: StationData): Telling {
    const { traffic, context } = this.#options;
    const { cn } = segment;
    if (missing > 0) traffic.incomplete += 1;
    if (cn === command.clockWanted) this.upkeep.clockWanted();
    const kind = kindOfCommand(cn);
    if (!kind) return { kind, told, isWanted: false, times: [], isNews: false };
    const utcMs = context.clock.utc();
    const { isWanted, times, live } = data.take(message, { kind, utcMs, isRequested });
    if (!isHistory(kind)) return { kind, told, isWanted, times: [], isNews: false };
    for (const time of live) this.#gaps.told(kind, time, utcMs);
    return { kind, told, isWanted, times, isNews: live.length > 0 };
  }

  #stored(tellings: readonly Telling[]): void {
    for (const { told } of tellings) if (told !== undefined) this.#packets.stored(told);
    if (tellings.some(({ isNews }) => isNews)) this.#learn();
    // Of before a restart: told now, they need not be known any longer.
    const hasKnown = framesOf(this.#options.context.learned.get(this.name)).length > 0;
    if (hasKnown) this.#facts.note(() => this.#known());
  }

  #notStored(tellings: readonly Telling[], isRequested: boolean, data: StationData): void {
    const now = this.#options.context.clock.monotonic();
    for (const { kind, times, told } of tellings) {
      if (kind) data.forget(kind, times);
      if (told !== undefined) this.#packets.putBack(told, now);
    }
    if (isRequested) this.upkeep.notStored();
  }

  #lookAtClock({ qn }: Segment): void {
    const { settings, context } = this.#options;
    const stampMs = qn === undefined ? undefined : parseStationTime(qn, settings.timezone);
    if (stampMs === undefined) return;
    this.clock.look(stampMs, context.clock.utc(), context.clock.monotonic());
    this.upkeep.tendClock();
  }

  /** Notices and data are acknowledged by a command each, HJ 212-2017 §6.5. A notice tells nothing, and waits for nothing. */
  #acknowledge(segment: Segment, line: StationLine, kept: Promise<void>): void {
    const isNotice = segment.cn.startsWith('1');
    const answer = answerTo(segment, isNotice ? command.noticeTaken : command.dataTaken, '');
    const leave = (): void => {
      this.#options.traffic.acknowledged += 1;
      void line.send(answer);
    };
    if (isNotice) leave();
    else this.#answers.give(line, kept, leave);
  }

  async #request(qn: string, { cn, content }: Request): Promise<void> {
    const { st, pw, version } = this.#manner;
    const { traffic, device } = this.#options;
    if (!this.#line) throw this.#notConnected();
    traffic.requests += 1;
    await this.#line.send({
      qn,
      st: device.settings.st ?? st,
      cn,
      pw,
      mn: this.mn,
      version,
      wantsAnswer: true,
      content,
    });
  }

  /** What was told of history is on disk. */
  #learn(): void {
    if (!this.#options.settings.backfill) return;
    this.#keptGaps = this.#gaps.toJson();
    this.#facts.note(() => this.#known());
  }

  #known(): Json {
    const { frames } = this.#packets;
    const gaps = this.#keptGaps as Readonly<Record<string, Json>> | undefined;
    return { ...gaps, ...(frames.length > 0 && { packets: frames }) };
  }

  #notConnected(): NotConnected {
    return new NotConnected(`station ${this.mn} (${this.name}) is not connected`);
  }
}

function framesOf(learned: Json | undefined): string[] {
  const { packets } = (learned ?? {}) as { readonly packets?: Json };
  return Array.isArray(packets) ? packets.filter((one): one is string => typeof one === 'string') : [];
}

/** Why a message of a station is not let in, as `QnRtn`; undefined where it is. */
export function refusalOf(
  { st, pw }: Segment,
  known: DeviceSettings,
  password: string | undefined,
): string | undefined {
  if (password !== undefined && pw !== password) return requestAnswer.wrongPassword;
  const isForeign = known.st !== undefined && st !== undefined && st !== known.st && st !== systemInteraction;
  return isForeign ? requestAnswer.wrongSystem : undefined;
}

/** The kinds of history a device has tags of, with the ms from one record to the next. */
function historyPeriods({ groups }: DriverDevice<DeviceSettings, TagAddress>): ReadonlyMap<HistoryKind, number> {
  const periods = new Map<HistoryKind, number>();
  for (const { tags, everyMs } of groups) {
    for (const { address } of tags) {
      const { data } = address;
      if (isHistory(data)) periods.set(data, periodOf(data, everyMs));
    }
  }
  return periods;
}
