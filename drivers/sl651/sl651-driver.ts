import type {
  Counting,
  DriverContext,
  DriverLink,
  LinkTables,
  Probeable,
  SubscribedDriver,
  Text,
  Told,
} from '../../gateway/contract/index.js';
import {
  type CallerEvents,
  type CallersPort,
  formatStreamAddress,
  listenForCallers,
  SilenceWatch,
  StationLine,
} from '../streams/index.js';
import type { DeviceSettings } from './device-schema.js';
import type { Frame } from './frame.js';
import { FrameCollector, type FrameDamage, frameDamageText } from './frame-collector.js';
import type { LinkSettings } from './link-schema.js';
import { probeText } from './probe-text.js';
import { Station } from './station.js';
import type { TagAddress } from './tag-schema.js';
import { newWireCount } from './wire-count.js';

/** Addresses of unknown stations that are remembered and logged; more are counted alone. */
const unknownMax = 64;

type Line = StationLine<Frame, FrameDamage>;

const noTables = new Map();

/** The centre of SL 651-2014: stations dial in, report, and are answered. */
export class Sl651Driver implements SubscribedDriver, Probeable, Counting {
  readonly #link: DriverLink<LinkSettings, DeviceSettings, TagAddress>;
  readonly #context: DriverContext;
  readonly #count = newWireCount();
  readonly #stations: ReadonlyMap<string, Station>;
  readonly #watch: SilenceWatch;
  /** The line each station was last heard through. */
  readonly #lines = new Map<string, Line>();
  readonly #refused = new Set<string>();
  #port: CallersPort | undefined;
  #subscription: { readonly tables: LinkTables; readonly told: Told } | undefined;

  constructor(link: DriverLink<LinkSettings, DeviceSettings, TagAddress>, context: DriverContext) {
    this.#link = link;
    this.#context = context;
    const options = { zoneMinutes: link.settings.timezone, context, count: this.#count };
    const stations = link.devices.map((device) => new Station(device, options));
    this.#stations = new Map(stations.map((station) => [station.settings.station, station]));
    this.#watch = new SilenceWatch({
      limits: new Map(stations.map(({ name, settings }) => [name, settings.silentAfter])),
      clock: context.clock,
      silent: (device) => this.#tellSilent(device),
    });
  }

  /** Listens from `subscribe` on: before it nobody would take what stations tell. */
  async connect(): Promise<void> {
    await this.close();
  }

  async subscribe(tables: LinkTables, told: Told, signal: AbortSignal): Promise<void> {
    const port = await this.#listen();
    if (signal.aborted) {
      await port.close();
      signal.throwIfAborted();
    }
    this.#port = port;
    this.#subscription = { tables, told };
    this.#watch.start();
  }

  /** Says what was heard so far. Takes the port for a moment when it is not listened on. */
  async probe(): Promise<Text> {
    const own = this.#port ? undefined : await this.#listen();
    await own?.close();
    const { address } = this.#link.settings;
    const now = this.#context.clock.monotonic();
    return probeText(formatStreamAddress(address), [...this.#stations.values()], [...this.#refused], now);
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#count };
  }

  async close(): Promise<void> {
    this.#subscription = undefined;
    const port = this.#port;
    this.#port = undefined;
    await Promise.all([port?.close(), this.#watch.stop()]);
    await Promise.all([...this.#stations.values()].map((station) => station.close()));
    this.#lines.clear();
  }

  #listen(): Promise<CallersPort> {
    const { address, callersMax, idle: idleMs } = this.#link.settings;
    const { clock } = this.#context;
    return listenForCallers({ host: address.host, port: address.port, callersMax, idleMs, clock }, (caller) => {
      const line = new StationLine<Frame, FrameDamage>(caller, new FrameCollector(), this.#count, {
        message: (from, frame) => this.#take(from, frame),
        damaged: (from, damage) => this.#warn(from, frameDamageText(damage), 'message damaged on the way'),
      });
      this.#count.callers += 1;
      return this.#eventsOf(line);
    });
  }

  #eventsOf(line: Line): CallerEvents {
    return {
      received: (bytes) => line.received(bytes),
      closed: () => {
        this.#count.callers -= 1;
        for (const station of line.stations) this.#lines.delete(station);
      },
    };
  }

  #take(line: Line, frame: Frame): void {
    const station = this.#stations.get(frame.station);
    const refusal = station ? station.refusalOf(frame) : 'this link has no such station';
    if (!station || refusal !== undefined) return this.#refuse(line, frame, refusal ?? '');
    if (!this.#subscription) return;
    this.#refused.delete(frame.station);
    this.#assign(line, frame.station);
    this.#watch.heard(station.name);
    const { tables, told } = this.#subscription;
    const answer = station.take(frame, line, { tables: tables.get(station.name) ?? noTables, told });
    if (!answer) return;
    this.#count.answers += 1;
    void line.caller.write(answer);
  }

  /** A station that calls anew has lost its old connection, whatever that looks like from here. */
  #assign(line: Line, station: string): void {
    const before = this.#lines.get(station);
    if (before === line) return;
    this.#lines.set(station, line);
    line.stations.add(station);
    before?.stations.delete(station);
    if (before?.stations.size === 0) before.caller.close();
  }

  #refuse(line: Line, { station }: Frame, why: string): void {
    this.#count.refused += 1;
    if (this.#refused.has(station) || this.#refused.size >= unknownMax) return;
    this.#refused.add(station);
    this.#warn(
      line,
      `station ${station}: ${why}; compare its address, centre and password with the link`,
      'station refused',
    );
  }

  #tellSilent(device: string): void {
    const station = [...this.#stations.values()].find(({ name }) => name === device);
    if (!station || !this.#subscription) return;
    const { tables, told } = this.#subscription;
    station.silent({ tables: tables.get(device) ?? noTables, told });
  }

  #warn({ caller }: Line, why: string, message: string): void {
    this.#context.log.warn({ link: this.#link.name, from: caller.from, why }, message);
  }
}
