import {
  type Counting,
  type DriverContext,
  type DriverLink,
  type LinkTables,
  type Probeable,
  type SubscribedDriver,
  type Text,
  type Told,
} from '../../gateway/contract/index.js';
import { type CallersPort, formatStreamAddress, listenForCallers, SilenceWatch, Strangers } from '../streams/index.js';
import { answerTo } from './answers.js';
import { command, requestAnswer, requestAnswerText } from './commands.js';
import type { HistoryKind } from './data-kinds.js';
import type { DeviceSettings } from './device-schema.js';
import type { LinkSettings } from './link-schema.js';
import { probeText } from './probe-text.js';
import type { Segment } from './segment.js';
import { silentAfterMs } from './silent-after.js';
import { refusalOf, Station } from './station.js';
import { type Reception, StationLine } from './station-line.js';
import type { Outcome } from './station-requests.js';
import type { TagAddress } from './tag-schema.js';
import { noTraffic, type Traffic } from './traffic.js';

export type Hj212Link = DriverLink<LinkSettings, DeviceSettings, TagAddress>;

/** Connections at a time for each station: while one hangs, the station may have dialled again. */
const callersPerStation = 4;
const callersMin = 16;
/** Characters of a stranger's number that are shown. */
const shownMax = 32;
/** Longest wait of a probe for stations to call. */
const probeMs = 30_000;

/** The stations that dial in at one port. */
export class Hj212Driver implements SubscribedDriver, Counting, Probeable, Reception {
  readonly traffic: Traffic = noTraffic();
  readonly #link: Hj212Link;
  readonly #context: DriverContext;
  readonly #password: string | undefined;
  readonly #stations: ReadonlyMap<string, Station>;
  readonly #settings: ReadonlyMap<string, DeviceSettings>;
  readonly #lines = new Set<StationLine>();
  readonly #strangers = new Strangers();
  readonly #silence: SilenceWatch;
  #port: CallersPort | undefined;
  #isTold = false;

  constructor(link: Hj212Link, context: DriverContext, password: string | undefined) {
    this.#link = link;
    this.#context = context;
    this.#password = password;
    const { settings } = link;
    const stations = link.devices.map((device) => new Station({ device, settings, context, traffic: this.traffic }));
    this.#stations = new Map(stations.map((station) => [station.mn, station]));
    this.#settings = new Map(link.devices.map((device) => [device.settings.mn, device.settings]));
    const limits = new Map(link.devices.map((device) => [device.name, silentAfterMs(device)]));
    this.#silence = new SilenceWatch({
      limits,
      clock: context.clock,
      silent: (device) => this.#station(device).tellSilence(),
    });
  }

  /** Opens the port. Stations that call before `subscribe` are heard and not acknowledged: they send again. */
  async connect(signal: AbortSignal): Promise<void> {
    this.#isTold = false;
    for (const station of this.#stations.values()) station.end();
    await this.#hangUp();
    signal.throwIfAborted();
    const { devices, settings } = this.#link;
    this.#port = await listenForCallers(
      {
        ...settings.address,
        callersMax: Math.max(callersMin, callersPerStation * devices.length),
        idleMs: Math.max(...devices.map(silentAfterMs)),
        clock: this.#context.clock,
      },
      (caller) => {
        const line = new StationLine(caller, this);
        this.traffic.connections += 1;
        this.#lines.add(line);
        return line;
      },
    );
  }

  subscribe(tables: LinkTables, told: Told): Promise<void> {
    for (const station of this.#stations.values()) station.begin(tables.get(station.name) ?? new Map(), told);
    this.#isTold = true;
    this.#silence.start();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#isTold = false;
    await Promise.all([...this.#stations.values()].map((station) => station.close()));
    await this.#hangUp();
  }

  /** Sets the clock of a station to ours (1012): a write to a device. Rejects with `DeviceFault` or `NotConnected`. */
  async setClock(device: string, signal: AbortSignal): Promise<void> {
    await this.#station(device).upkeep.setClock(signal);
  }

  /**
   * Asks a station for its history from one time to another, ms UTC, both included; what comes is told as late
   * readings. Rejects with `DeviceFault` or `NotConnected`.
   */
  async askHistory(
    device: string,
    kind: HistoryKind,
    fromMs: number,
    toMs: number,
    signal: AbortSignal,
  ): Promise<Outcome> {
    return await this.#station(device).upkeep.askHistory(kind, fromMs, toMs, signal);
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.traffic, connected: this.#lines.size };
  }

  /** Waits until every station has called, 30 s at most, and says who has. Opens and closes a port that is not open. */
  async probe(signal: AbortSignal): Promise<Text> {
    const wasOpen = this.#port !== undefined;
    if (!wasOpen) await this.connect(signal);
    try {
      const { clock } = this.#context;
      const givenUpAtMs = clock.monotonic() + probeMs;
      const isSomeoneMissing = (): boolean =>
        [...this.#stations.values()].some(({ heardAtMs }) => heardAtMs === undefined);
      while (isSomeoneMissing() && clock.monotonic() < givenUpAtMs && !signal.aborted) {
        await clock.wait(Math.min(200, givenUpAtMs - clock.monotonic()), signal);
      }
      signal.throwIfAborted();
      const findings = [...this.#stations.values()].map(({ name, mn, from, heardAtMs, clock: { behindMs } }) => ({
        name,
        mn,
        from,
        quietMs: heardAtMs === undefined ? undefined : clock.monotonic() - heardAtMs,
        behindMs,
      }));
      return probeText(formatStreamAddress(this.#link.settings.address), findings, this.#strangers.names);
    } finally {
      if (!wasOpen) await this.#hangUp();
    }
  }

  message(segment: Segment, bytes: Uint8Array, line: StationLine): void {
    const station = this.#stations.get(segment.mn);
    const settings = this.#settings.get(segment.mn);
    const refusal = settings ? refusalOf(segment, settings, this.#password) : requestAnswer.wrongStation;
    if (!station || refusal !== undefined) {
      this.#refuse(segment, refusal ?? requestAnswer.wrongStation, line);
      return;
    }
    this.#strangers.letIn(shown(segment.mn));
    if (this.#isTold) this.#silence.heard(station.name);
    station.take(segment, bytes, line);
  }

  damaged(what: string, { from }: StationLine): void {
    this.#context.log.warn({ link: this.#link.name, from, what }, 'damaged frames come from a caller');
  }

  closed(line: StationLine): void {
    this.#lines.delete(line);
    for (const station of this.#stations.values()) station.detach(line);
  }

  /** Told of once a station, and again after it was let in. */
  #refuse(segment: Segment, code: string, line: StationLine): void {
    this.traffic.refused += 1;
    if (segment.wantsAnswer) void line.send(answerTo(segment, command.requestAnswer, `QnRtn=${code}`));
    const name = shown(segment.mn);
    if (!this.#strangers.isNews(name)) return;
    const fields = { link: this.#link.name, mn: name, from: line.from, why: requestAnswerText(code) };
    this.#context.log.warn(fields, 'a station is refused; compare its MN, PW and ST with the site file');
  }

  async #hangUp(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    await this.#silence.stop();
    await port?.close();
  }

  #station(device: string): Station {
    const station = [...this.#stations.values()].find(({ name }) => name === device);
    if (!station) throw new RangeError(`link ${this.#link.name} has no device ${device}`);
    return station;
  }
}

/** No number of a station has other characters; a stranger's may have any. */
const shown = (mn: string): string => mn.replaceAll(/[^\w-]/g, '?').slice(0, shownMax);
