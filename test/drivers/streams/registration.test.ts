import { describe, expect, test } from '@jest/globals';
import { type BytePattern, matchAt, parseBytePattern } from '../../../drivers/streams/byte-pattern.js';
import { recognise, type Station } from '../../../drivers/streams/registration.js';
import { Random } from '../../../firmware-sim/index.js';

const streams = Number(process.env['SLUICE_FUZZ_RUNS'] ?? 20_000);

const pattern = (text: string): BytePattern => {
  const parsed = parseBytePattern(text);
  if (!parsed) throw new Error(`no pattern: ${text}`);
  return parsed;
};
const station = (registration: string, ...heartbeats: string[]): Station => ({
  registration: pattern(registration),
  heartbeats: heartbeats.map(pattern),
});

/** In short: `known DTU-1 5`. */
function said(bytes: string, ...stations: Station[]): string {
  const found = recognise(Buffer.from(bytes, 'latin1'), stations);
  return 'station' in found ? `${found.kind} ${found.station.registration.text} ${found.end}` : found.kind;
}

describe('patterns of bytes', () => {
  test.each([
    ['DTU-1', [0x44, 0x54, 0x55, 0x2d, 0x31]],
    ['站1', [0xe7, 0xab, 0x99, 0x31]],
    ['hex:7b 01??7D', [0x7b, 1, 'one', 0x7d]],
    ['pattern:a?c*d', [0x61, 'one', 0x63, 'run', 0x64]],
    ['a\r\n', [0x61, 13, 10]],
  ])('%j', (text, pieces) => {
    expect(pattern(text).pieces).toEqual(pieces);
  });

  test.each([
    ['', 'nothing'],
    ['a', 'a single byte'],
    ['hex:FE ??', 'a single certain byte'],
    ['hex:FE0', 'half a byte'],
    ['hex:XY 00', 'no digits'],
    ['pattern:abc*', 'an end nobody knows'],
    ['pattern:a*b*c*d*e*f', 'five runs'],
    ['x'.repeat(129), 'more than 128 bytes'],
  ])('%j is none: %s', (text) => {
    expect(parseBytePattern(text)).toBeUndefined();
  });

  test('a run takes as little as it can, and 64 bytes at most', () => {
    const one = pattern('pattern:id=*;csq=??;');
    const match = (text: string) => matchAt(one, Buffer.from(text), 0);
    expect(match('id=17;csq=23;rest;')).toEqual({ kind: 'whole', end: 13 });
    expect(match('id=;csq=23;')).toEqual({ kind: 'whole', end: 11 });
    expect(match('id=17;csq=2')).toEqual({ kind: 'partial' });
    expect(match(`id=${'9'.repeat(64)};csq=23;`)).toEqual({ kind: 'whole', end: 75 });
    expect(match(`id=${'9'.repeat(65)};csq=23;`)).toEqual({ kind: 'none' });
    expect(match('ie')).toEqual({ kind: 'none' });
  });
});

describe('who a caller is', () => {
  test('by its first bytes, also while more of them are to come', () => {
    const stations = [station('hex:01 02 03'), station('hex:01 09 09')];
    expect(said('\x01', ...stations)).toBe('wanting');
    expect(said('\x01\x02', ...stations)).toBe('wanting');
    expect(said('\x01\x02\x03', ...stations)).toBe('known hex:01 02 03 3');
    expect(said('\x01\x02\x03\x44', ...stations)).toBe('known hex:01 02 03 3');
    expect(said('\x01\x05', ...stations)).toBe('unknown');
    expect(said('\x02\x01\x02\x03', ...stations)).toBe('unknown');
    expect(said('\x01\x02\x03')).toBe('unknown');
  });

  test('a text that ends in a letter or digit is a whole word', () => {
    expect(said('DTU-1', station('DTU-1'))).toBe('likely DTU-1 5');
    expect(said('DTU-1\x01\x03', station('DTU-1'))).toBe('known DTU-1 5');
    expect(said('DTU-10', station('DTU-1'))).toBe('unknown');
    expect(said('DTU-1a', station('DTU-1'))).toBe('unknown');
    expect(said('DTU-1;0', station('DTU-1;'))).toBe('known DTU-1; 6');
    expect(said('DTU-10', station('hex:44 54 55 2D 31'))).toBe('known hex:44 54 55 2D 31 5');
  });

  test('unless its heartbeat follows', () => {
    expect(said('DTU-1PING', station('DTU-1', 'PING'))).toBe('known DTU-1 5');
    expect(said('DTU-1PI', station('DTU-1', 'PING'))).toBe('known DTU-1 5');
    expect(said('DTU-1PO', station('DTU-1', 'PING'))).toBe('unknown');
  });

  test('of several the longest, once nothing longer can come', () => {
    const stations = [station('hex:01 02'), station('hex:01 02 03 04')];
    expect(said('\x01\x02', ...stations)).toBe('likely hex:01 02 2');
    expect(said('\x01\x02\x03', ...stations)).toBe('likely hex:01 02 2');
    expect(said('\x01\x02\x03\x04', ...stations)).toBe('known hex:01 02 03 04 4');
    expect(said('\x01\x02\x05', ...stations)).toBe('known hex:01 02 2');
    expect(said('DTU-1', station('DTU-1'), station('DTU-12'))).toBe('likely DTU-1 5');
    expect(said('DTU-12', station('DTU-1'), station('DTU-12'))).toBe('likely DTU-12 6');
  });

  test('who could be two is nobody', () => {
    expect(said('\x01\x02\x03', station('hex:01 ?? 03'), station('hex:01 02 ??'))).toBe('unknown');
  });

  test('no bytes make it stumble, and it never waits for more than the longest registration has', () => {
    const random = new Random(3);
    const stations = [station('pattern:A*B?C'), station('hex:41 42 ?? 41'), station('AB', 'CA')];
    for (let n = 0; n < streams; n += 1) {
      const bytes = Buffer.from(Array.from({ length: random.whole(0, 90) }, () => 0x41 + random.whole(0, 3)));
      const found = recognise(bytes, stations);
      if (found.kind === 'wanting' && bytes.length >= 1 + 64 + 3) throw new Error(bytes.toString());
      if ('end' in found && found.end > bytes.length) throw new Error(bytes.toString());
    }
  });
});
