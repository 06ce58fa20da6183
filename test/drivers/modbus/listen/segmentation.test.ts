import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { crc16 } from '../../../../drivers/modbus/rtu-framing.js';
import type { Heard } from '../../../../drivers/modbus/listen/heard.js';
import { Random } from '../../../../firmware-sim/index.js';
import { ears, readRequest, registersReply, rtu, type Said, shortly, transcript } from './bus-script.js';

/** Streams in the small run; more with SLUICE_FUZZ_RUNS. */
const streams = Number(process.env['SLUICE_FUZZ_RUNS'] ?? 20_000);

type Frames = readonly (readonly [afterMs: number, bytes: Uint8Array])[];

/** One exchange: the request, then what comes of it, with the pauses before each. */
const exchange: fc.Arbitrary<Frames> = fc
  .record({
    unit: fc.integer({ min: 1, max: 6 }),
    start: fc.integer({ min: 0, max: 60_000 }),
    words: fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 60 }),
    pauseMs: fc.integer({ min: 1, max: 90 }),
    turnaroundMs: fc.integer({ min: 1, max: 60 }),
    sort: fc.constantFrom('read', 'input', 'bits', 'write', 'write one', 'exception', 'silence'),
  })
  .map(({ unit, start, words, pauseMs, turnaroundMs, sort }): Frames => {
    const word = (value: number): [number, number] => [value >> 8, value & 0xff];
    const read = readRequest(unit, 3, start, words.length);
    const high = words[0] as number;
    switch (sort) {
      case 'read':
        return [
          [pauseMs, read],
          [turnaroundMs, registersReply(unit, 3, words)],
        ];
      case 'input':
        return [
          [pauseMs, readRequest(unit, 4, start, words.length)],
          [turnaroundMs, registersReply(unit, 4, words)],
        ];
      case 'bits':
        return [
          [pauseMs, readRequest(unit, 2, start, 16)],
          [turnaroundMs, rtu(unit, 2, 2, ...word(high))],
        ];
      case 'write':
        return [
          [pauseMs, rtu(unit, 16, ...word(start), ...word(words.length), words.length * 2, ...words.flatMap(word))],
          [turnaroundMs, rtu(unit, 16, ...word(start), ...word(words.length))],
        ];
      case 'write one': {
        const write = rtu(unit, 6, ...word(start), ...word(high));
        return [
          [pauseMs, write],
          [turnaroundMs, write],
        ];
      }
      case 'exception':
        return [
          [pauseMs, read],
          [turnaroundMs, rtu(unit, 0x83, 2)],
        ];
      case 'silence':
        // The pause of a master that waited for a reply in vain.
        return [
          [pauseMs, read],
          [300, new Uint8Array(0)],
        ];
    }
  });

/** A bus that was quiet and right before, so that everybody knows whose turn it is. */
const opening: Frames = [
  [0, readRequest(9, 3, 0, 1)],
  [10, registersReply(9, 3, [1])],
];

function onLine(frames: Frames): Said[] {
  let atMs = 0;
  return frames.map(([afterMs, bytes]) => ({ atMs: (atMs += afterMs), bytes }));
}

/** The same bytes in other pieces; each arrives up to 5 ms later than its last byte, and none overtakes another. */
function recut(said: readonly Said[], random: Random): Said[] {
  const bytes = said.flatMap(({ atMs, bytes: own }) => [...own].map((byte) => ({ byte, atMs })));
  const pieces: Said[] = [];
  let lastMs = 0;
  for (let at = 0; at < bytes.length; ) {
    let end = Math.min(bytes.length, at + 1 + Math.floor(random.next() * 20));
    // What is held back longer than an adapter holds it is beyond the bound.
    while (end > at + 1 && (bytes[end - 1]?.atMs ?? 0) - (bytes[at]?.atMs ?? 0) > 20) end -= 1;
    lastMs = Math.max(lastMs, (bytes[end - 1]?.atMs ?? 0) + random.next() * 5);
    pieces.push({ atMs: lastMs, bytes: Uint8Array.from(bytes.slice(at, end).map(({ byte }) => byte)) });
    at = end;
  }
  return pieces;
}

const inWords = (heard: readonly Heard[]): string[] => heard.map(shortly);

describe('a true transcript', () => {
  test('gives the same pairs however its bytes are cut', () => {
    const buses = fc.array(exchange, { minLength: 1, maxLength: 12 }).map((all) => onLine([...opening, ...all.flat()]));
    let pairs = 0;
    fc.assert(
      fc.property(buses, fc.integer(), (said, seed) => {
        const whole = inWords(transcript(said));
        expect(inWords(transcript(recut(said, new Random(seed))))).toEqual(whole);
        expect(whole.filter((one) => /damaged|stray|ambiguous/.test(one))).toEqual([]);
        pairs += whole.filter((one) => /^(reply|exception)/.test(one)).length;
      }),
      { numRuns: Math.ceil(streams / 20) },
    );
    expect(pairs).toBeGreaterThan(streams / 20);
  });

  test('is told byte by byte as in one piece', () => {
    fc.assert(
      fc.property(fc.array(exchange, { minLength: 1, maxLength: 8 }), (all) => {
        const said = onLine([...opening, ...all.flat()]);
        const single = said.flatMap(({ atMs, bytes }) =>
          [...bytes].map((byte) => ({ atMs, bytes: Uint8Array.of(byte) })),
        );
        expect(inWords(transcript(single))).toEqual(inWords(transcript(said)));
      }),
      { numRuns: Math.ceil(streams / 50) },
    );
  });
});

describe('damaged and made-up streams', () => {
  /** Whether a frame the transcript calls right is so, by the CRC alone. */
  const hasRightCrc = ({ bytes }: Heard): boolean =>
    crc16(bytes, 0, bytes.length - 2) === ((bytes.at(-2) as number) | ((bytes.at(-1) as number) << 8));

  test('never give a value from a wrong CRC, lose no byte, and keep little', () => {
    const random = new Random(2026);
    let [values, damaged, byChance, bytesIn, bytesOut] = [0, 0, 0, 0, 0];
    for (let run = 0; run < streams; run += 1) {
      const words = Array.from({ length: 1 + Math.floor(random.next() * 20) }, () =>
        Math.floor(random.next() * 0x1_0000),
      );
      const said = words.map((word) => word.toString(16).padStart(4, '0')).join('');
      const frames = [readRequest(1, 3, run % 500, words.length), registersReply(1, 3, words)];
      const stream = Buffer.concat([...frames, ...frames]);
      const sorts = 1 + Math.floor(random.next() * 3);
      for (let n = 0; n < sorts; n += 1)
        stream[Math.floor(random.next() * stream.length)] = Math.floor(random.next() * 256);
      const cut = Math.floor(random.next() * stream.length);
      const noise = Buffer.from(
        Array.from({ length: Math.floor(random.next() * 12) }, () => Math.floor(random.next() * 256)),
      );
      const heard = transcript([
        { atMs: 0, bytes: stream.subarray(0, cut) },
        { atMs: 5, bytes: Buffer.concat([noise, stream.subarray(cut)]) },
      ]);
      bytesIn += stream.length + noise.length;
      bytesOut += heard.reduce((sum, { bytes }) => sum + bytes.length, 0);
      for (const one of heard) {
        if (one.kind === 'damaged') damaged += 1;
        if (one.kind !== 'reply') continue;
        values += 1;
        if (!hasRightCrc(one)) throw new Error(`run ${run}: a value from ${Buffer.from(one.bytes).toString('hex')}`);
        if (Buffer.from(one.data).toString('hex') !== said) byChance += 1;
      }
    }
    expect(bytesOut).toBe(bytesIn);
    expect(values).toBeGreaterThan(streams / 4);
    expect(damaged).toBeGreaterThan(streams / 2);
    // A CRC is right by chance once in 65,536: nobody can tell that.
    expect(byChance).toBeLessThanOrEqual(2 + streams / 10_000);
  });

  test('noise gives hardly a frame and no reply', () => {
    const random = new Random(7);
    const ear = ears();
    let [bytes, frames] = [0, 0];
    for (let run = 0; run < streams / 10; run += 1) {
      const noise = Uint8Array.from({ length: 100 }, () => Math.floor(random.next() * 256));
      bytes += noise.length;
      for (const one of ear.hear(noise, run * 3)) {
        expect(one.kind).not.toBe('reply');
        if (one.kind === 'request' || one.kind === 'stray') frames += 1;
      }
    }
    // Two lengths a place, of the functions there are: far below one right CRC in 65,536 bytes.
    expect(frames).toBeLessThan(bytes / 10_000);
  });
});
