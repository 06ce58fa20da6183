import { parseValueFormat, type ValueFormat } from './value-format.js';

/** A quantity by its data identifier, DI3 first, and how its number is written. */
export interface Quantity {
  readonly identifier: number;
  readonly format: ValueFormat;
}

const quantity = (identifier: number, format: string, signed = false): Quantity => ({
  identifier,
  format: parseValueFormat(format, signed) as ValueFormat,
});

const energy = 'XXXXXX.XX';
const power = 'XX.XXXX';

/** What most meters have: DL/T 645-2007 annex A, tables A.1 (energies, kWh and kvarh) and A.3 (instantaneous values). */
export const quantities = {
  'energy-total': quantity(0x00000000, energy, true),
  'energy-import': quantity(0x00010000, energy),
  'energy-import-t1': quantity(0x00010100, energy),
  'energy-import-t2': quantity(0x00010200, energy),
  'energy-import-t3': quantity(0x00010300, energy),
  'energy-import-t4': quantity(0x00010400, energy),
  'energy-export': quantity(0x00020000, energy),
  'reactive-energy-1': quantity(0x00030000, energy, true),
  'reactive-energy-2': quantity(0x00040000, energy, true),
  'voltage-a': quantity(0x02010100, 'XXX.X'),
  'voltage-b': quantity(0x02010200, 'XXX.X'),
  'voltage-c': quantity(0x02010300, 'XXX.X'),
  'current-a': quantity(0x02020100, 'XXX.XXX', true),
  'current-b': quantity(0x02020200, 'XXX.XXX', true),
  'current-c': quantity(0x02020300, 'XXX.XXX', true),
  power: quantity(0x02030000, power, true),
  'power-a': quantity(0x02030100, power, true),
  'power-b': quantity(0x02030200, power, true),
  'power-c': quantity(0x02030300, power, true),
  'reactive-power': quantity(0x02040000, power, true),
  'apparent-power': quantity(0x02050000, power, true),
  'power-factor': quantity(0x02060000, 'X.XXX', true),
  'power-factor-a': quantity(0x02060100, 'X.XXX', true),
  'power-factor-b': quantity(0x02060200, 'X.XXX', true),
  'power-factor-c': quantity(0x02060300, 'X.XXX', true),
  'current-neutral': quantity(0x02800001, 'XXX.XXX', true),
  frequency: quantity(0x02800002, 'XX.XX'),
} as const satisfies Readonly<Record<string, Quantity>>;

export type QuantityName = keyof typeof quantities;

export const quantityNames = Object.keys(quantities) as [QuantityName, ...QuantityName[]];
