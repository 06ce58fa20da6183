/**
 * Identifiers of SL 651-2014 annex C, table C.1: HEX/BCD messages carry the byte, ASCII ones the letters. Only those
 * that several public implementations agree on stand here; any other element is configured by the form its station sends.
 */
const asciiNames: Readonly<Record<string, string>> = {
  AC: '01',
  AI: '02',
  C: '03',
  H: '0E',
  M10: '10',
  M20: '11',
  M30: '12',
  M40: '13',
  M50: '14',
  M60: '15',
  M80: '16',
  M100: '17',
  P1: '1A',
  P2: '1B',
  P3: '1C',
  P6: '1D',
  P12: '1E',
  PD: '1F',
  PJ: '20',
  PN01: '21',
  PN05: '22',
  PN10: '23',
  PN30: '24',
  PR: '25',
  PT: '26',
  Q: '27',
  VA: '36',
  VJ: '37',
  VT: '38',
  Z: '39',
  ZB: '3A',
  ZU: '3B',
  ZT: '45',
  DRP: 'F4',
  DRZ1: 'F5',
  DRZ2: 'F6',
  DRZ3: 'F7',
  DRZ4: 'F8',
  DRZ5: 'F9',
  DRZ6: 'FA',
  DRZ7: 'FB',
  DRZ8: 'FC',
};

/** One name for an element, whichever way it was sent: its hexadecimal identifier, else its letters. */
export const elementOfName = (name: string): string => asciiNames[name] ?? `ascii:${name}`;

/** Status and alarms: bits, not decimal digits; table 58. */
export const statusElement = '45';
/** Time step of a uniform report. */
export const stepIdentifier = 0x04;
/** The next byte goes on with the identifier, for elements of a province or a maker. */
export const extensionIdentifier = 0xff;

export const lead = { observed: 0xf0, station: 0xf1, manual: 0xf2, picture: 0xf3 } as const;

/** Twelve values of one hour in plain binary; what the definition byte says of them is ignored, real ones are wrong. */
export interface SeriesForm {
  readonly bytesEach: 1 | 2;
  readonly decimals: number;
  /** Marks a value that is none. */
  readonly invalid: number;
}

export const seriesLength = 12;
export const seriesStepMs = 5 * 60_000;

/** F4H: rain of 5 minutes in 0.1 mm; F5H to FCH: levels in 0.01 m above the base of the station; table C.1. */
export function seriesForm(element: string): SeriesForm | undefined {
  if (element === 'F4') return { bytesEach: 1, decimals: 1, invalid: 0xff };
  return /^F[5-9A-C]$/.test(element) ? { bytesEach: 2, decimals: 2, invalid: 0xffff } : undefined;
}

/** Classes of stations, annex A: stands right after the address of a body, where nothing else begins like it. */
export const stationClasses: ReadonlySet<number> = new Set(Buffer.from('PHKZDTMGQIO', 'latin1'));
