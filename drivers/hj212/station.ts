import {
  type DriverContext,
  type DriverDevice,
  NotConnected,
  type TagTable,
  type Told,
} from '../../gateway/contract/index.js';
import { SettledFacts, StationAnswers } from '../streams/index.js';
import { answerTo } from './answers.js';
import { command, requestAnswer, systemInteraction } from './commands.js';
import { type HistoryKind, isHistory, kindOfCommand, periodOf } from './data-kinds.js';
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
    this.#gaps = new HistoryGaps(periods, settings.backfill ? context.learned.get(device.name) : undefined);
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
    const { device, settings, traffic } = this.#options;
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

  async close(): Promise<void> {
    this.end();
    await this.upkeep.close();
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
    if (this.#recent.isKnown(segment)) {
      traffic.repeated += 1;
      return this.#recent.keptOf(segment);
    }
    if (!isRequested) this.#lookAtClock(segment);
    const messages = this.#packets.take(segment, bytes, context.clock.monotonic());
    const kept = this.#tell(messages, isRequested, data, segment);
    this.#recent.keep(segment, kept);
    return kept;
  }

  /**
   * Resolves when these are on disk. When they could not be stored, they are as if they had not come, but for packets
   * that were acknowledged: `last`, the one that was not, is sent again.
   */
  #tell(messages: readonly Message[], isRequested: boolean, data: StationData, last?: Segment): Promise<void> {
    if (messages.length === 0) return Promise.resolve();
    const isNews = messages.map((message) => this.#message(message, isRequested, data)).includes(true);
    const kept = data.kept();
    kept.then(
      () => isNews && this.#learn(),
      () => this.#notStored(messages, isRequested, data, last),
    );
    return kept;
  }

  /** True when it tells what has to be known after a restart. */
  #message(message: Message, isRequested: boolean, data: StationData): boolean {
    const { traffic, context } = this.#options;
    const { cn } = message.segment;
    if (message.missing > 0) traffic.incomplete += 1;
    if (cn === command.clockWanted) this.upkeep.clockWanted();
    const kind = kindOfCommand(cn);
    if (!kind) return false;
    const utcMs = context.clock.utc();
    const times = data.take(message, { kind, utcMs, isRequested });
    if (!isHistory(kind)) return false;
    for (const time of times) this.#gaps.told(kind, time, utcMs);
    return times.length > 0;
  }

  #notStored(messages: readonly Message[], isRequested: boolean, data: StationData, last: Segment | undefined): void {
    const now = this.#options.context.clock.monotonic();
    for (const message of messages) {
      const kind = kindOfCommand(message.segment.cn);
      if (kind) data.forget(message, kind);
      this.#packets.putBack(message, last, now);
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

  #learn(): void {
    if (this.#options.settings.backfill) this.#facts.note(this.#gaps.toJson());
  }

  #notConnected(): NotConnected {
    return new NotConnected(`station ${this.mn} (${this.name}) is not connected`);
  }
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
