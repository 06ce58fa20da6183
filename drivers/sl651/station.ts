import type { DriverContext, DriverDevice, Json, Log } from '../../gateway/contract/index.js';
import { type Audience, KeptAsks, SettledFacts, type StationReply, ToldLately } from '../streams/index.js';
import { answerTo, askForPacket, headingOf, serialBytesMax } from './answer.js';
import { decodeAsciiBody } from './ascii-body.js';
import type { DeviceSettings } from './device-schema.js';
import type { Frame, Packet } from './frame.js';
import { identityOf, manualHappening, pictureHappening, rawHappening } from './happenings.js';
import { decodeHexBody } from './hex-body.js';
import { PacketAssembly } from './packet-assembly.js';
import { hexText, isKnownReport, keepAlive } from './protocol.js';
import type { BodyOptions, Report } from './report.js';
import { formatStationTime } from './station-time.js';
import { StationTables } from './station-tables.js';
import type { TagAddress } from './tag-schema.js';
import type { WireCount } from './wire-count.js';

export interface StationOptions {
  readonly zoneMinutes: number;
  readonly context: DriverContext;
  readonly count: WireCount;
}

/** One station: what it sends is told, once, and answered when that is on disk. */
export class Station {
  readonly name: string;
  readonly settings: DeviceSettings;
  /** When it was last heard, monotonic ms, and with what. */
  lastHeard: { readonly atMs: number; readonly code: number } | undefined;
  readonly #options: StationOptions;
  readonly #log: Log;
  readonly #tables: StationTables;
  readonly #assembly = new PacketAssembly();
  readonly #body: BodyOptions;
  readonly #lately = new ToldLately();
  readonly #asks = new KeptAsks();
  readonly #facts: SettledFacts;
  /** What is wrong now, so that it is logged when it begins. */
  readonly #wrong = new Set<string>();

  constructor(device: DriverDevice<DeviceSettings, TagAddress>, options: StationOptions) {
    this.name = device.name;
    this.settings = device.settings;
    this.#options = options;
    this.#log = options.context.log;
    this.#tables = new StationTables(device);
    this.#body = { zoneMinutes: options.zoneMinutes, seriesTime: device.settings.seriesTime };
    this.#facts = new SettledFacts(device.name, options.context);
    const last = lastOf(options.context.learned.get(device.name));
    if (last !== undefined) this.#lately.remember(last, Promise.resolve());
  }

  /** Why its messages are not taken; undefined when they are. */
  refusalOf({ centre, password }: Frame): string | undefined {
    const { centre: ownCentre, password: ownPassword } = this.settings;
    if (ownCentre !== undefined && centre !== ownCentre) return `it calls centre ${centre}, configured is ${ownCentre}`;
    return ownPassword !== undefined && password !== ownPassword ? 'its password is not the configured one' : undefined;
  }

  /**
   * Takes a message that is not refused; gives the answer, if there is to be one. `connection` is what it came over: a
   * new one begins a message in packets anew.
   */
  take(frame: Frame, connection: object, audience: Audience): StationReply | undefined {
    const atMs = this.#options.context.clock.monotonic();
    this.lastHeard = { atMs, code: frame.code };
    if (frame.code === keepAlive) return undefined;
    const found = this.#assembly.take(frame, { connection, atMs });
    switch (found.kind) {
      case 'waiting':
        return undefined;
      case 'missing':
        this.#options.count.packetsAskedAgain += 1;
        return this.#askForPacket(frame, found.first, found.sequence);
      case 'wrong':
        this.#options.count.faultyReports += 1;
        this.#warnOnce('packets', found.why);
        return undefined;
      case 'whole': {
        const kept = this.#tell(frame, found.body, found.packets, audience);
        return this.#answer(headingOf(frame), Uint8Array.from(found.body.subarray(0, serialBytesMax)), kept);
      }
    }
  }

  /** Learns what was told. */
  async close(): Promise<void> {
    await this.#facts.close();
  }

  silent({ tables, told }: Audience): void {
    this.#tables.silent(tables, told);
  }

  /** No more of a report is held until it is answered than is given here: it may be a picture. */
  #answer(asked: ReturnType<typeof headingOf>, serial: Uint8Array, kept: Promise<void>): StationReply {
    return { kept, bytes: () => answerTo(asked, serial, this.settings.answer, this.#time()) };
  }

  #askForPacket(frame: Frame, first: Uint8Array, sequence: number): StationReply {
    return { bytes: () => askForPacket(frame, first, packetOf(frame, sequence), this.#time()) };
  }

  /** Resolves when what it says is on disk, told now or before. */
  #tell(frame: Frame, body: Uint8Array, packets: number, audience: Audience): Promise<void> {
    const { count } = this.#options;
    const report =
      frame.encoding === 'hex' ? decodeHexBody(body, frame.code, this.#body) : decodeAsciiBody(body, this.#body);
    const identity = report && identityOf(frame.code, report);
    const before = identity === undefined ? undefined : this.#lately.keptOf(identity);
    if (before) {
      count.repeated += 1;
      return before;
    }
    if (!isKnownReport(frame.code)) {
      count.unknownReports += 1;
      this.#warnOnce(`function ${frame.code}`, `it sends reports of function ${hexText(frame.code)}, not known here`);
      audience.told.happened(rawHappening(this.name, 'unknown-report', frame, body, report));
    } else if (report && saysSomething(report)) {
      this.#tellReport(frame, report, packets, audience);
    } else {
      audience.told.happened(rawHappening(this.name, 'unreadable-report', frame, body, report));
    }
    this.#judge(frame.code, report);
    const kept = this.#asks.ask(audience.told);
    if (identity !== undefined) this.#remember(identity, kept);
    return kept;
  }

  #tellReport(frame: Frame, report: Report, packets: number, { tables, told }: Audience): void {
    const { count, context } = this.#options;
    count.unaskedValues += this.#tables.tell(report, frame.bytes, context.clock.utc(), tables, told);
    if (report.manual) told.happened(manualHappening(this.name, frame.code, report, report.manual));
    if (report.picture) told.happened(pictureHappening(this.name, frame.code, report, report.picture, packets));
  }

  /** Logs when reports of a kind begin to hold what cannot be read, and when they hold none again. */
  #judge(code: number, report: Report | undefined): void {
    const key = `report ${code}`;
    const faults = report?.faults ?? ['it is too short for a serial number and a time'];
    if (!isKnownReport(code) || faults.length === 0) {
      this.#wrong.delete(key);
      return;
    }
    this.#options.count.faultyReports += 1;
    this.#warnOnce(key, `report ${hexText(code)} cannot be read whole: ${faults.join('; ')}`);
  }

  #warnOnce(key: string, why: string): void {
    if (this.#wrong.has(key)) return;
    this.#wrong.add(key);
    this.#log.warn({ device: this.name, station: this.settings.station, why }, 'message of a station not understood');
  }

  #remember(identity: string, kept: Promise<void>): void {
    this.#lately.remember(identity, kept);
    kept.then(
      () => this.#facts.note(() => ({ last: identity })),
      () => undefined,
    );
  }

  #time(): string {
    return formatStationTime(this.#options.context.clock.utc(), this.#options.zoneMinutes);
  }
}

/** One without values and without faults is empty, and read whole. */
const saysSomething = ({ observations, manual, picture, faults }: Report): boolean =>
  observations.length > 0 || manual !== undefined || picture !== undefined || faults.length === 0;

const packetOf = ({ packet }: Frame, sequence: number): Packet => ({ total: packet?.total ?? 1, sequence });

function lastOf(facts: Json | undefined): string | undefined {
  if (typeof facts !== 'object' || facts === null) return undefined;
  const { last } = facts as { readonly last?: Json };
  return typeof last === 'string' ? last : undefined;
}
