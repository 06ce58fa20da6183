import { type Dimension, toDelivered } from './units.js';

/**
 * What an answer to DI 901FH (current data) holds after its identifier and serial number.
 *
 * Order and widths are those of CJ/T 188-2004, as cold-water meters (22 bytes of data) and heat meters (46) of
 * that edition send them, and gas meters as water meters. Answers of the 2018 edition that begin with the same fields
 * and go on with others are read the same; a maker's own arrangement, such as units before their numbers, fails on its
 * unit codes and gives no value.
 */
interface Field {
  readonly at: number;
  /** BCD, the lowest byte first. A unit code follows where it has a dimension. */
  readonly bytes: number;
  readonly decimals: number;
  readonly dimension?: Dimension;
  /** Sent as a plain byte. */
  readonly isBinary?: true;
}

const measured = (at: number, dimension: Dimension, decimals = 2): Field => ({ at, bytes: 4, decimals, dimension });
const status = (at: number): Field => ({ at, bytes: 1, decimals: 0, isBinary: true });

const waterFields = {
  volume: measured(0, 'volume'),
  'settled-volume': measured(5, 'volume'),
  'status-1': status(17),
  'status-2': status(18),
} as const satisfies Readonly<Record<string, Field>>;

const heatFields = {
  'settled-heat': measured(0, 'heat'),
  heat: measured(5, 'heat'),
  power: measured(10, 'power'),
  flow: measured(15, 'flow', 4),
  volume: measured(20, 'volume'),
  'supply-temperature': { at: 25, bytes: 3, decimals: 2 },
  'return-temperature': { at: 28, bytes: 3, decimals: 2 },
  'working-hours': { at: 31, bytes: 3, decimals: 0 },
  'status-1': status(41),
  'status-2': status(42),
} as const satisfies Readonly<Record<string, Field>>;

export type QuantityName = keyof typeof waterFields | keyof typeof heatFields;

export const quantityNames = [
  ...new Set([...Object.keys(waterFields), ...Object.keys(heatFields)] as QuantityName[]),
] as [QuantityName, ...QuantityName[]];

const isHeat = (meterType: number): boolean => meterType >= 0x20 && meterType <= 0x29;

/** Where a sort of meter has a quantity; undefined when it has none. */
export function fieldOf(meterType: number, name: QuantityName): Field | undefined {
  const fields: Partial<Readonly<Record<QuantityName, Field>>> = isHeat(meterType) ? heatFields : waterFields;
  return fields[name];
}

/** Bytes of an answer of this sort of meter, beside identifier and serial number. */
export const currentDataBytes = (meterType: number): number => (isHeat(meterType) ? 43 : 19);

/** The number of a field in its delivered unit; undefined when digits or unit code are none. */
export function decodeField(field: Field, data: Uint8Array): number | undefined {
  const { at, bytes, decimals, dimension, isBinary } = field;
  if (isBinary) return data[at];
  let digits = 0;
  for (let place = at + bytes - 1; place >= at; place -= 1) {
    const byte = data[place];
    if (byte === undefined || byte >> 4 > 9 || (byte & 0x0f) > 9) return undefined;
    digits = digits * 100 + (byte >> 4) * 10 + (byte & 0x0f);
  }
  const value = digits / 10 ** decimals;
  if (!dimension) return value;
  const code = data[at + bytes];
  return code === undefined ? undefined : toDelivered(value, code, dimension);
}
