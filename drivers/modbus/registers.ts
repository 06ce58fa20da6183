import { type FrameBuilder, Quality } from '../../gateway/contract/index.js';
import { bcdDecoder } from './bcd.js';
import type { Decoder } from './decoder.js';
import { type TagAddress, valueTypeOf } from './tag-schema.js';
import { textDecoder } from './text-registers.js';

/** How registers of one value are turned: `swapsBytes` within each, `swapsWords` the registers end to end. */
interface Order {
  readonly swapsBytes: boolean;
  readonly swapsWords: boolean;
}

const orders: Readonly<Record<TagAddress['order'], Order>> = {
  ABCD: { swapsBytes: false, swapsWords: false },
  CDAB: { swapsBytes: false, swapsWords: true },
  BADC: { swapsBytes: true, swapsWords: false },
  DCBA: { swapsBytes: true, swapsWords: true },
};

const scratch = new DataView(new ArrayBuffer(8));

/** Lays the registers of a value into the scratch, highest byte first. */
function straighten(data: DataView, at: number, registers: number, { swapsBytes, swapsWords }: Order): DataView {
  for (let n = 0; n < registers; n += 1) {
    const place = swapsWords ? registers - 1 - n : n;
    scratch.setUint16(place * 2, data.getUint16(at + n * 2, swapsBytes));
  }
  return scratch;
}

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

const registersOf = { 16: 1, 32: 2, 64: 4 } as const;

/** The whole value turned end to end, or not at all, is read in place; the two mixed orders go over the scratch. */
function numberReader(bits: 16 | 32 | 64, order: Order, read: Read): (data: DataView, at: number) => number {
  const { swapsBytes, swapsWords } = order;
  if (bits === 16 || swapsBytes === swapsWords) return (data, at) => read(data, at, swapsBytes);
  const registers = registersOf[bits];
  return (data, at) => read(straighten(data, at, registers, order), 0, false);
}

function numberDecoder(bits: 16 | 32 | 64, order: Order, read: Read): Decoder {
  const value = numberReader(bits, order, read);
  return (data, at, into, slot) => into.set(slot, value(data, at));
}

const twoTo32 = 2 ** 32;
const exactMax = 2 ** 53;

/** 64 bits as two halves: exact to ±2^53, beyond that the nearest number, and uncertain. */
function int64Decoder(order: Order, isSigned: boolean): Decoder {
  const read = (view: DataView, at: number, isLittle: boolean, into: FrameBuilder, slot: number) => {
    const highAt = isLittle ? at + 4 : at;
    const high = isSigned ? view.getInt32(highAt, isLittle) : view.getUint32(highAt, isLittle);
    const low = view.getUint32(isLittle ? at : at + 4, isLittle);
    const value = high * twoTo32 + low;
    const isExact = Math.abs(value) < exactMax || (Math.abs(value) === exactMax && low === 0);
    into.set(slot, value, isExact ? Quality.good : Quality['uncertain-precision']);
  };
  if (order.swapsBytes === order.swapsWords) {
    return (data, at, into, slot) => read(data, at, order.swapsBytes, into, slot);
  }
  return (data, at, into, slot) => read(straighten(data, at, 4, order), 0, false, into, slot);
}

/** IEEE 754-2019 binary16. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** As KinCony sensors write negative numbers: 10000 added to the magnitude. */
const offset10000 = (raw: number): number => (raw >= 10_000 ? 10_000 - raw : raw);

function boolDecoder({ register, bit }: TagAddress, { swapsBytes }: Order): Decoder {
  if (register.table === 'coil' || register.table === 'discrete') {
    return (data, at, into, slot) => into.set(slot, (data.getUint8(at >> 3) >> (at & 7)) & 1);
  }
  if (bit === undefined) return (data, at, into, slot) => into.set(slot, data.getUint16(at) === 0 ? 0 : 1);
  return (data, at, into, slot) => into.set(slot, (data.getUint16(at, swapsBytes) >> bit) & 1);
}

function byteDecoder(isSigned: boolean, isHigh: boolean): Decoder {
  const shift = isHigh ? 0 : 1;
  if (isSigned) return (data, at, into, slot) => into.set(slot, data.getInt8(at + shift));
  return (data, at, into, slot) => into.set(slot, data.getUint8(at + shift));
}

/** The decoder of a tag, compiled once. */
export function compileDecoder(address: TagAddress): Decoder {
  const order = orders[address.order];
  const type = valueTypeOf(address);
  switch (type) {
    case 'bool':
      return boolDecoder(address, order);
    case 'int8':
    case 'uint8':
      return byteDecoder(type === 'int8', (address.byte === 'high') !== order.swapsBytes);
    case 'int16':
      return numberDecoder(16, order, (view, at, isLittle) => view.getInt16(at, isLittle));
    case 'uint16':
      if (address.sign === 'offset10000') {
        return numberDecoder(16, order, (view, at, isLittle) => offset10000(view.getUint16(at, isLittle)));
      }
      return numberDecoder(16, order, (view, at, isLittle) => view.getUint16(at, isLittle));
    case 'float16':
      return numberDecoder(16, order, (view, at, isLittle) => float16(view.getUint16(at, isLittle)));
    case 'int32':
      return numberDecoder(32, order, (view, at, isLittle) => view.getInt32(at, isLittle));
    case 'uint32':
      return numberDecoder(32, order, (view, at, isLittle) => view.getUint32(at, isLittle));
    case 'float32':
      return numberDecoder(32, order, (view, at, isLittle) => view.getFloat32(at, isLittle));
    case 'float64':
      return numberDecoder(64, order, (view, at, isLittle) => view.getFloat64(at, isLittle));
    case 'int64':
    case 'uint64':
      return int64Decoder(order, type === 'int64');
    case 'bcd16':
    case 'bcd32':
    case 'bcd64':
      return bcdDecoder(type, (data, at, registers) => straighten(data, at, registers, order));
    case 'string':
      return textDecoder(address.length ?? 1, address.encoding ?? 'ascii', order.swapsBytes);
  }
}
