/**
 * What a report holds by the type in its control byte, and how its numbers are written: SL/T 427-2021 table 6 and
 * §7.3.22 a to o, read in a public copy of its text. Frames of SZY 206-2016 that are published agree for rain, level and
 * flow. Not read: weather (7), water quality (10), soil (11), statistics (14).
 */
export interface Quantity {
  readonly type: number;
  readonly bytes: number;
  readonly decimals: number;
  /** What the highest digit stands for beside a digit: a sign (FH is minus), or sign and unit of a flow. */
  readonly top: 'digit' | 'sign' | 'flow';
  /** Of how many quantities in turn it is one, and which: a meter tells its flow, then its volume. */
  readonly turn?: readonly [of: number, which: number];
}

const quantity = (
  type: number,
  bytes: number,
  decimals: number,
  top: Quantity['top'] = 'digit',
  turn?: Quantity['turn'],
): Quantity => ({ type, bytes, decimals, top, ...(turn && { turn }) });

export const quantities = {
  /** mm */
  rain: quantity(1, 3, 1),
  /** m */
  level: quantity(2, 4, 3, 'sign'),
  /** m³/s; what a station tells in m³/h is converted. */
  flow: quantity(3, 5, 3, 'flow', [2, 0]),
  /** m³ */
  volume: quantity(3, 5, 0, 'digit', [2, 1]),
  /** m/s */
  velocity: quantity(4, 3, 3, 'sign'),
  /** m */
  gate: quantity(5, 3, 2),
  /** kW */
  power: quantity(6, 3, 0),
  /** kWh */
  energy: quantity(8, 4, 2),
  /** °C */
  'water-temperature': quantity(9, 2, 1),
  /** mm */
  evaporation: quantity(12, 3, 1),
  /** kPa */
  pressure: quantity(15, 4, 2),
} as const satisfies Readonly<Record<string, Quantity>>;

export type QuantityName = keyof typeof quantities;
export const quantityNames = Object.keys(quantities) as [QuantityName, ...QuantityName[]];

/** Supply of the station, V: a function of its own, 84H. */
export const voltage: Quantity = quantity(13, 2, 2);

/** Bytes of each number in a report of this type; undefined for one that is not read. */
export const numberBytes = (type: number): number | undefined =>
  Object.values<Quantity>(quantities).find((one) => one.type === type)?.bytes;
