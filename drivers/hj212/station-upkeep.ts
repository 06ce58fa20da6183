import { type Clock, DeviceFault, type Log, NotConnected } from '../../gateway/contract/index.js';
import { command } from './commands.js';
import { dataKinds, type HistoryKind } from './data-kinds.js';
import type { Gap, HistoryGaps } from './history-gaps.js';
import type { LinkSettings } from './link-schema.js';
import type { StationClock } from './station-clock.js';
import type { Outcome, StationRequests } from './station-requests.js';
import { formatStationSecond } from './station-time.js';

/** A clock is set no more often than this. */
const setPauseMs = 3_600_000;
/** Records asked for at once: a day of 10-minute data. */
const recordsMax = 144;

export interface StationUpkeepOptions {
  readonly device: string;
  readonly settings: LinkSettings;
  readonly periods: ReadonlyMap<HistoryKind, number>;
  readonly stationClock: StationClock;
  readonly gaps: HistoryGaps;
  readonly requests: StationRequests;
  /** Resolves when all that was told of the station is on disk. */
  readonly kept: () => Promise<void>;
  /** The gaps have changed, for whoever remembers them. */
  readonly gapsChanged: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is asked of a station: its clock set, its history sent; by hand, or by itself where the link is so set. */
export class StationUpkeep {
  readonly #options: StationUpkeepOptions;
  readonly #closing = new AbortController();
  #isClockOff = false;
  #clockSetAtMs = Number.NEGATIVE_INFINITY;
  /** It did not answer, or what it sent could not be stored: not asked for history again over this connection. */
  #isTaciturn = false;
  #filling: Promise<void> | undefined;
  #setting: Promise<void> | undefined;

  constructor(options: StationUpkeepOptions) {
    this.#options = options;
  }

  /** Sets the station's clock to ours: a write to a device. Rejects as `StationRequests.ask` does. */
  async setClock(signal: AbortSignal): Promise<void> {
    const { clock, requests, settings, stationClock } = this.#options;
    const content = `SystemTime=${formatStationSecond(clock.utc(), settings.timezone)}`;
    await requests.ask({ cn: command.setClock, content }, signal);
    stationClock.forget();
  }

  /** Asks for the history of one kind, both times ms UTC and included; it is told as late readings while it comes. */
  askHistory(kind: HistoryKind, fromMs: number, toMs: number, signal: AbortSignal): Promise<Outcome> {
    const { timezone } = this.#options.settings;
    const [begin, end] = [fromMs, toMs].map((ms) => formatStationSecond(ms, timezone));
    const content = `BeginTime=${begin};EndTime=${end}`;
    return this.#options.requests.ask({ cn: dataKinds[kind].command, content }, signal);
  }

  /** Looks whether the clock is off; sets it where the link says so. */
  tendClock(): void {
    const { device, settings, stationClock, log } = this.#options;
    const { behindMs } = stationClock;
    if (behindMs === undefined) return;
    const isOff = Math.abs(behindMs) > settings.clockOffsetMax;
    if (isOff !== this.#isClockOff) {
      this.#isClockOff = isOff;
      const fields = { device, behindMs: Math.round(behindMs) };
      if (isOff) log.warn(fields, "a station's clock is off");
      else log.info(fields, "a station's clock is right again");
    }
    if (isOff) this.clockWanted();
  }

  /** Sets the clock, where the link says so and it has not been set lately. */
  clockWanted(): void {
    const { settings, clock, device, log } = this.#options;
    const isLately = clock.monotonic() - this.#clockSetAtMs < setPauseMs;
    if (!settings.setClock || this.#setting || isLately || this.#closing.signal.aborted) return;
    this.#clockSetAtMs = clock.monotonic();
    this.#setting = this.setClock(this.#closing.signal)
      .then(() => log.info({ device }, "a station's clock was set"))
      .catch((error: unknown) => this.#failed(error, "a station's clock could not be set"))
      .finally(() => {
        this.#setting = undefined;
      });
  }

  /** The station has a new connection. */
  connected(): void {
    this.#isTaciturn = false;
  }

  /** Fills gaps, one after the other, until there is none or the station is gone. */
  fillGaps(): void {
    const isOver = this.#filling || this.#isTaciturn || this.#closing.signal.aborted;
    if (!this.#options.settings.backfill || isOver || !this.#options.gaps.first) return;
    this.#filling = this.#fillAll().finally(() => {
      this.#filling = undefined;
    });
  }

  /** History that was asked for could not be stored: its gap stays. */
  notStored(): void {
    this.#isTaciturn = true;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([this.#filling, this.#setting]);
  }

  async #fillAll(): Promise<void> {
    const { gaps, gapsChanged, periods } = this.#options;
    for (let gap = gaps.first; gap; gap = gaps.first) {
      const upToMs = Math.min(gap.toMs, gap.fromMs + recordsMax * (periods.get(gap.kind) ?? 0));
      try {
        await this.askHistory(gap.kind, gap.fromMs, upToMs, this.#closing.signal);
        await this.#options.kept().catch(() => this.notStored());
        if (this.#isTaciturn) return;
        gaps.settle(gap, upToMs);
      } catch (error) {
        this.#isTaciturn = !this.#isRefusal(error, gap);
        if (this.#isTaciturn) return;
        gaps.settle(gap);
      }
      gapsChanged();
    }
  }

  /** A station that refuses will refuse again; one that says nothing is asked again after its next connection. */
  #isRefusal(error: unknown, { kind, fromMs, toMs }: Gap): boolean {
    const { timezone } = this.#options.settings;
    const [from, to] = [fromMs, toMs].map((ms) => formatStationSecond(ms, timezone));
    this.#failed(error, 'missing data could not be had from a station', { kind, from, to });
    return error instanceof DeviceFault && error.answered;
  }

  #failed(error: unknown, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (this.#closing.signal.aborted || error instanceof NotConnected) return;
    const why = error instanceof Error ? error.message : String(error);
    this.#options.log.warn({ device: this.#options.device, why, ...fields }, message);
  }
}
