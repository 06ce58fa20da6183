import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { compileDecoder } from '../../../drivers/modbus/registers.js';
import { tagSchema, valueTypeOf } from '../../../drivers/modbus/tag-schema.js';
import { builderOf, qualitiesOf } from './reading.js';

interface Row {
  readonly type: string;
  readonly order: string;
  readonly registers: string;
  readonly value: number;
}

const rows = JSON.parse(readFileSync('test/golden/modbus/values.json', 'utf8')) as readonly Row[];

/** What comes out of these registers; they stand in an answer with two others before them. */
function decode(tag: Record<string, unknown>, hex: string): { value: number | string; quality: string } {
  const address = tagSchema.parse({ register: 'holding 0', ...tag });
  const bytes = Buffer.from(`dead${hex}`, 'hex');
  const into = builderOf(1);
  compileDecoder(address)(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 2, into, 0);
  const { values, texts, quality } = into.build();
  return { value: texts?.get(0) ?? (values[0] as number), quality: qualitiesOf({ quality })[0] as string };
}

describe('registers as python lays them', () => {
  const kinds = [...new Set(rows.map(({ type, order }) => `${type} ${order}`))];
  test.each(kinds)('%s', (kind) => {
    for (const { type, order, registers, value } of rows.filter((row) => `${row.type} ${row.order}` === kind)) {
      expect([registers, decode({ type, order }, registers)]).toEqual([registers, { value, quality: 'good' }]);
    }
  });

  test('every type that is a number is among them', () => {
    const known = new Set(rows.map(({ type }) => type));
    expect([...known].toSorted()).toEqual([
      'bcd16',
      'bcd32',
      'bcd64',
      'float16',
      'float32',
      'float64',
      'int16',
      'int32',
      'int64',
      'uint16',
      'uint32',
      'uint64',
    ]);
  });
});

describe('one register', () => {
  test.each([
    ['high', 'int8', 'ABCD', -2],
    ['low', 'int8', 'ABCD', 0x7f],
    ['high', 'uint8', 'ABCD', 0xfe],
    ['low', 'uint8', 'ABCD', 0x7f],
    ['high', 'uint8', 'BADC', 0x7f],
    ['low', 'uint8', 'DCBA', 0xfe],
  ])('the %s byte as %s in order %s', (byte, type, order, value) => {
    expect(decode({ type, byte, order }, 'fe7f')).toEqual({ value, quality: 'good' });
  });

  test('each bit, and any bit', () => {
    const bits = Array.from({ length: 16 }, (_, bit) => decode({ bit }, '8001').value);
    expect(bits).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(decode({ bit: 8, order: 'BADC' }, '8001').value).toBe(1);
    expect([decode({ type: 'bool' }, '0000').value, decode({ type: 'bool' }, '0100').value]).toEqual([0, 1]);
  });

  test.each([
    ['0131', 305],
    ['270f', 9999],
    ['2710', 0],
    ['27dd', -205],
  ])('KinCony %s is %d', (hex, value) => {
    expect(decode({ sign: 'offset10000' }, hex)).toEqual({
      value: value === 0 ? expect.closeTo(0) : value,
      quality: 'good',
    });
  });
});

describe('what is no number', () => {
  test.each([
    ['float32', '7fc00000'],
    ['float32', 'ff800000'],
    ['float64', '7ff0000000000000'],
    ['float16', '7c00'],
    ['float16', 'fe00'],
  ])('%s %s is a sensor failure', (type, hex) => {
    expect(decode({ type }, hex)).toEqual({ value: Number.NaN, quality: 'bad-sensor-failure' });
  });

  test.each(['000a', 'a000', '1f00'])('the BCD register %s has a digit that is none', (hex) => {
    expect(decode({ type: 'bcd16' }, hex)).toEqual({ value: Number.NaN, quality: 'bad-decoding' });
  });

  test.each([
    ['int64', '0020000000000001', 2 ** 53],
    ['int64', 'ffdfffffffffffff', -(2 ** 53)],
    ['uint64', 'ffffffffffffffff', 2 ** 64],
    ['bcd64', '9999999999999999', 1e16],
  ])('%s %s is more than a number can hold exactly', (type, hex, value) => {
    expect(decode({ type }, hex)).toEqual({ value, quality: 'uncertain-precision' });
  });
});

describe('text', () => {
  test.each([
    [{ length: 3 }, Buffer.from('AB-12\0'), 'AB-12'],
    [{ length: 3 }, Buffer.from('AB-1  '), 'AB-1'],
    [{ length: 2, order: 'BADC' }, Buffer.from('BADC'), 'ABCD'],
    [{ length: 3, encoding: 'utf-8' }, Buffer.from('猪舍'), '猪舍'],
    [{ length: 2, encoding: 'gb18030' }, Buffer.from('d6edc9e1', 'hex'), '猪舍'],
    [{ length: 2 }, Buffer.alloc(4), ''],
  ])('%o', (tag, bytes, value) => {
    expect(decode({ type: 'string', ...tag }, bytes.toString('hex'))).toEqual({ value, quality: 'good' });
  });

  test.each([
    ['ascii', 'd6ed'],
    ['utf-8', 'c328'],
    ['gb18030', 'ff00'],
  ])('bytes that are no %s', (encoding, hex) => {
    expect(decode({ type: 'string', length: 1, encoding }, hex).quality).toBe('bad-decoding');
  });
});

test('a coil is one bit of the answer', () => {
  const address = tagSchema.parse({ register: 'coil 12' });
  expect(valueTypeOf(address)).toBe('bool');
  const into = builderOf(10);
  const decoder = compileDecoder(address);
  const data = new DataView(Uint8Array.of(0b1000_0001, 0b10).buffer);
  for (let bit = 0; bit < 10; bit += 1) decoder(data, bit, into, bit);
  expect([...into.values]).toEqual([1, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
});
