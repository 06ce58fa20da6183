import type { DeviceModel } from '../../gateway/contract/index.js';
import { answerFrame, type MeterRequest } from './dlt645-codec.js';
import { entriesFor, type MeterEntry } from './dlt645-map.js';
import type { SimulatedMeter } from './meter-simulator.js';
import { writeValue } from './written-value.js';

export interface MeterSpec {
  /** What faults call it. */
  readonly unit: number;
  /** 12 digits. */
  readonly address: string;
  readonly map: readonly MeterEntry[];
  readonly model: DeviceModel;
  /** Most bytes of numbers in one frame; the rest follows on request. As many as a frame takes when left out. */
  readonly bytesPerFrame?: number;
  /** Says nothing to what it does not have, as many meters do, instead of refusing it. */
  readonly isTaciturn?: boolean;
}

const anyMeter = 'A'.repeat(12);
const [read, readNext, readAddress] = [0x11, 0x12, 0x13];
const [answers, refuses, hasMore] = [0x80, 0x40, 0x20];
const noSuchData = 0x02;

/** One electricity meter. */
export class Dlt645Meter implements SimulatedMeter<MeterRequest> {
  readonly unit: number;
  readonly model: DeviceModel;
  readonly spec: MeterSpec;

  constructor(spec: MeterSpec) {
    this.spec = spec;
    this.unit = spec.unit;
    this.model = spec.model;
  }

  answer(request: MeterRequest): Buffer | undefined {
    const { spec } = this;
    const { address, control, data } = request;
    if (address !== spec.address && address !== anyMeter) return undefined;
    if (control === readAddress) return answerFrame(spec.address, control | answers, addressBytes(spec.address));
    if (control !== read && control !== readNext) return undefined;
    const [d0 = 0, d1 = 0, d2 = 0, d3 = 0, sequence = 0] = data;
    const entries = entriesFor(spec.map, ((d3 << 24) | (d2 << 16) | (d1 << 8) | d0) >>> 0);
    if (entries.length === 0) return spec.isTaciturn ? undefined : this.refuse(request, noSuchData);
    const numbers = entries.flatMap((entry) => writeValue(Number(spec.model.values[entry.tag] ?? 0), entry));
    const size = spec.bytesPerFrame ?? 190;
    const part = numbers.slice(sequence * size, (sequence + 1) * size);
    const more = numbers.length > (sequence + 1) * size ? hasMore : 0;
    const tail = control === readNext ? [sequence] : [];
    return answerFrame(spec.address, control | answers | more, [d0, d1, d2, d3, ...part, ...tail]);
  }

  refuse({ control }: MeterRequest, error: number): Buffer {
    return answerFrame(this.spec.address, control | answers | refuses, [error]);
  }

  foreign({ control, data }: MeterRequest): Buffer {
    const other = String((Number(this.spec.address) + 1) % 1e12).padStart(12, '0');
    return answerFrame(other, control | answers, data);
  }
}

const addressBytes = (address: string): number[] =>
  (address.match(/../g) ?? []).toReversed().map((pair) => Number.parseInt(pair, 16));
