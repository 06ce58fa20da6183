import type { MetricValue } from './payload.js';

/** Data types of Sparkplug B, by their number (Sparkplug 3.0 §6.4.16). */
const names = [
  'Unknown',
  'Int8',
  'Int16',
  'Int32',
  'Int64',
  'UInt8',
  'UInt16',
  'UInt32',
  'UInt64',
  'Float',
  'Double',
  'Boolean',
  'String',
  'DateTime',
  'Text',
  'UUID',
  'DataSet',
  'Bytes',
  'File',
  'Template',
  'PropertySet',
  'PropertySetList',
] as const;

export const dataTypeName = (datatype: number): string => names[datatype] ?? `type ${datatype}`;

/** Bits of the integers by number: negative when signed. */
const integerBits: ReadonlyMap<number, number> = new Map([
  [1, -8],
  [2, -16],
  [3, -32],
  [4, -64],
  [5, 8],
  [6, 16],
  [7, 32],
  [8, 64],
]);
const dateTime = 13;

/** What a data type comes to here; undefined for data sets, templates, bytes, files, properties and arrays. */
export function kindOf(datatype: number): 'integer' | 'real' | 'boolean' | 'text' | 'time' | undefined {
  if (integerBits.has(datatype)) return 'integer';
  if (datatype === 9 || datatype === 10) return 'real';
  if (datatype === 11) return 'boolean';
  if (datatype === 12 || datatype === 14 || datatype === 15) return 'text';
  return datatype === dateTime ? 'time' : undefined;
}

/** A value as its data type means it; a time in ms UTC. Undefined when the field it came in cannot hold that type. */
export function typedValue(datatype: number, value: MetricValue): number | boolean | string | undefined {
  switch (kindOf(datatype)) {
    case 'integer':
      return value.kind === 'int' || value.kind === 'long'
        ? wholeNumber(value.value, integerBits.get(datatype) as number)
        : undefined;
    case 'time':
      return value.kind === 'long' || value.kind === 'int' ? value.value : undefined;
    case 'real':
      return value.kind === 'real' ? value.value : undefined;
    case 'boolean':
      return value.kind === 'boolean' ? value.value : undefined;
    case 'text':
      return value.kind === 'string' ? value.value : undefined;
    case undefined:
      return undefined;
  }
}

/**
 * Negative integers travel as two's complement in an unsigned field, of 8, 16, 32 or 64 bits as each encoder likes. A
 * number that fits neither the type nor its complement is none of that type.
 */
function wholeNumber(read: number, bits: number): number | undefined {
  if (bits > 0) {
    const value = bits === 64 && read < 0 ? read + 2 ** 64 : read;
    return value >= 0 && value < 2 ** bits ? value : undefined;
  }
  const half = 2 ** (-bits - 1);
  for (const width of [-bits, 32, 64]) {
    const value = read >= 2 ** (width - 1) ? read - 2 ** width : read;
    if (read < 2 ** width && value >= -half && value < half) return value;
  }
  return undefined;
}
