import { expect, test } from '@jest/globals';
import { type BytePattern, parseBytePattern } from '../../../drivers/streams/byte-pattern.js';
import { HeartbeatFilter } from '../../../drivers/streams/heartbeat-filter.js';
import { Random } from '../../../firmware-sim/index.js';

/** Streams in the small run; more with SLUICE_FUZZ_RUNS. */
const streams = Number(process.env['SLUICE_FUZZ_RUNS'] ?? 20_000);

const pattern = (text: string): BytePattern => parseBytePattern(text) as BytePattern;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What comes out of a filter that is given these pieces, and then nothing more. */
function filtered(heartbeats: readonly BytePattern[], pieces: readonly Uint8Array[]): Buffer {
  const filter = new HeartbeatFilter(heartbeats);
  return Buffer.concat([...pieces.map((piece) => filter.push(piece)), filter.flush()]);
}

function cut(random: Random, bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + random.whole(1, 6));
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

/** Few kinds of bytes, so that parts of heartbeats are everywhere. */
const fewBytes = (random: Random, count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, () => 0x41 + random.whole(0, 2)));

/** No end of it is its beginning: where it stands is never in doubt. */
const isUnbordered = (bytes: Buffer): boolean =>
  bytes.every((_, n) => n === 0 || !bytes.subarray(n).equals(bytes.subarray(0, bytes.length - n)));

test('a heartbeat put anywhere into a stream, however it is cut, leaves the stream', () => {
  const random = new Random(1);
  let inserted = 0;
  let cases = 0;
  while (cases < streams) {
    const heartbeat = fewBytes(random, random.whole(2, 6));
    const stream = fewBytes(random, random.whole(0, 24));
    if (!isUnbordered(heartbeat) || stream.includes(heartbeat)) continue;
    const parts: Buffer[] = [];
    for (let at = 0; at <= stream.length; at += 1) {
      for (let n = random.whole(-6, 2); n > 0; n -= 1) {
        parts.push(heartbeat);
        inserted += 1;
      }
      parts.push(stream.subarray(at, at + 1));
    }
    const pieces = cut(random, Buffer.concat(parts));
    const heartbeats = [pattern(`hex:${hex(heartbeat)}`)];
    if (!filtered(heartbeats, pieces).equals(stream)) {
      throw new Error(`${hex(heartbeat)} in ${hex(stream)}: ${pieces.map(hex).join(' ')}`);
    }
    cases += 1;
  }
  expect(inserted).toBeGreaterThan(streams);
});

test('how bytes are cut makes no difference, whatever the heartbeats', () => {
  const random = new Random(2);
  const heartbeats = ['hex:41 42', 'hex:41 42 43', 'hex:42 ?? 41', 'hex:41 41 41', 'hex:43 42 41 42'].map(pattern);
  for (let n = 0; n < streams; n += 1) {
    const some = heartbeats.filter(() => random.next() < 0.5);
    const stream = fewBytes(random, random.whole(0, 30));
    const whole = filtered(some, [stream]);
    const pieces = cut(random, stream);
    if (!filtered(some, pieces).equals(whole)) {
      throw new Error(`${some.map(({ text }) => text).join(' | ')}: ${pieces.map(hex).join(' ')}`);
    }
  }
});

test('a heartbeat inside an answer, cut in two segments, is counted and gone', () => {
  const filter = new HeartbeatFilter([pattern('PING')]);
  const out = ['\x01\x03PI', 'NG\x04', 'P', 'INGP', 'ING'].map((text) => filter.push(Buffer.from(text)));
  expect(Buffer.concat(out).toString('latin1')).toBe('\x01\x03\x04');
  expect(filter.removed).toBe(3);
});

test('bytes that may begin a heartbeat are held back, and given when none comes of them', () => {
  const filter = new HeartbeatFilter([pattern('PING'), pattern('PINGPONG')]);
  expect(hex(filter.push(Buffer.from('aP')))).toBe(hex(Buffer.from('a')));
  expect(filter.isHolding).toBe(true);
  expect(Buffer.from(filter.push(Buffer.from('INx'))).toString()).toBe('PINx');
  expect(Buffer.from(filter.push(Buffer.from('PINGPO'))).toString()).toBe('');
  expect(Buffer.from(filter.flush()).toString()).toBe('PO');
  expect(filter.isHolding).toBe(false);
  expect(filter.removed).toBe(1);
});

test('what a heartbeat leaves behind is not looked at again', () => {
  expect(filtered([pattern('PING')], [Buffer.from('PIPINGNG')]).toString()).toBe('PING');
});

test('without heartbeats every byte passes as it comes', () => {
  const bytes = Buffer.from('PING');
  const filter = new HeartbeatFilter([]);
  expect(filter.push(bytes)).toBe(bytes);
  expect(filter.isHolding).toBe(false);
});
