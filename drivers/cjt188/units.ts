/** What a number with a unit code measures; each is delivered in one unit, whatever the meter shows. */
export type Dimension = 'volume' | 'flow' | 'heat' | 'power';

/** The unit a dimension is delivered in. */
export const deliveredUnit: Readonly<Record<Dimension, string>> = {
  volume: 'm³',
  flow: 'm³/h',
  heat: 'kWh',
  power: 'kW',
};

const kilojoulesPerKwh = 3600;

interface Unit {
  readonly dimension: Dimension;
  /** Times this: the delivered unit. */
  readonly factor: number;
  /** Divided by this as well: keeps 1/1000 exact. */
  readonly divisor: number;
}

const unit = (dimension: Dimension, factor: number, divisor = 1): Unit => ({ dimension, factor, divisor });

/** Unit codes of CJ/T 188-2004. */
const units: ReadonlyMap<number, Unit> = new Map([
  [0x01, unit('heat', 1, 1000 * kilojoulesPerKwh)],
  [0x02, unit('heat', 1, 1000)],
  [0x05, unit('heat', 1)],
  [0x08, unit('heat', 1000)],
  [0x0a, unit('heat', 100_000)],
  [0x0b, unit('heat', 1, kilojoulesPerKwh)],
  [0x0e, unit('heat', 1000, kilojoulesPerKwh)],
  [0x11, unit('heat', 1e6, kilojoulesPerKwh)],
  [0x13, unit('heat', 1e8, kilojoulesPerKwh)],
  [0x14, unit('power', 1, 1000)],
  [0x17, unit('power', 1)],
  [0x1a, unit('power', 1000)],
  [0x29, unit('volume', 1, 1000)],
  [0x2c, unit('volume', 1)],
  [0x32, unit('flow', 1, 1000)],
  [0x35, unit('flow', 1)],
]);

/** A number in the delivered unit; undefined when the code is unknown, or of something else than is measured. */
export function toDelivered(value: number, code: number, dimension: Dimension): number | undefined {
  const known = units.get(code);
  return known?.dimension === dimension ? (value * known.factor) / known.divisor : undefined;
}
