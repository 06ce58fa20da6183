import {
  type DriverContext,
  type DriverDevice,
  NotConnected,
  type TagTable,
  type Told,
} from '../../gateway/contract/index.js';
import { SettledFacts } from '../streams/index.js';
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

/** One station: what it sends is acknowledged and told, once; what it is asked for is asked over its own connection. */
export class Station {
  readonly upkeep: StationUpkeep;
  readonly clock = new StationClock();
  readonly #options: StationOptions;
  readonly #recent = new RecentMessages();
  readonly #packets = new Packets();
  readonly #gaps: HistoryGaps;
  readonly #facts: SettledFacts;
  readonly #requests: StationRequests;
  #manner: Manner = { st: undefined, pw: undefined, version: 1 };
  #line: StationLine | undefined;
  #data: StationData | undefined;
  #heardAtMs: number | undefined;

  constructor(options: StationOptions) {
    const { device, settings, context } = options;
    const { clock, log } = context;
    const { mn } = device.settings;
    this.#options = options;
    const periods = historyPeriods(device);
    this.#gaps = new HistoryGaps(periods, settings.backfill ? context.learned.get(device.name) : undefined);
    this.#facts = new SettledFacts(device.name, context);
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
    const { traffic, context } = this.#options;
    this.#attach(segment, line);
    const isRequested = this.#requests.heard(segment);
    if (segment.cn === command.requestAnswer || segment.cn === command.result) return;
    if (!this.#data) return;
    if (this.#recent.isKnown(segment)) traffic.repeated += 1;
    else {
      if (!isRequested) this.#lookAtClock(segment);
      for (const message of this.#packets.take(segment, bytes, context.clock.monotonic())) {
        this.#message(message, isRequested);
      }
    }
    if (segment.wantsAnswer) this.#acknowledge(segment, line);
    this.upkeep.fillGaps();
  }

  /** One of its connections is gone; does nothing when it has another. */
  detach(line: StationLine): void {
    if (this.#line !== line) return;
    this.#line = undefined;
    this.#gaps.outage();
    this.#requests.lost(this.#notConnected());
    for (const message of this.#packets.giveUp()) this.#message(message, false);
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

  #message(message: Message, isRequested: boolean): void {
    const { traffic, context } = this.#options;
    if (message.missing > 0) traffic.incomplete += 1;
    const kind = kindOfCommand(message.segment.cn);
    if (message.segment.cn === command.clockWanted) this.upkeep.clockWanted();
    if (!kind) return;
    const utcMs = context.clock.utc();
    const times = this.#data?.take(message, { kind, utcMs, isRequested }) ?? [];
    if (!isHistory(kind) || times.length === 0) return;
    for (const time of times) this.#gaps.told(kind, time, utcMs);
    this.#learn();
  }

  #lookAtClock({ qn }: Segment): void {
    const { settings, context } = this.#options;
    const stampMs = qn === undefined ? undefined : parseStationTime(qn, settings.timezone);
    if (stampMs === undefined) return;
    this.clock.look(stampMs, context.clock.utc(), context.clock.monotonic());
    this.upkeep.tendClock();
  }

  /** Notices and data are acknowledged by a command each, HJ 212-2017 §6.5. */
  #acknowledge(segment: Segment, line: StationLine): void {
    this.#options.traffic.acknowledged += 1;
    const taken = segment.cn.startsWith('1') ? command.noticeTaken : command.dataTaken;
    void line.send(answerTo(segment, taken, ''));
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
