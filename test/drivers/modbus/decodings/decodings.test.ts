import { describe, expect, test } from '@jest/globals';
import {
  decodeForm,
  decodingsOf,
  modiconNumber,
  parseShown,
  rankDecodings,
  readWindow,
  type RankedDecoding,
  type ShownReading,
  type WordsAnswer,
} from '../../../../drivers/modbus/index.js';
import { likenessOf } from '../../../../drivers/modbus/decodings/shown-reading.js';
import { outcomesOf } from '../../../prove/probe.js';

const shown = (text: string): ShownReading => parseShown(text) as ShownReading;
const window = (words: readonly (number | undefined)[], start = 0) => ({ table: 'holding' as const, start, words });
const first = (words: readonly (number | undefined)[], text: string, register: number): RankedDecoding | undefined =>
  rankDecodings([window(words)], shown(text), { table: 'holding', register })[0];

describe('decodings of registers', () => {
  test('hold 123.4 as float32 in each order, by published bytes', () => {
    const orders = { ABCD: [0x42f6, 0xcccd], CDAB: [0xcccd, 0x42f6], BADC: [0xf642, 0xcdcc], DCBA: [0xcdcc, 0xf642] };
    for (const [order, words] of Object.entries(orders)) {
      const found = decodingsOf(window(words)).filter(({ raw }) => Math.abs(raw - 123.4) < 1e-4);
      expect(found.map(({ form }) => `${form.type} ${form.order}`)).toEqual([`float32 ${order}`]);
    }
  });

  test('give no number where a register is missing or a digit is none', () => {
    const bcd = { type: 'bcd16', order: 'ABCD', registers: 1 } as const;
    const wide = { type: 'uint32', order: 'ABCD', registers: 2 } as const;
    expect(decodeForm(bcd, [0x1234], 0)).toBe(1234);
    expect(decodeForm(bcd, [0x12a4], 0)).toBeUndefined();
    expect(decodeForm(wide, [1, undefined], 0)).toBeUndefined();
    expect(decodeForm(wide, [1, 2], 1)).toBeUndefined();
    expect(decodeForm(wide, [1, 2], 0)).toBe(65_538);
  });

  test('name registers as Modicon does, with six digits where five do not do', () => {
    expect(modiconNumber({ table: 'holding', register: 0 })).toBe('40001');
    expect(modiconNumber({ table: 'input', register: 1 })).toBe('30002');
    expect(modiconNumber({ table: 'holding', register: 9998 })).toBe('49999');
    expect(modiconNumber({ table: 'holding', register: 9999 })).toBe('410000');
    expect(modiconNumber({ table: 'holding', register: 65_535 })).toBe('465536');
  });
});

describe('what a display shows', () => {
  test('is read with its last digit, also from a Chinese keyboard', () => {
    expect(parseShown('23.5')).toEqual({ value: 23.5, step: 0.1 });
    expect(parseShown(' -0。47 ')).toEqual({ value: -0.47, step: 0.01 });
    expect(parseShown('998')).toEqual({ value: 998, step: 1 });
    for (const no of ['', '1,250', '23.', 'abc', '1e3', '--1']) expect(parseShown(no)).toBeUndefined();
  });

  test('comes of values that are rounded, cut or one digit off to it, of no others', () => {
    expect(likenessOf(23.549, shown('23.5'))).toBe('rounded');
    expect(likenessOf(23.58, shown('23.5'))).toBe('cut');
    expect(likenessOf(-23.58, shown('-23.5'))).toBe('cut');
    expect(likenessOf(23.4, shown('23.5'))).toBe('moved');
    expect(likenessOf(23.66, shown('23.5'))).toBeUndefined();
    expect(likenessOf(Number.NaN, shown('23.5'))).toBeUndefined();
  });
});

describe('ranking', () => {
  test('takes 235 at the register believed for 23.5', () => {
    expect(first([1, 235, 612, 0], '23.5', 1)).toMatchObject({ register: 1, scale: 0.1, raw: 235 });
  });

  test('finds a value counted from 1 by the paper, one register before', () => {
    expect(first([235, 612, 0], '23.5', 1)).toMatchObject({ register: 0, scale: 0.1 });
  });

  test('tells the word order of floats by their neighbours', () => {
    const low = [0xcccd, 0x42f6, 0x51ec, 0x4148, 0x6666, 0x41bc];
    expect(first(low, '123.4', 0)).toMatchObject({ register: 0, form: { type: 'float32', order: 'CDAB' } });
    expect(first(low.toReversed(), '123.4', 4)).toMatchObject({
      register: 4,
      form: { type: 'float32', order: 'ABCD' },
    });
  });

  test('knows a sensor that adds 10000 to negative values, and two’s complement', () => {
    expect(first([10_124, 504], '-12.4', 0)).toMatchObject({ form: { sign: 'offset10000' }, scale: 0.1 });
    expect(first([0xff84, 504], '-12.4', 0)).toMatchObject({ form: { type: 'int16' }, scale: 0.1 });
  });

  test('gives nothing where nothing is shown so, and shares that add up to one where something is', () => {
    expect(rankDecodings([window([7, 7, 7])], shown('23.5'))).toEqual([]);
    const ranked = rankDecodings([window([235, 2350, 0x0235])], shown('23.5'));
    expect(ranked.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(ranked.map(({ bits }) => bits)).toEqual(ranked.map(({ bits }) => bits).toSorted((a, b) => b - a));
  });

  test('puts the right decoding of 200 unknown instruments first in 95 of 100', () => {
    for (const seed of [90_001, 90_002]) {
      expect(outcomesOf(seed).filter(({ place }) => place === 1).length).toBeGreaterThanOrEqual(95);
    }
  });
});

describe('registers around one', () => {
  const device =
    (has: (register: number) => boolean, asked: string[] = []) =>
    async (start: number, count: number): Promise<WordsAnswer> => {
      asked.push(`${start}+${count}`);
      const words = Array.from({ length: count }, (_, n) => start + n);
      return words.every(has) ? { kind: 'words', words } : { kind: 'refused', exception: 2 };
    };

  test('are read in one piece where the device has them all', async () => {
    const asked: string[] = [];
    expect(
      await readWindow(
        'input',
        5,
        4,
        device(() => true, asked),
      ),
    ).toEqual({
      table: 'input',
      start: 5,
      words: [5, 6, 7, 8],
    });
    expect(asked).toEqual(['5+4']);
  });

  test('leave holes where it has none', async () => {
    const window = await readWindow(
      'holding',
      0,
      6,
      device((register) => register !== 2 && register < 5),
    );
    expect(window?.words).toEqual([0, 1, undefined, 3, 4, undefined]);
  });

  test('are given up after two silences, and at once where the function is unknown', async () => {
    let asked = 0;
    const silent = async (): Promise<WordsAnswer> => {
      asked += 1;
      return { kind: 'silent' };
    };
    expect(await readWindow('holding', 0, 64, silent)).toBeUndefined();
    expect(asked).toBe(2);
    const unknown = async (): Promise<WordsAnswer> => {
      asked += 1;
      return { kind: 'refused', exception: 1 };
    };
    expect(await readWindow('holding', 0, 64, unknown)).toBeUndefined();
    expect(asked).toBe(3);
  });
});
