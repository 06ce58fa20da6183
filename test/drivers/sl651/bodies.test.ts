import { describe, expect, test } from '@jest/globals';
import { decodeAsciiBody } from '../../../drivers/sl651/ascii-body.js';
import { decodeHexBody } from '../../../drivers/sl651/hex-body.js';
import { Quality } from '../../../gateway/contract/index.js';

const options = { zoneMinutes: 480, seriesTime: 'auto' } as const;
const heading = '0007261121090000F1F1001234567848F0F02611210900';
const hexBody = (fields: string, code = 0x32) =>
  decodeHexBody(Buffer.from((heading + fields).replaceAll(' ', ''), 'hex'), code, options);
const asciiBody = (fields: string) =>
  decodeAsciiBody(Buffer.from(`0007261121090000ST 0012345678 H TT 2611210900 ${fields}`, 'latin1'), options);
const at = (text: string): number => Date.parse(`2026-11-21T${text}:00+08:00`);

const shown = (report: ReturnType<typeof hexBody>) =>
  report?.observations.map(({ element, value, quality }) => [element, value, quality]);

describe('values', () => {
  test('a leading FF makes a number negative, and counts among its bytes', () => {
    expect(shown(hexBody('39 1A FF0123'))).toEqual([['39', -1.23, Quality.good]]);
    expect(shown(hexBody('39 1A FF0000'))).toEqual([['39', 0, Quality.good]]);
  });

  test.each(['FFFFFFFF', 'AAAAAAAA'])('%s is none, and shifts nothing', (data) => {
    expect(shown(hexBody(`39 23 ${data} 38 12 1207`))).toEqual([
      ['39', Number.NaN, Quality.bad],
      ['38', 12.07, Quality.good],
    ]);
  });

  test('digits that are none make no number', () => {
    expect(shown(hexBody('39 23 0002A960 38 12 1207'))).toEqual([
      ['39', Number.NaN, Quality['bad-decoding']],
      ['38', 12.07, Quality.good],
    ]);
  });

  test('more digits than a number holds are uncertain', () => {
    expect(hexBody('C1 55 12345678901234567890')?.observations[0]?.quality).toBe(Quality['uncertain-precision']);
  });

  test('status is bits, not decimal digits', () => {
    expect(shown(hexBody('45 20 000004E1'))).toEqual([['45', 0x4e1, Quality.good]]);
  });

  test('rain of an hour in tenths of a millimetre, whatever its definition byte says', () => {
    const rain = '0005FF0A00000000000000FE';
    const told = hexBody(`F4 60 ${rain}`, 0x34)?.observations.map(({ value }) => value);
    expect(told).toEqual([0, 0.5, Number.NaN, 1, 0, 0, 0, 0, 0, 0, 0, 25.4]);
    expect(hexBody(`F4 12 ${rain}`, 0x34)?.observations).toHaveLength(12);
  });
});

describe('what cannot be read is told, and what stands before is kept', () => {
  test.each([
    ['39 23 000289', /element 39 needs 4 bytes, 3 are left/],
    ['39 00', /element 39 is said to have no bytes/],
    ['F5 C0 0001', /twelve values of element F5 needs 24 bytes, 2 are left/],
    ['F0F0 2613', /observation time needs 5 bytes, 2 are left/],
    ['FF', /extended identifier needs 1 bytes, 0 are left/],
  ])('%s', (fields, fault) => {
    const report = hexBody(`38 12 1207 ${fields}`);
    expect(shown(report)).toEqual([['38', 12.07, Quality.good]]);
    expect(report?.faults.join()).toMatch(fault);
  });

  test('a uniform report whose values are not whole gives none of them', () => {
    const report = hexBody('0418000005 3B23 00028960 00028961 000289', 0x31);
    expect(report?.observations).toEqual([]);
    expect(report?.faults).toEqual(['11 bytes are no whole number of values of element 3B, 4 bytes each']);
  });

  test('times that are none leave values without a time', () => {
    const body = Buffer.from('0007269999090000F0F026112199002019000125', 'hex');
    const report = decodeHexBody(body, 0x32, options);
    expect(report).toMatchObject({ sentAt: undefined, observations: [{ element: '20', value: 12.5, at: undefined }] });
    expect(report?.faults).toHaveLength(2);
  });

  test('a body without a time is none', () => {
    expect(decodeHexBody(Buffer.from('0007', 'hex'), 0x32, options)).toBeUndefined();
    expect(decodeAsciiBody(Buffer.from('0007'), options)).toBeUndefined();
  });
});

describe('time steps of a uniform report', () => {
  test.each([
    ['000005', 5],
    ['000100', 60],
    ['010000', 1440],
  ])('%s is %d minutes', (step, minutes) => {
    const times = hexBody(`0418${step} 3923 00028960 00028961`, 0x31)?.observations.map((one) => one.at as number);
    expect((times?.[1] ?? 0) - (times?.[0] ?? 0)).toBe(minutes * 60_000);
  });

  test('000000 leads whole hours of twelve', () => {
    const report = hexBody(`0418000000 F460 ${'05'.repeat(12)}${'0A'.repeat(12)}`, 0x31);
    expect(report?.observations).toHaveLength(24);
    expect(report?.observations[23]).toMatchObject({ value: 1 });
    expect((report?.observations[23]?.at ?? 0) - (report?.observations[0]?.at ?? 0)).toBe(23 * 300_000);
  });
});

describe('ASCII', () => {
  test('elements by the letters of table C.1, and by their own where they have no identifier here', () => {
    const report = asciiBody('ZU 29.026 PT 183.0 Q M ZT 00000018 VT 11.80 XYZ -0.5 ');
    expect(shown(report)).toEqual([
      ['3B', 29.026, Quality.good],
      ['26', 183, Quality.good],
      ['27', Number.NaN, Quality.bad],
      ['45', 0x18, Quality.good],
      ['38', 11.8, Quality.good],
      ['ascii:XYZ', -0.5, Quality.good],
    ]);
    expect(report).toMatchObject({ serial: 7, observedAt: at('09:00'), faults: [] });
  });

  test('a level that is called as a class of stations is', () => {
    expect(shown(asciiBody('Z 6.38 H 12.5 '))).toEqual([
      ['39', 6.38, Quality.good],
      ['0E', 12.5, Quality.good],
    ]);
  });

  test('groups of a uniform report, several elements in each', () => {
    const report = asciiBody('DRN05 Z Q 6.30 12.5 M 12.6 ');
    expect(report?.observations).toEqual([
      { element: '39', at: at('09:00'), value: 6.3, quality: Quality.good },
      { element: '39', at: at('09:05'), value: Number.NaN, quality: Quality.bad },
      { element: '27', at: at('09:00'), value: 12.5, quality: Quality.good },
      { element: '27', at: at('09:05'), value: 12.6, quality: Quality.good },
    ]);
    expect(asciiBody('DRN05 Z Q 6.30 12.5 6.31 ')).toMatchObject({
      observations: [],
      faults: ['3 values are no whole groups of Z, Q'],
    });
  });

  test('twelve levels and twelve amounts of rain', () => {
    const levels = '00640065006600670068FFFF0069006A006B006C006D006E';
    const report = asciiBody(`DRP 0102030405060708090A0B0C DRZ1 ${levels} VT 12.00 `);
    expect(report?.observations).toHaveLength(25);
    expect(shown(report)?.[11]).toEqual(['F4', 1.2, Quality.good]);
    expect(shown(report)?.[17]).toEqual(['F5', Number.NaN, Quality.bad]);
    expect(shown(report)?.[23]).toEqual(['F5', 1.1, Quality.good]);
    expect(asciiBody('DRZ1 0064 ')?.faults).toEqual(['element DRZ1 should be 12 values of 4 digits, not 0064']);
  });

  test('text and pictures keep their bytes', () => {
    expect(Buffer.from(asciiBody('RGZS TT 2611210900 Z 6.4 ')?.manual ?? []).toString()).toBe('TT 2611210900 Z 6.4');
    const jpeg = '\xff\xd8\xff\xe0  \x00 \xff\xd9';
    expect(Buffer.from(asciiBody(`PIC ${jpeg} `)?.picture ?? []).toString('latin1')).toBe(jpeg);
  });
});
