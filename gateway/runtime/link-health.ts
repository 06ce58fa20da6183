import {
  type Clock,
  FrameBuilder,
  type Happening,
  type LinkTables,
  Quality,
  type Reading,
  type TagTable,
} from '../contract/index.js';

/** Pauses between attempts to connect a link. */
export const reconnectMs = { first: 500, max: 30_000 } as const;

/** What the host of a link tells: what it got, and each change of a link's or device's state once. */
export interface LinkEvents {
  /**
   * `spanMs`: how long the reading took, the greater part of its uncertainty in time. False when it could not be stored
   * and might be, told again; true when it is in the journal, or never can be, which is told and counted.
   */
  readonly onReading: (reading: Reading, spanMs: number) => boolean;
  /** False as of a reading. */
  readonly onHappening: (happening: Happening) => boolean;
  /**
   * Resolves when all that is in the journal survives a power cut; hastens nothing. Rejects when it closes before. The
   * same promise for all that waits for the same commit.
   */
  readonly onKept: () => Promise<void>;
  /** Commits at once what is in the journal. Resolves and rejects as `onKept`. */
  readonly onFlush: () => Promise<void>;
  readonly onTransition: (subject: 'link' | 'device', name: string, state: string, reason: string) => void;
}

export type LinkState = 'connecting' | 'connected' | 'stopped';
export type DeviceState = 'online' | 'offline' | 'unknown';

/** Counters of one link since start. */
export interface LinkStatistics {
  readonly state: LinkState;
  readonly since: number;
  /** Readings asked for, or told. */
  readonly reads: number;
  readonly failedReads: number;
  readonly overruns: number;
  readonly ourFaults: number;
  readonly devices: Readonly<Record<string, DeviceState>>;
}

/** Whoever runs the driver of one link. */
export interface LinkHost {
  readonly name: string;
  readonly statistics: LinkStatistics;
  start(): void;
  /** Resolves when the driver is closed. */
  stop(): Promise<void>;
}

export interface LinkHealthOptions {
  readonly name: string;
  readonly tables: LinkTables;
  readonly clock: Clock;
  readonly events: LinkEvents;
}

/**
 * The state of one link and of its devices as far as it is known. Tells each change once; a lost link, and a device said
 * to be offline, is one frame of bad readings a poll group.
 */
export class LinkHealth {
  readonly #options: LinkHealthOptions;
  readonly #devices = new Map<string, DeviceState>();
  #state: LinkState = 'connecting';
  #since: number;
  #isTold = false;

  constructor(options: LinkHealthOptions) {
    this.#options = options;
    this.#since = options.clock.monotonic();
    for (const device of options.tables.keys()) this.#devices.set(device, 'unknown');
  }

  get now(): Pick<LinkStatistics, 'state' | 'since' | 'devices'> {
    return { state: this.#state, since: this.#since, devices: Object.fromEntries(this.#devices) };
  }

  connected(): void {
    if (this.#state === 'connected') return;
    this.#enter('connected');
    this.#isTold = false;
    this.#options.events.onTransition('link', this.#options.name, 'connected', '');
  }

  /** It could not be connected: told once until it is. */
  notConnected(reason: string): void {
    if (!this.#isTold) this.lost(reason);
  }

  lost(reason: string): void {
    const { events, name } = this.#options;
    this.#isTold = true;
    this.#enter('connecting');
    events.onTransition('link', name, 'lost', reason);
    for (const device of this.#devices.keys()) {
      this.#devices.set(device, 'unknown');
      this.#allBad(device, Quality['bad-not-connected']);
    }
  }

  stopped(): void {
    this.#enter('stopped');
  }

  /** Who runs the link has found out how a device is. */
  device(device: string, state: 'online' | 'offline', reason: string): void {
    if (!this.#changes(device, state, reason)) return;
    if (state === 'offline') this.#allBad(device, Quality['bad-no-answer']);
  }

  /** The driver has told how a device is, with readings of its own. */
  deviceTold(device: string, state: 'online' | 'offline', reason: string): void {
    this.#changes(device, state, reason);
  }

  #changes(device: string, state: 'online' | 'offline', reason: string): boolean {
    if (this.#devices.get(device) === state) return false;
    this.#devices.set(device, state);
    this.#options.events.onTransition('device', device, state, reason);
    return true;
  }

  /** One frame of bad readings for each poll group of a device. */
  #allBad(device: string, quality: number): void {
    const tables: Iterable<TagTable> = this.#options.tables.get(device)?.values() ?? [];
    for (const table of tables) {
      const builder = new FrameBuilder(table);
      builder.allBad(quality);
      this.#options.events.onReading(builder.build(), 0);
    }
  }

  #enter(state: LinkState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#since = this.#options.clock.monotonic();
  }
}
