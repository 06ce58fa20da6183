import {
  type DtuHabits,
  type DtuOptions,
  DtuSimulator,
  type DtuTally,
  type Endpoint,
} from '../../firmware-sim/dtus/index.js';
import { ModbusSimulator, type WireEvent } from '../../firmware-sim/index.js';

export const units = [1, 2] as const;
/** Holding registers with fixed words; 0 and 1 count the answers of their unit. */
export const blocks = { first: { at: 2, words: 10 }, second: { at: 20, words: 6 } } as const;
/** The answer to a request is on its way within this time, unless its DTU is not connected. */
export const latencyMaxMs = 2000;
export const heartbeat = '-beat-';

/** What a register holds: it says station, unit and register. */
export const wordOf = (station: number, unit: number, register: number): number =>
  station * 1000 + unit * 100 + register;

export const nameOf = (station: number): string => `STN-${station}`;

const habits = (isFull: boolean): DtuHabits => ({
  latencyMs: [50, latencyMaxMs],
  heartbeat: Buffer.from(heartbeat),
  heartbeatEveryMs: [300, 3000],
  insideShare: 0.3,
  splitShare: 0.3,
  livesMs: isFull ? [3000, 60_000] : [4000, 20_000],
  halfOpenShare: 0.3,
  redialsAfterMs: [100, 2000],
});

/** Two units on a line of their own, behind a DTU that dials in. */
export class Station {
  readonly number: number;
  readonly #line: ModbusSimulator;
  readonly #habits: Omit<DtuOptions, 'dials' | 'line'>;
  /** When the request came whose answer has this number, by unit and number; monotonic ms. */
  readonly #askedMs = new Map<string, number>();
  readonly #exchanges = new Map<number, number>();
  #dtu: DtuSimulator | undefined;

  constructor(number: number, dtu: Omit<DtuOptions, 'dials' | 'line'>) {
    this.number = number;
    this.#habits = dtu;
    this.#line = new ModbusSimulator({
      transport: { kind: 'rtu-over-tcp', port: 0 },
      units: units.map((unit) => ({
        unit,
        counter: { area: 'holding', address: 0, words: 2 },
        map: {
          entries: [],
          fixed: Object.values(blocks).map(({ at, words }) => ({
            area: 'holding',
            address: at,
            words: Array.from({ length: words }, (_, n) => wordOf(number, unit, at + n)),
          })),
        },
      })),
      log: (event) => this.#note(event),
    });
  }

  get tally(): DtuTally {
    if (!this.#dtu) throw new Error('a station has done nothing before it starts');
    return this.#dtu.tally;
  }

  /** When the request came that this answer of a unit belongs to. */
  askedMs(unit: number, counter: number): number | undefined {
    return this.#askedMs.get(`${unit}/${counter}`);
  }

  async start(dials: Endpoint): Promise<void> {
    await this.#line.start();
    const line = { host: '127.0.0.1', port: Number(new URL(this.#line.address).port) };
    this.#dtu = new DtuSimulator({ ...this.#habits, dials, line });
    await this.#dtu.start();
  }

  async stop(): Promise<void> {
    await this.#dtu?.stop();
    await this.#line.stop();
  }

  #note(event: WireEvent): void {
    if (event.kind === 'request') this.#exchanges.set(event.exchange, event.atMs);
    else {
      const askedMs = this.#exchanges.get(event.exchange);
      this.#exchanges.delete(event.exchange);
      if (event.counter !== undefined && askedMs !== undefined)
        this.#askedMs.set(`${event.unit}/${event.counter}`, askedMs);
    }
  }
}

/** Stations whose DTUs come and go. */
export const stationsOf = (count: number, isFull: boolean, seed: number): Station[] =>
  Array.from({ length: count }, (_, n) => {
    const number = n + 1;
    return new Station(number, { ...habits(isFull), registration: Buffer.from(nameOf(number)), seed: seed + number });
  });

/**
 * Callers no link waits for, with units of their own behind them: names one character from those of the stations, other
 * protocols, noise, and one that says nothing.
 */
export function strangersOf(stations: number, seed: number): Station[] {
  const said = [nameOf(stations + 1), nameOf(stations * 10), 'stn-1', 'STN-', 'GET / HTTP/1.1\r\n', '\x00\xff', ''];
  return said.map(
    (text, n) =>
      new Station(stations + 1 + n, {
        registration: Buffer.from(text, 'latin1'),
        splitShare: 0.3,
        redialsAfterMs: [200, 1000],
        seed: seed - n - 1,
      }),
  );
}
