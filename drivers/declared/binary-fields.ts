/** Types of a field and the bytes each takes. */
export const fieldTypes = {
  int8: 1,
  uint8: 1,
  bcd8: 1,
  int16: 2,
  uint16: 2,
  bcd16: 2,
  int24: 3,
  uint24: 3,
  bcd24: 3,
  int32: 4,
  uint32: 4,
  bcd32: 4,
  float32: 4,
} as const;

export type FieldType = keyof typeof fieldTypes;

export interface BinaryField {
  /** First byte, from the first of the header. */
  readonly offset: number;
  readonly type: FieldType;
  readonly order: 'big' | 'little';
  /** One bit of a uint, 0 the lowest, as 0 or 1. */
  readonly bit?: number | undefined;
}

/** NaN when a digit of a BCD number is none. The field has to lie within the message. */
export function readField({ offset, type, order, bit }: BinaryField, message: Uint8Array): number {
  // A copy of its own: `slice` of a Buffer would share the memory of all that was received.
  const bytes = Uint8Array.from(message.subarray(offset, offset + fieldTypes[type]));
  if (order === 'little') bytes.reverse();
  if (type.startsWith('bcd')) return bytes.reduce(addPair, 0);
  const unsigned = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (bit !== undefined) return Math.floor(unsigned / 2 ** bit) % 2;
  if (type === 'float32') return new DataView(bytes.buffer).getFloat32(0);
  const span = 256 ** bytes.length;
  return type.startsWith('int') && unsigned >= span / 2 ? unsigned - span : unsigned;
}

function addPair(sum: number, byte: number): number {
  const [tens, ones] = [byte >> 4, byte & 0x0f];
  return tens > 9 || ones > 9 ? Number.NaN : sum * 100 + tens * 10 + ones;
}
