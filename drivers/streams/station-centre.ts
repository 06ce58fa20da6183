import type {
  Counting,
  DriverContext,
  LinkTables,
  Probeable,
  SubscribedDriver,
  TagTable,
  Text,
  Told,
} from '../../gateway/contract/index.js';
import { type CallerEvents, type CallersPort, listenForCallers } from './callers.js';
import { SilenceWatch } from './silence-watch.js';
import { StationAnswers } from './station-answers.js';
import { type FrameFinder, StationLine, type StationTally } from './station-line.js';
import { Strangers } from './strangers.js';
import { type DialInAddress, formatStreamAddress } from './stream-address.js';

/** Whom a station tells while the link is subscribed. */
export interface Audience {
  readonly tables: ReadonlyMap<string, TagTable>;
  readonly told: Told;
}

/** What is to be written to a station. */
export interface StationReply {
  /** Made when it leaves: stations set their clocks by the time in it. Undefined where a message cannot be answered. */
  readonly bytes: () => Uint8Array | undefined;
  /** What it acknowledges is on disk; left out where it acknowledges nothing, and leaves at once. */
  readonly kept?: Promise<void>;
}

/** One station as the centre of its protocol knows it. */
export interface CentreStation<Frame> {
  /** Of the device. */
  readonly name: string;
  /** The address in its frames, and ms it may say nothing. */
  readonly settings: { readonly station: string; readonly silentAfter: number };
  /** Tells what a frame of it says; `line` is what it came over. Gives the reply, if there is to be one. */
  take(frame: Frame, line: object, audience: Audience): StationReply | undefined;
  /** It has said nothing for longer than it may. */
  silent(audience: Audience): void;
  close(): Promise<void>;
}

/** What was seen on the wire; counted up. */
export interface CentreTally extends StationTally {
  /** Callers now. */
  callers: number;
  answers: number;
  /** Messages without an answer: what they tell could not be stored, or too many answers wait for the disk. */
  unanswered: number;
  /** Messages of stations that are not let in. */
  refused: number;
}

/** What one protocol is to a centre. */
export interface CentreProtocol<Frame, Damage, Station> {
  finder(): FrameFinder<Frame, Damage>;
  addressOf(frame: Frame): string;
  /** Why a frame is not taken, with what to check; undefined when it is. */
  refusalOf(frame: Frame, station: Station | undefined): string | undefined;
  damageText(damage: Damage): string;
  /** What the log calls a frame: `message damaged on the way`. */
  readonly noun: 'message' | 'frame';
  /** "Test the connection", in words; `nowMs` is monotonic. */
  probeText(link: string, stations: readonly Station[], refused: readonly string[], nowMs: number): Text;
}

export interface StationCentreOptions<Frame, Damage, Station> {
  readonly link: {
    readonly name: string;
    readonly settings: { readonly address: DialInAddress; readonly callersMax: number; readonly idle: number };
  };
  readonly stations: readonly Station[];
  readonly protocol: CentreProtocol<Frame, Damage, Station>;
  readonly count: CentreTally & Readonly<Record<string, number>>;
  readonly context: Pick<DriverContext, 'clock' | 'log'>;
}

const noTables: ReadonlyMap<string, TagTable> = new Map();

/**
 * The centre that stations of one protocol dial: they report, and are answered once what they told is on disk. Each is
 * spoken with over the line it was last heard through; strangers are refused, counted and named once.
 */
export class StationCentre<Frame, Damage, Station extends CentreStation<Frame>>
  implements SubscribedDriver, Probeable, Counting
{
  readonly #options: StationCentreOptions<Frame, Damage, Station>;
  readonly #stations: ReadonlyMap<string, Station>;
  readonly #answers: ReadonlyMap<string, StationAnswers>;
  readonly #watch: SilenceWatch;
  /** The line each station was last heard through. */
  readonly #lines = new Map<string, StationLine<Frame, Damage>>();
  readonly #strangers = new Strangers();
  #port: CallersPort | undefined;
  #subscription: { readonly tables: LinkTables; readonly told: Told } | undefined;

  constructor(options: StationCentreOptions<Frame, Damage, Station>) {
    const { stations, count, context } = options;
    this.#options = options;
    this.#stations = new Map(stations.map((station) => [station.settings.station, station]));
    const unanswered = (): void => void (count.unanswered += 1);
    this.#answers = new Map(stations.map(({ settings }) => [settings.station, new StationAnswers(unanswered)]));
    const byName = new Map(stations.map((station) => [station.name, station]));
    this.#watch = new SilenceWatch({
      limits: new Map(stations.map(({ name, settings }) => [name, settings.silentAfter])),
      clock: context.clock,
      silent: (device) => this.#tellSilent(byName.get(device) as Station),
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
    const { protocol, link, stations, context } = this.#options;
    const own = this.#port ? undefined : await this.#listen();
    await own?.close();
    const where = formatStreamAddress(link.settings.address);
    return protocol.probeText(where, stations, this.#strangers.names, context.clock.monotonic());
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#options.count };
  }

  async close(): Promise<void> {
    this.#subscription = undefined;
    const port = this.#port;
    this.#port = undefined;
    await Promise.all([port?.close(), this.#watch.stop()]);
    await Promise.all(this.#options.stations.map((station) => station.close()));
    this.#lines.clear();
  }

  #listen(): Promise<CallersPort> {
    const { protocol, link, count, context } = this.#options;
    const { address, callersMax, idle: idleMs } = link.settings;
    const { host, port } = address;
    return listenForCallers({ host, port, callersMax, idleMs, clock: context.clock }, (caller) => {
      const line = new StationLine<Frame, Damage>(caller, protocol.finder(), count, {
        message: (from, frame) => this.#take(from, frame),
        damaged: (from, damage) => this.#warn(from, protocol.damageText(damage), `${protocol.noun} damaged on the way`),
      });
      count.callers += 1;
      return this.#eventsOf(line);
    });
  }

  #eventsOf(line: StationLine<Frame, Damage>): CallerEvents {
    return {
      received: (bytes) => line.received(bytes),
      closed: () => {
        this.#options.count.callers -= 1;
        for (const station of line.stations) this.#lines.delete(station);
        for (const answers of this.#answers.values()) answers.drop(line);
      },
    };
  }

  #take(line: StationLine<Frame, Damage>, frame: Frame): void {
    const { protocol } = this.#options;
    const address = protocol.addressOf(frame);
    const station = this.#stations.get(address);
    const refusal = protocol.refusalOf(frame, station);
    if (!station || refusal !== undefined) return this.#refuse(line, address, refusal ?? '');
    if (!this.#subscription) return;
    this.#strangers.letIn(address);
    this.#assign(line, address);
    this.#watch.heard(station.name);
    const reply = station.take(frame, line, this.#audienceOf(station, this.#subscription));
    if (reply) this.#reply(line, address, reply);
  }

  /** What acknowledges nothing, a link test or a packet asked for again, waits for nothing either. */
  #reply(line: StationLine<Frame, Damage>, address: string, { bytes, kept }: StationReply): void {
    const leave = (): void => {
      const answer = bytes();
      if (!answer) return;
      this.#options.count.answers += 1;
      void line.caller.write(answer);
    };
    if (kept) this.#answers.get(address)?.give(line, kept, leave);
    else leave();
  }

  /** A station that calls anew has lost its old connection, whatever that looks like from here. */
  #assign(line: StationLine<Frame, Damage>, station: string): void {
    const before = this.#lines.get(station);
    if (before === line) return;
    this.#lines.set(station, line);
    line.stations.add(station);
    before?.stations.delete(station);
    if (before?.stations.size === 0) before.caller.close();
  }

  #refuse(line: StationLine<Frame, Damage>, address: string, why: string): void {
    this.#options.count.refused += 1;
    if (this.#strangers.isNews(address)) this.#warn(line, why, 'station refused');
  }

  #tellSilent(station: Station): void {
    if (this.#subscription) station.silent(this.#audienceOf(station, this.#subscription));
  }

  #audienceOf({ name }: Station, { tables, told }: { readonly tables: LinkTables; readonly told: Told }): Audience {
    return { tables: tables.get(name) ?? noTables, told };
  }

  #warn({ caller }: StationLine<Frame, Damage>, why: string, message: string): void {
    const { context, link } = this.#options;
    context.log.warn({ link: link.name, from: caller.from, why }, message);
  }
}
