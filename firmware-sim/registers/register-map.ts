import type { ByteOrder, ValueType } from './value-type.js';

/** The four address spaces of the Modbus data model (Application Protocol V1.1b3 §4.3). */
export type Area = 'holding' | 'input' | 'coil' | 'discrete';

/** A value of the model in registers. Addresses are those on the wire, from 0. */
export interface RegisterEntry {
  readonly area: 'holding' | 'input';
  readonly address: number;
  readonly tag: string;
  readonly type: ValueType;
  /** `ABCD` when left out. */
  readonly order?: ByteOrder;
  /** What one count of the register is worth, in the unit of the tag; 1 when left out. */
  readonly step?: number;
  /** A vendor's own coding of the counted value, where rounding alone does not describe it. */
  readonly coded?: (counts: number) => number;
  readonly writable?: boolean;
}

/** A value of the model in one coil or discrete input. */
export interface BitEntry {
  readonly area: 'coil' | 'discrete';
  readonly address: number;
  readonly tag: string;
  readonly writable?: boolean;
}

/** Registers that hold what was put there: settings, identifiers, or any pattern a test needs. Coils are 0 or 1. */
export interface FixedWords {
  readonly area: Area;
  readonly address: number;
  readonly words: readonly number[];
  readonly writable?: boolean;
}

/** What a unit has and where. An address that nothing names is a hole: exception 02. */
export interface RegisterMap {
  readonly entries: readonly (RegisterEntry | BitEntry)[];
  readonly fixed?: readonly FixedWords[];
  /** Functions the unit knows; all that this simulator has when left out. */
  readonly functions?: readonly number[];
  /** Registers one read may ask for, at most; the protocol's 125 when left out. */
  readonly longestRead?: number;
}
