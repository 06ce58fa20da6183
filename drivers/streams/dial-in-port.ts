import { type Clock, type Log, NotConnected } from '../../gateway/contract/index.js';
import { type Caller, type CallerEvents, type CallersPort, listenForCallers } from './callers.js';
import { recognise, type Station } from './registration.js';
import { RefusedCallers } from './refused-callers.js';
import { type DialInAddress, formatStreamAddress } from './stream-address.js';
import { Timer } from './timer.js';

/** Callers that have not said who they are; with one more the oldest is closed. */
const unregisteredMax = 64;
/** A registration that could be the beginning of another one is taken when nothing more came for this long. */
const settleMs = 500;

/** A link that waits for its DTU. */
export interface AwaitedStation extends Station {
  readonly registrationWithinMs: number;
  /** Its DTU is there. Whoever was there before is closed by it. */
  registered(caller: Caller): CallerEvents;
}

export interface DialInPortOptions {
  readonly address: DialInAddress;
  readonly clock: Clock;
  readonly log: Log;
}

/** A port where the DTUs of several links dial in: each caller is a stranger until its first bytes say who it is. */
export class DialInPort {
  readonly refused: RefusedCallers;
  readonly #options: DialInPortOptions;
  readonly #stations = new Set<AwaitedStation>();
  /** The oldest first. */
  readonly #strangers = new Set<Stranger>();
  #port: CallersPort | undefined;

  private constructor(options: DialInPortOptions) {
    this.#options = options;
    this.refused = new RefusedCallers(formatStreamAddress(options.address), options.clock, options.log);
  }

  /** Rejects with `NotConnected`. */
  static async open(options: DialInPortOptions): Promise<DialInPort> {
    const { address, clock } = options;
    const port = new DialInPort(options);
    // As many as there are links, and the strangers, who are counted here; each link knows how long its own may be silent.
    const limits = { callersMax: Number.POSITIVE_INFINITY, idleMs: Number.POSITIVE_INFINITY };
    port.#port = await listenForCallers({ ...address, ...limits, clock }, (caller) => port.#greet(caller));
    return port;
  }

  /** Throws `NotConnected` when another link waits for the same registration. */
  admit(station: AwaitedStation): void {
    const { text } = station.registration;
    if ([...this.#stations].some(({ registration }) => registration.text === text)) {
      const where = formatStreamAddress(this.#options.address);
      throw new NotConnected(`another link waits for \`${text}\` at ${where}; give each DTU a registration of its own`);
    }
    this.#stations.add(station);
  }

  /** Its DTU is a stranger from now on. */
  dismiss(station: AwaitedStation): void {
    this.#stations.delete(station);
  }

  async close(): Promise<void> {
    await this.#port?.close();
  }

  #greet(caller: Caller): CallerEvents {
    const stranger = new Stranger(caller, this.#options.clock, {
      stations: this.#stations,
      left: () => this.#strangers.delete(stranger),
      refused: (why, said) => this.refused.note(caller.from, why, said),
    });
    this.#strangers.add(stranger);
    const [oldest] = this.#strangers;
    if (this.#strangers.size > unregisteredMax) oldest?.refuse(`${unregisteredMax} others have not said who they are`);
    return stranger;
  }
}

interface Hall {
  readonly stations: ReadonlySet<AwaitedStation>;
  /** It is no stranger any more, or gone. */
  left(): void;
  refused(why: string, said: Uint8Array): void;
}

/** A caller until it is known, and then the way to its link. */
class Stranger implements CallerEvents {
  readonly #caller: Caller;
  readonly #hall: Hall;
  readonly #giveUp: Timer;
  readonly #settle: Timer;
  #said: Uint8Array = new Uint8Array(0);
  #known: CallerEvents | undefined;
  #isRefused = false;

  constructor(caller: Caller, clock: Clock, hall: Hall) {
    this.#caller = caller;
    this.#hall = hall;
    this.#giveUp = new Timer(clock);
    this.#settle = new Timer(clock);
    const withinMs = Math.max(0, ...[...hall.stations].map(({ registrationWithinMs }) => registrationWithinMs));
    this.#giveUp.set(withinMs, () => this.refuse(`it did not say who it is within ${withinMs} ms`));
  }

  received(bytes: Uint8Array): void {
    if (this.#known) this.#known.received(bytes);
    else if (!this.#isRefused) this.#listen(bytes);
  }

  closed(): void {
    this.#leave();
    this.#known?.closed();
  }

  refuse(why: string): void {
    this.#isRefused = true;
    this.#leave();
    this.#hall.refused(why, this.#said);
    this.#caller.close();
  }

  /** What is kept is bounded by the longest registration: with more it is nobody's beginning. */
  #listen(bytes: Uint8Array): void {
    this.#said = Buffer.concat([this.#said, bytes]);
    const found = recognise(this.#said, this.#hall.stations);
    this.#settle.clear();
    if (found.kind === 'known') this.#register(found.station, found.end);
    else if (found.kind === 'likely') this.#settle.set(settleMs, () => this.#register(found.station, found.end));
    else if (found.kind === 'unknown') this.refuse('no link waits for it, or more than one');
  }

  #register(station: AwaitedStation, end: number): void {
    this.#leave();
    // Its link may have been closed while this one hesitated.
    if (!this.#hall.stations.has(station)) return this.refuse('no link waits for it any more');
    const rest = this.#said.subarray(end);
    this.#known = station.registered(this.#caller);
    this.#said = new Uint8Array(0);
    if (rest.length > 0) this.#known.received(rest);
  }

  #leave(): void {
    this.#giveUp.clear();
    this.#settle.clear();
    this.#hall.left();
  }
}
