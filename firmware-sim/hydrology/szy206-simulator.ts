import type { Clock, DeviceModel, Simulator } from '../../gateway/contract/index.js';
import { Random } from '../random.js';
import { systemClock } from '../system-clock.js';
import { DialledLine } from './dialled-line.js';
import { type HydrologyFault, HydrologyFaults } from './hydrology-faults.js';
import { type Confirmation, ConfirmationReceiver, lowFirst, writeSzyFrame } from './szy206-codec.js';

export interface Szy206StationSpec {
  /** What faults call it. */
  readonly unit: number;
  /** Ten digits as in its frames. */
  readonly address: string;
  /** `levelM`, `rainMm`, `flowM3PerHour`, `volumeM3`, `batteryV`, `alarm`, `state`. */
  readonly model: DeviceModel;
  /** Seven bytes as in SL/T 427-2021, else five. */
  readonly hasLongTag?: boolean;
}

export interface Szy206SimulatorOptions {
  readonly host?: string;
  /** Port of the centre the stations dial. */
  readonly port: number;
  readonly stations: readonly Szy206StationSpec[];
  readonly seed?: number;
  readonly clock?: Clock;
  /** Longest wait for a confirmation before the report is sent again. */
  readonly resendAfterMs?: number;
  readonly zoneMinutes?: number;
}

export type Szy206ReportKind = 'login' | 'keep-alive' | 'rain' | 'level' | 'flow' | 'voltage' | 'alarm' | 'unknown';

/** A report is repeated with a count that goes down from here to 0. */
const firstCount = 3;

interface StationOptions extends Required<Omit<Szy206SimulatorOptions, 'stations' | 'seed'>> {
  readonly random: Random;
  readonly faults: HydrologyFaults;
  readonly stopped: AbortSignal;
}

/** One station with its modem. */
export class Szy206Station {
  readonly spec: Szy206StationSpec;
  readonly #options: StationOptions;
  readonly #line: DialledLine;
  readonly #receiver = new ConfirmationReceiver();
  #confirmed: (confirmation: Confirmation) => void = () => undefined;

  constructor(spec: Szy206StationSpec, options: StationOptions) {
    this.spec = spec;
    this.#options = options;
    this.#line = new DialledLine({
      ...options,
      unit: spec.unit,
      spoil: spoilFrame,
      received: (bytes) => {
        for (const confirmation of this.#receiver.push(bytes)) this.#confirmed(confirmation);
      },
    });
  }

  get isConnected(): boolean {
    return this.#line.isConnected;
  }

  /** Resolves when the connection is over, whoever ended it. */
  ended(): Promise<void> {
    return this.#line.ended();
  }

  /** Sends a report until it is confirmed, four times at most; undefined when it was not. */
  async report(kind: Szy206ReportKind): Promise<Confirmation | undefined> {
    const [code, type, data] = this.#message(kind);
    for (let count = firstCount; count >= 0 && !this.#options.stopped.aborted; count -= 1) {
      const control = 0x80 | (count << 4) | type;
      const expected = this.#nextConfirmation(code);
      const other = this.spec.address.replace(/.$/, (digit) => (digit === '9' ? '8' : '9'));
      await this.#line.write(
        writeSzyFrame(control, this.spec.address, code, data),
        writeSzyFrame(control, other, code, data),
      );
      const confirmation = await expected;
      if (confirmation) return confirmation;
    }
    return undefined;
  }

  hangUp(): Promise<void> {
    return this.#line.hangUp();
  }

  #nextConfirmation(code: number): Promise<Confirmation | undefined> {
    const { clock, resendAfterMs, stopped } = this.#options;
    const waiting = new AbortController();
    return new Promise((resolve) => {
      this.#confirmed = (confirmation) => {
        if (confirmation.code !== code) return;
        waiting.abort();
        resolve(confirmation);
      };
      void clock.wait(resendAfterMs, AbortSignal.any([waiting.signal, stopped])).then(() => resolve(undefined));
    });
  }

  /** Function, type and data. */
  #message(kind: Szy206ReportKind): readonly [code: number, type: number, data: Buffer] {
    const value = (name: string): number => Number(this.spec.model.values[name] ?? 0);
    const status = Buffer.alloc(4);
    status.writeUInt16LE(value('alarm'), 0);
    status.writeUInt16LE(value('state'), 2);
    const level = lowFirst(value('levelM'), 4, 3);
    switch (kind) {
      case 'login':
        return [0x02, 0, Buffer.of(0xf0)];
      case 'keep-alive':
        return [0x02, 0, Buffer.of(0xf2)];
      case 'rain':
        return [0xc0, 1, Buffer.concat([lowFirst(value('rainMm'), 3, 1), status, this.#tag()])];
      case 'level':
        return [0xc0, 2, Buffer.concat([level, status, this.#tag()])];
      case 'flow': {
        const flow = lowFirst(value('flowM3PerHour'), 5, 3);
        // The unit stands in the highest byte.
        flow[4] = (flow[4] as number) | 0x30;
        return [0xc0, 3, Buffer.concat([flow, lowFirst(value('volumeM3'), 5, 0), status, this.#tag()])];
      }
      case 'voltage':
        return [0x84, 13, lowFirst(value('batteryV'), 2, 2)];
      case 'alarm':
        return [0x81, 2, Buffer.concat([status.subarray(0, 2), level, status.subarray(2), this.#tag()])];
      case 'unknown':
        return [0x5f, 0, Buffer.of(1, 2, 3)];
    }
  }

  #tag(): Buffer {
    const { clock, zoneMinutes, faults } = this.#options;
    const digits = new Date(clock.utc() + zoneMinutes * 60_000).toISOString().slice(2, 19).replaceAll(/\D/g, '');
    const year = faults.year === undefined ? digits.slice(0, 2) : String(faults.year % 100).padStart(2, '0');
    const lowest = Buffer.from(year + digits.slice(2), 'hex').reverse();
    return Buffer.concat([lowest.subarray(0, this.spec.hasLongTag ? 6 : 4), Buffer.of(0)]);
  }
}

/** The same frame with a checksum that is wrong, or a length that is. */
function spoilFrame(frame: Buffer, what: 'wrong-checksum' | 'wrong-length'): Buffer {
  const spoilt = Buffer.from(frame);
  const at = what === 'wrong-length' ? 1 : spoilt.length - 2;
  spoilt[at] = ((spoilt[at] as number) + 3) % 256;
  return spoilt;
}

/** Stations of SZY 206-2016 that dial their centre. */
export class Szy206Simulator implements Simulator {
  readonly address: string;
  readonly stations: readonly Szy206Station[];
  readonly #faults: HydrologyFaults;
  readonly #stopped = new AbortController();

  constructor(options: Szy206SimulatorOptions) {
    const { host = '127.0.0.1', port, stations, seed = 1, clock = systemClock } = options;
    const { resendAfterMs = 20_000, zoneMinutes = 480 } = options;
    const random = new Random(seed);
    this.#faults = new HydrologyFaults(random);
    this.address = `tcp://${host}:${port}`;
    const common = { host, port, clock, resendAfterMs, zoneMinutes, random };
    this.stations = stations.map(
      (spec) => new Szy206Station(spec, { ...common, faults: this.#faults, stopped: this.#stopped.signal }),
    );
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  inject(fault: HydrologyFault): void {
    this.#faults.inject(fault);
  }

  heal(): void {
    this.#faults.heal();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.stations.map((station) => station.hangUp()));
  }
}
