/** How a value lies in 16-bit registers. `bcd16` and `bcd32` hold four decimal digits a register. */
export type ValueType =
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'bcd16'
  | 'bcd32';

/**
 * Order of the bytes of a value, A the highest: `ABCD` as the Modbus specification has it, `CDAB` low register first,
 * `BADC` bytes swapped in each register, `DCBA` both. For 64 bits the same two swaps over four registers.
 */
export type ByteOrder = 'ABCD' | 'CDAB' | 'BADC' | 'DCBA';

const widths = {
  int16: 1,
  uint16: 1,
  bcd16: 1,
  int32: 2,
  uint32: 2,
  bcd32: 2,
  float32: 2,
  int64: 4,
  uint64: 4,
  float64: 4,
} as const satisfies Record<ValueType, number>;

/** Registers a value of this type takes. */
export const widthOf = (type: ValueType): number => widths[type];

const scratch = new DataView(new ArrayBuffer(8));

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, Math.round(value)));

/** Decimal digits, four a register; digits beyond the register's room are cut by clamping to all nines. */
function toBcd(value: number, digits: number): number {
  const text = String(clamp(value, 0, 10 ** digits - 1)).padStart(digits, '0');
  return Number.parseInt(text, 16);
}

function fromBcd(raw: number): number {
  return Number.parseInt(raw.toString(16), 10);
}

/** What an instrument with a broken sensor puts there: NaN, or the end of the range that no measurement reaches. */
function putNoReading(type: ValueType): void {
  scratch.setBigUint64(0, 0n);
  if (type === 'float32') scratch.setUint32(0, 0x7fc00000);
  else if (type === 'float64') scratch.setUint32(0, 0x7ff80000);
  else if (type.startsWith('int')) scratch.setUint8(0, 0x80);
  else scratch.setBigUint64(0, 0xffff_ffff_ffff_ffffn);
}

function put(value: number, type: ValueType): void {
  if (Number.isNaN(value)) return putNoReading(type);
  switch (type) {
    case 'int16':
      return scratch.setInt16(0, clamp(value, -0x8000, 0x7fff));
    case 'uint16':
      return scratch.setUint16(0, clamp(value, 0, 0xffff));
    case 'int32':
      return scratch.setInt32(0, clamp(value, -0x8000_0000, 0x7fff_ffff));
    case 'uint32':
      return scratch.setUint32(0, clamp(value, 0, 0xffff_ffff));
    case 'int64':
      return scratch.setBigInt64(0, BigInt(Math.round(value)));
    case 'uint64':
      return scratch.setBigUint64(0, BigInt(Math.max(0, Math.round(value))));
    case 'float32':
      return scratch.setFloat32(0, value);
    case 'float64':
      return scratch.setFloat64(0, value);
    case 'bcd16':
      return scratch.setUint16(0, toBcd(value, 4));
    case 'bcd32':
      return scratch.setUint32(0, toBcd(value, 8));
  }
}

function take(type: ValueType): number {
  switch (type) {
    case 'int16':
      return scratch.getInt16(0);
    case 'uint16':
      return scratch.getUint16(0);
    case 'int32':
      return scratch.getInt32(0);
    case 'uint32':
      return scratch.getUint32(0);
    case 'int64':
      return Number(scratch.getBigInt64(0));
    case 'uint64':
      return Number(scratch.getBigUint64(0));
    case 'float32':
      return scratch.getFloat32(0);
    case 'float64':
      return scratch.getFloat64(0);
    case 'bcd16':
      return fromBcd(scratch.getUint16(0));
    case 'bcd32':
      return fromBcd(scratch.getUint32(0));
  }
}

const swapsBytes = (order: ByteOrder): boolean => order === 'BADC' || order === 'DCBA';
const swapsWords = (order: ByteOrder): boolean => order === 'CDAB' || order === 'DCBA';

/** Writes `value` into `words` from `at` on. Integers are rounded and held at the end of their range. */
export function encodeInto(words: Uint16Array, at: number, value: number, type: ValueType, order: ByteOrder): void {
  put(value, type);
  const width = widths[type];
  for (let word = 0; word < width; word += 1) {
    const slot = swapsWords(order) ? width - 1 - word : word;
    words[at + slot] = scratch.getUint16(word * 2, swapsBytes(order));
  }
}

/** The value that lies in `words` from `at` on: what a master's write means. */
export function decodeFrom(words: Uint16Array, at: number, type: ValueType, order: ByteOrder): number {
  const width = widths[type];
  for (let word = 0; word < width; word += 1) {
    const slot = swapsWords(order) ? width - 1 - word : word;
    scratch.setUint16(word * 2, words[at + slot] ?? 0, swapsBytes(order));
  }
  return take(type);
}
