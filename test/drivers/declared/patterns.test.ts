import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { latin1 } from '../../../drivers/declared/byte-text.js';
import { matchPattern, type PatternPart, parsePattern, withUnit } from '../../../drivers/declared/line-pattern.js';
import { parseRequest, type RequestTemplate, writeRequest } from '../../../drivers/declared/request-template.js';

const match = (pattern: string, line: string, unit = 7): object | undefined => {
  const parts = parsePattern(pattern) as readonly PatternPart[];
  const fields = matchPattern(withUnit(parts, unit), line);
  return fields && Object.fromEntries(fields);
};

describe('a pattern', () => {
  test.each([
    ['ST,GS,{gross}kg', 'ST,GS,+0012345kg', { gross: 12_345 }],
    ['ST,GS,{gross}kg', 'ST,GS,-   12.5kg', { gross: -12.5 }],
    ['ST,GS,{gross}kg', 'ST,GS,-------kg', undefined],
    ['ST,GS,{gross}kg', 'ST,GS,123t', undefined],
    ['ST,GS,{gross}kg', 'ST,GS,123kg ', undefined],
    ['{state:text:2},{kind:text},{w} kg', 'US,NT,  20 kg', { state: 'US', kind: 'NT', w: 20 }],
    ['ww{w:number:8}kg', 'ww00123.40kg', { w: 123.4 }],
    ['{a:number:3}{b:number:3}', '012-34', { a: 12, b: -34 }],
    ['{a:number:3}{b:number:3}', '01234', undefined],
    ['{*}={v} {*}', 'flow = 1=2.5e1 m3', undefined],
    ['{*}={v} {*}', 'flow=2.5e1 m3', { v: 25 }],
    ['{*}={v} {*}', 'flow=2,5 m3', undefined],
    ['{code:hex};{rest:text}', 'fF;a b ', { code: 255, rest: 'a b' }],
    ['{code:hex}', '12345678901234', undefined],
    ['#{unit:2} {v}', '#07 1', { v: 1 }],
    ['#{unit:2} {v}', '#08 1', undefined],
    ['{{{v}}}', '{5}', { v: 5 }],
    ['\\x02{v}\\\\', '\x025\\', { v: 5 }],
    ['{v}', '', undefined],
    ['{v}', '.', undefined],
    ['{v}', '+.5', { v: 0.5 }],
  ])('%s on %j', (pattern, line, fields) => {
    expect(match(pattern, line)).toEqual(fields);
  });

  test.each([
    ['{a}{b}', 'adjacent'],
    ['{a:text}{*}', 'adjacent'],
    // A decimal comma would be skipped with the rest, and 2,5 read as 2.
    ['{a}{*}', 'adjacent'],
    ['{a},{a}', 'twice'],
    ['{a', 'placeholder'],
    ['a}', 'placeholder'],
    ['{a:octal}', 'placeholder'],
    ['{a:0}', 'placeholder'],
    ['{*:text}', 'placeholder'],
    ['公斤{a}', 'escape'],
    ['\\q', 'escape'],
  ])('%s cannot be: %s', (pattern, fault) => {
    expect(parsePattern(pattern)).toBe(fault);
  });

  test('reads back any number that is written into it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -9_999_999, max: 9_999_999 }),
        fc.integer({ min: 0, max: 4 }),
        fc.nat(3),
        (digits, decimals, blanks) => {
          const value = digits / 10 ** decimals;
          const line = `N:${' '.repeat(blanks)}${value.toFixed(decimals)};end`;
          expect(match('N:{v};{*}', line)).toEqual({ v: Number(value.toFixed(decimals)) });
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

describe('a request', () => {
  const written = (text: string, unit = 7): string =>
    Buffer.from(writeRequest(parseRequest(text) as RequestTemplate, unit)).toString('latin1');

  test('is text with the unit, a checksum and escapes in it', () => {
    expect(written('W{unit:2}\\r\\n')).toBe('W07\r\n');
    expect(written('#{unit:hex}A{sum8}\\r', 0xab)).toBe(`#ABAE7\r`);
    expect(written('$PQ,1*{xor:1}\\r\\n')).toBe(
      `$PQ,1*${(0x50 ^ 0x51 ^ 0x2c ^ 0x31 ^ 0x2a).toString(16).toUpperCase().padStart(2, '0')}\r\n`,
    );
    expect(written('{{}}')).toBe('{}');
  });

  test('is bytes with a binary checksum', () => {
    expect(latin1(Buffer.from(written('hex 01 03 0000 0001 {crc16-modbus}'), 'latin1'))).toBe(
      '\x01\x03\0\0\0\x01\x84\x0a',
    );
    expect(Buffer.from(written('hex AA {unit} 52 {xor:1} 55'), 'latin1').toString('hex')).toBe('aa07525555');
  });

  test.each(['hex 1', 'hex', 'hex 0G', 'W{unit', 'W{crc}', '\\x4', '称'])('%s is none', (text) => {
    expect(parseRequest(text)).toBeUndefined();
  });
});
