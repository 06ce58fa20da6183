import { type Decoding, decodeForm, decodingsOf, type Form, type RegisterWindow, type WordTable } from './decodings.js';
import { type Likeness, likenessOf, type ShownReading } from './shown-reading.js';

/** A decoding that gives what the display shows. */
export interface RankedDecoding extends Decoding {
  /** Delivered value = raw × scale. */
  readonly scale: number;
  readonly value: number;
  readonly likeness: Likeness;
  /** Logarithm, base 2, of how plausible it is; only differences mean anything. */
  readonly bits: number;
  /** How plausible it is among all that are given, 0…1. */
  readonly share: number;
}

/** Where the technician believes the value to be; a table left out may be either. */
export interface Believed {
  readonly table?: WordTable | undefined;
  readonly register: number;
}

/**
 * All decodings of the registers that yield what is shown, the most plausible first. Bayes' rule with the logarithms
 * added up: how common such a decoding is among instruments (type, order, scale, distance from the address believed)
 * plus how surprising its registers would be if they meant something else. So two registers that form 23.4871 as a
 * float weigh more than one that holds 235, and a register that holds 235 more than a byte that does.
 */
export function rankDecodings(
  windows: readonly RegisterWindow[],
  shown: ShownReading,
  believed?: Believed,
): RankedDecoding[] {
  const found = windows.flatMap((window) =>
    decodingsOf(window).flatMap((decoding) => {
      const evidence = registersBits(window, decoding) + neighbourBits(window, decoding);
      const prior = formBits(decoding.form) + placeBits(decoding, believed);
      return scalesOf(decoding.form).flatMap(([scale, scaleShare]) => {
        const value = decoding.raw * scale;
        const likeness = likenessOf(value, shown);
        if (!likeness) return [];
        const ways = Math.log2(consistentRaws(decoding, scale, shown));
        const told = Math.log2(likenessShares[likeness] * scaleShare * stepShare(decoding.form, scale, shown));
        return [{ ...decoding, scale, value, likeness, bits: prior + evidence + told - ways }];
      });
    }),
  );
  const best = Math.max(...found.map(({ bits }) => bits));
  const sum = found.reduce((total, { bits }) => total + 2 ** (bits - best), 0);
  return found.map((one) => ({ ...one, share: 2 ** (one.bits - best) / sum })).toSorted((a, b) => b.bits - a.bits);
}

const likenessShares: Readonly<Record<Likeness, number>> = { rounded: 0.9, cut: 0.06, moved: 0.04 };

/** How common each type is among the values of field instruments; judged from published register maps, not counted. */
const typeShares: Readonly<Record<string, number>> = {
  int16: 0.3,
  uint16: 0.15,
  float32: 0.3,
  int32: 0.06,
  uint32: 0.06,
  bcd16: 0.03,
  bcd32: 0.02,
  float64: 0.015,
  offset10000: 0.01,
  int8: 0.005,
  uint8: 0.01,
  int64: 0.006,
  uint64: 0.006,
  bcd64: 0.002,
  float16: 0.002,
};
const wideOrderShares: Readonly<Record<Form['order'], number>> = { ABCD: 0.5, CDAB: 0.38, BADC: 0.06, DCBA: 0.06 };
/** One register with its bytes swapped is a device that got the specification wrong. */
const narrowOrderShares: Readonly<Record<Form['order'], number>> = { ABCD: 0.97, CDAB: 0, BADC: 0.03, DCBA: 0 };

function formBits({ type, order, sign, registers }: Form): number {
  const orders = registers === 1 ? narrowOrderShares : wideOrderShares;
  return Math.log2((typeShares[sign ?? type] as number) * orders[order]);
}

/** By steps from the address believed: counting from 0 or from 1 is the usual error. */
const distanceShares = [0.72, 0.11, 0.02] as const;
const farShare = 0.002;
const otherTableShare = 0.15;

function placeBits({ table, register }: Decoding, believed: Believed | undefined): number {
  if (!believed) return 0;
  const isOther = believed.table !== undefined && believed.table !== table;
  const share = distanceShares[Math.abs(register - believed.register)] ?? farShare;
  return Math.log2(share * (isOther ? otherTableShare : 1));
}

type Scales = readonly (readonly [scale: number, share: number])[];

const integerScales: Scales = [
  [1, 0.3],
  [0.1, 0.36],
  [0.01, 0.2],
  [0.001, 0.1],
  [0.0001, 0.01],
  [10, 0.02],
  [100, 0.01],
];
/** A float mostly is the value itself; some meters give W for kW, or scale as their integers did. */
const floatScales: Scales = [
  [1, 0.93],
  [0.1, 0.01],
  [0.01, 0.01],
  [0.001, 0.03],
  [10, 0.002],
  [100, 0.002],
  [1000, 0.01],
];

const isFloat = ({ type }: Form): boolean => type.startsWith('float');
const scalesOf = (one: Form): Scales => (isFloat(one) ? floatScales : integerScales);

/** A display mostly shows each step of an integer; some show fewer digits, none can show more. */
function stepShare(one: Form, scale: number, { step }: ShownReading): number {
  if (isFloat(one)) return 1;
  const ratio = scale / step;
  if (ratio > 1.5) return 0.02;
  return ratio > 0.5 ? 1 : 0.3;
}

/** How many raw values would be shown just so. */
function consistentRaws({ form, raw }: Decoding, scale: number, { step }: ShownReading): number {
  const width = step / scale;
  return Math.max(1, isFloat(form) ? width / floatSpacing(form, raw) : width);
}

const fractionBits: Readonly<Record<string, number>> = { float16: 10, float32: 23, float64: 52 };

/** Distance of one float from the next (IEEE 754-2019 §3.4). */
function floatSpacing({ type }: Form, raw: number): number {
  const exponent = raw === 0 ? 0 : Math.floor(Math.log2(Math.abs(raw)));
  return 2 ** (exponent - (fractionBits[type] as number));
}

/** How surprising the registers of a decoding would be if they held anything else. */
function registersBits({ start, words }: RegisterWindow, { register, form }: Decoding): number {
  const bits = wordsBits(words, register - start, form.registers);
  // Of a register of which one byte is used, the other byte explains nothing.
  return form.byte ? bits / 2 : bits;
}

type Words = RegisterWindow['words'];

/** Bits that these words would take in a register map one knows nothing of. */
function wordsBits(words: Words, at: number, registers: number): number {
  let bits = 0;
  for (let n = at; n < at + registers; n += 1) {
    const isZeroAgain = words[n] === 0 && n > at && words[n - 1] === 0;
    bits -= Math.log2(isZeroAgain ? zeroAgainShare : wordShare(words[n] as number));
  }
  return bits;
}

const zeroShare = 0.15;
/** Zeros come in runs: registers that are not used. */
const zeroAgainShare = 0.5;
const smallShare = 0.55;
const negativeShare = 0.1;
const smallMax = 10_000;
const anyShare = 0.25;

/** How common a word is in registers of whatever kind: zeros, small numbers of either sign by their size, anything. */
function wordShare(word: number): number {
  if (word === 0) return zeroShare;
  const signed = word >= 0x8000 ? word - 0x1_0000 : word;
  const size = Math.abs(signed);
  const any = anyShare / 0x1_0000;
  if (size > smallMax) return any;
  const side = signed < 0 ? negativeShare : 1 - negativeShare;
  return any + (smallShare * side) / (size * Math.log(smallMax));
}

/** Values on each side that are looked at, and what they count beside the value itself. */
const reachMax = 6;
const neighbourWeight = 0.5;

/**
 * Instruments keep to one type. Values beside this one that make sense in the same form speak for it, up to the first
 * on each side that makes none; where a run of values begins and ends tells low register first from high register first.
 */
function neighbourBits({ start, words }: RegisterWindow, { register, form }: Decoding): number {
  if (form.byte) return 0;
  return [-form.registers, form.registers].reduce((sum, step) => {
    let side = 0;
    for (let n = 1; n <= reachMax; n += 1) {
      const gain = gainAt(form, words, register - start + n * step);
      side += gain;
      if (gain < 0) break;
    }
    return sum + neighbourWeight * side;
  }, 0);
}

const gainMin = -4;
/** A register. */
const gainMax = 4;

/** What the words at `at` say for a form: bits they take as any words, less bits they take as a value of the form. */
function gainAt(one: Form, words: Words, at: number): number {
  for (let n = at; n < at + one.registers; n += 1) if (words[n] === undefined) return 0;
  const value = decodeForm(one, words, at);
  const bits = value === undefined ? Number.POSITIVE_INFINITY : valueBits(one, value);
  return Math.min(gainMax * one.registers, Math.max(gainMin, wordsBits(words, at, one.registers) - bits));
}

const sizes = { low: 1e-4, high: 1e7 } as const;
const zeroValueShare = 0.1;
/** Floats of few digits, such as 0.5 and 230: set points and constants. */
const roundFloatShare = 0.2;
const roundFractionBits = 7;

/** Bits that a measured value takes in this form: any size between the bounds alike, each digit below it alike. */
function valueBits(one: Form, value: number): number {
  const size = Math.abs(value);
  if (size === 0) return -Math.log2(zeroValueShare);
  if (!isFloat(one)) return size < sizes.high ? Math.log2(size * Math.log(sizes.high)) + signBits(value) : Infinity;
  if (size < sizes.low || size >= sizes.high) return Number.POSITIVE_INFINITY;
  const isRound = Number.isInteger((value / floatSpacing({ ...one, type: 'float16' }, value)) * 8);
  const fraction = isRound
    ? roundFractionBits - Math.log2(roundFloatShare)
    : (fractionBits[one.type] as number) - Math.log2(1 - roundFloatShare);
  return Math.log2(Math.log2(sizes.high / sizes.low)) + signBits(value) + fraction;
}

const signBits = (value: number): number => -Math.log2(value < 0 ? negativeShare : 1 - negativeShare);
