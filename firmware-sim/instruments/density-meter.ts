import type { DeviceModel } from '../../gateway/contract/index.js';
import { crc16 } from '../servers/crc16.js';
import type { Instrument } from './instrument.js';

const start = 0xaa;
const readAll = 0x52;
const stop = 0x55;

/**
 * A slurry density meter that is asked. Request `AA unit 52 CRC`, answer `AA unit length density(float) temperature(int16,
 * 0.1 °C) hours(4 digits BCD) state CRC 55`: the length counts what follows it, the CRC is Modbus's, low byte first, over
 * all before it.
 */
export class DensityMeter implements Instrument, DeviceModel {
  readonly #unit: number;
  #values = { density: 1.25, temperature: 21.5, hours: 1234, fault: false };

  constructor(unit = 1) {
    this.#unit = unit;
  }

  get values(): Readonly<Record<string, number | boolean>> {
    return this.#values;
  }

  advance(): void {}

  command(tag: string, value: number | boolean): void {
    this.#values = { ...this.#values, [tag]: value };
  }

  answer(heard: Buffer): Buffer | undefined {
    const asked = withCrc(Buffer.from([start, this.#unit, readAll]));
    if (!heard.subarray(-asked.length).equals(asked)) return undefined;
    const { density, temperature, hours, fault } = this.#values;
    const data = Buffer.alloc(9);
    data.writeFloatBE(density, 0);
    data.writeInt16BE(Math.round(temperature * 10), 4);
    data.write(String(hours).padStart(4, '0'), 6, 'hex');
    data.writeUInt8(fault ? 0x80 : 0, 8);
    const afterLength = data.length + 3;
    const body = withCrc(Buffer.concat([Buffer.from([start, this.#unit, afterLength]), data]));
    return Buffer.concat([body, Buffer.from([stop])]);
  }
}

function withCrc(bytes: Buffer): Buffer {
  const crc = Buffer.alloc(2);
  crc.writeUInt16LE(crc16(bytes));
  return Buffer.concat([bytes, crc]);
}
