import type { Written } from './written-value.js';

/** A value of the model under a data identifier, DI3 first, and how it is written. */
export interface MeterEntry extends Written {
  readonly identifier: number;
  readonly tag: string;
}

const signed = true;

/** What a three-phase meter has, by the value names of the `dtsu666` kind; DL/T 645-2007 annex A. */
export const threePhaseMap: readonly MeterEntry[] = [
  { identifier: 0x00000000, tag: 'importKwh', bytes: 4, decimals: 2, signed },
  { identifier: 0x00010000, tag: 'importKwh', bytes: 4, decimals: 2 },
  { identifier: 0x00020000, tag: 'exportKwh', bytes: 4, decimals: 2 },
  { identifier: 0x02010100, tag: 'uaV', bytes: 2, decimals: 1 },
  { identifier: 0x02010200, tag: 'ubV', bytes: 2, decimals: 1 },
  { identifier: 0x02010300, tag: 'ucV', bytes: 2, decimals: 1 },
  { identifier: 0x02020100, tag: 'iaA', bytes: 3, decimals: 3, signed },
  { identifier: 0x02020200, tag: 'ibA', bytes: 3, decimals: 3, signed },
  { identifier: 0x02020300, tag: 'icA', bytes: 3, decimals: 3, signed },
  { identifier: 0x02030000, tag: 'totalKw', bytes: 3, decimals: 4, signed },
  { identifier: 0x02030100, tag: 'phaseAKw', bytes: 3, decimals: 4, signed },
  { identifier: 0x02030200, tag: 'phaseBKw', bytes: 3, decimals: 4, signed },
  { identifier: 0x02030300, tag: 'phaseCKw', bytes: 3, decimals: 4, signed },
  { identifier: 0x02040000, tag: 'totalKvar', bytes: 3, decimals: 4, signed },
  { identifier: 0x02060000, tag: 'powerFactor', bytes: 2, decimals: 3, signed },
  { identifier: 0x02800002, tag: 'frequencyHz', bytes: 2, decimals: 2 },
];

/** The entries an identifier asks for: one, or with FFH in a byte every one that fits, in ascending order. */
export function entriesFor(map: readonly MeterEntry[], identifier: number): readonly MeterEntry[] {
  const shifts = [24, 16, 8, 0];
  const fits = (entry: MeterEntry) =>
    shifts.every((shift) => {
      const asked = (identifier >>> shift) & 0xff;
      return asked === 0xff || asked === ((entry.identifier >>> shift) & 0xff);
    });
  return map.filter(fits).toSorted((one, other) => one.identifier - other.identifier);
}
