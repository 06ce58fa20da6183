import type { DeviceModel } from '../../gateway/contract/index.js';
import { type LineOptions, MeterSimulator, type Receiver, type SimulatedMeter } from './meter-simulator.js';
import { writeValue } from './written-value.js';

export interface Cjt188MeterSpec {
  readonly unit: number;
  /** Cold water 10H, heat 20H. */
  readonly meterType: number;
  /** 14 digits, the maker's four first. */
  readonly address: string;
  /** Water: `volumeM3`, `settledM3`. Heat: those of `heatNumbers`. Both: `status1`, `status2`. */
  readonly model: DeviceModel;
  /** Sends DI 901FH with its high byte first, as some makers do. */
  readonly highByteFirst?: boolean;
}

interface Cjt188Request {
  readonly head: readonly number[];
  readonly control: number;
  readonly data: readonly number[];
}

const [startByte, endByte, headLength] = [0x68, 0x16, 11] as const;
const sumOf = (bytes: readonly number[]): number => bytes.reduce((total, byte) => total + byte, 0) % 256;
const digitsOf = (text: string): number[] =>
  (text.match(/../g) ?? []).toReversed().map((pair) => Number.parseInt(pair, 16));

/** Takes requests as a meter's receiver does: it waits for a start and gives up on a wrong end. */
class Cjt188Receiver implements Receiver<Cjt188Request> {
  #pending: number[] = [];

  push(bytes: Uint8Array): Cjt188Request[] {
    this.#pending.push(...bytes);
    const requests: Cjt188Request[] = [];
    for (;;) {
      while (this.#pending.length > 0 && this.#pending[0] !== startByte) this.#pending.shift();
      const length = this.#pending[headLength - 1];
      if (length === undefined || this.#pending.length < headLength + length + 2) return requests;
      const frame = this.#pending.slice(0, headLength + length + 2);
      if (frame.at(-1) !== endByte || frame.at(-2) !== sumOf(frame.slice(0, -2))) {
        this.#pending.shift();
        continue;
      }
      this.#pending.splice(0, frame.length);
      requests.push({ head: frame.slice(1, 9), control: frame[9] as number, data: frame.slice(headLength, -2) });
    }
  }
}

const two = { bytes: 4, decimals: 2 };
/** Value, how it is written and its unit code: settled heat, heat, power, flow, volume, temperatures, hours. */
const heatNumbers = [
  ['settledKwh', two, 0x05],
  ['heatKwh', two, 0x05],
  ['powerKw', two, 0x17],
  ['flowM3PerHour', { bytes: 4, decimals: 4 }, 0x35],
  ['volumeM3', two, 0x2c],
  ['supplyC', { bytes: 3, decimals: 2 }, undefined],
  ['returnC', { bytes: 3, decimals: 2 }, undefined],
  ['hours', { bytes: 3, decimals: 0 }, undefined],
] as const;
const waterNumbers = [
  ['volumeM3', two, 0x2c],
  ['settledM3', two, 0x2c],
] as const;
/** 2015-05-11 22:01:31, seconds first: a clock that was never set. */
const deviceTime = [0x31, 0x01, 0x22, 0x11, 0x05, 0x15, 0x20];

class Cjt188Meter implements SimulatedMeter<Cjt188Request> {
  readonly unit: number;
  readonly model: DeviceModel;
  readonly #spec: Cjt188MeterSpec;

  constructor(spec: Cjt188MeterSpec) {
    this.unit = spec.unit;
    this.model = spec.model;
    this.#spec = spec;
  }

  answer({ head, control, data }: Cjt188Request): Buffer | undefined {
    const own = this.#head(this.#spec.address);
    if (!head.every((byte, at) => byte === own[at] || byte === 0xaa)) return undefined;
    if (control === 0x03) return this.#frame(own, 0x83, data);
    if (control !== 0x01) return undefined;
    const identifier = this.#spec.highByteFirst ? [0x90, 0x1f] : [0x1f, 0x90];
    if (!identifier.every((byte, at) => byte === data[at])) return this.refuse({ head, control, data });
    return this.#frame(own, 0x81, [...data, ...this.#numbers()]);
  }

  refuse({ control, data }: Cjt188Request): Buffer {
    return this.#frame(this.#head(this.#spec.address), control | 0xc0, [data[2] ?? 0, 0, 0]);
  }

  foreign({ control, data }: Cjt188Request): Buffer {
    const other = String((Number(this.#spec.address) + 1) % 1e14).padStart(14, '0');
    return this.#frame(this.#head(other), control | 0x80, [...data, ...this.#numbers()]);
  }

  #numbers(): number[] {
    const { values } = this.model;
    const isHeat = this.#spec.meterType >= 0x20 && this.#spec.meterType < 0x30;
    const numbers = (isHeat ? heatNumbers : waterNumbers).flatMap(([name, written, unit]) => [
      ...writeValue(Number(values[name] ?? 0), written),
      ...(unit === undefined ? [] : [unit]),
    ]);
    return [...numbers, ...deviceTime, Number(values['status1'] ?? 0), Number(values['status2'] ?? 0)];
  }

  #head(address: string): number[] {
    return [this.#spec.meterType, ...digitsOf(address)];
  }

  #frame(head: readonly number[], control: number, data: readonly number[]): Buffer {
    const body = [startByte, ...head, control, data.length, ...data];
    return Buffer.from([...body, sumOf(body), endByte]);
  }
}

export interface Cjt188SimulatorOptions extends LineOptions {
  readonly meters: readonly Cjt188MeterSpec[];
}

/** Water and heat meters of CJ/T 188 on one line. */
export class Cjt188Simulator extends MeterSimulator<Cjt188Request> {
  constructor(options: Cjt188SimulatorOptions) {
    super(
      options,
      options.meters.map((spec) => new Cjt188Meter(spec)),
      () => new Cjt188Receiver(),
    );
  }
}
