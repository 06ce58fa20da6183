import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeAsciiBody } from '../../../drivers/sl651/ascii-body.js';
import { FrameCollector } from '../../../drivers/sl651/frame-collector.js';
import { frameBytesMax } from '../../../drivers/sl651/frame-head.js';
import { decodeHexBody } from '../../../drivers/sl651/hex-body.js';
import { Random } from '../../../firmware-sim/index.js';
import { isGood } from '../../../gateway/contract/index.js';
import { asciiMessage, hexMessage, type MadeMessage } from './messages.js';
import { bytesOf, published } from './published.js';

/** Inputs in the small run; more with SLUICE_FUZZ_RUNS. */
const runs = Number(process.env['SLUICE_FUZZ_RUNS'] ?? 20_000);

const options = { zoneMinutes: 480, seriesTime: 'auto' } as const;

const rain = (millimetres: number): MadeMessage => ({
  code: 0x32,
  body: `0001261121091230F1F1001234567850F0F026112109122019${String(millimetres).padStart(6, '0')}`,
});
const asciiRain = (millimetres: number): MadeMessage => ({
  code: 0x32,
  body: `0001261121091230ST 0012345678 P TT 2611210912 PJ ${(millimetres / 10).toFixed(1)} `,
});

describe.each([
  ['HEX/BCD', (value: number) => hexMessage(rain(value))],
  ['ASCII', (value: number) => asciiMessage(asciiRain(value))],
] as const)('%s', (_, write) => {
  const valuesIn = (collector: FrameCollector, bytes: Uint8Array): number[] =>
    collector.push(bytes).frames.flatMap(({ encoding, body, code }) => {
      const report = encoding === 'hex' ? decodeHexBody(body, code, options) : decodeAsciiBody(body, options);
      return report?.observations.map(({ value }) => Math.round(value * 10)) ?? [];
    });

  test('whatever came before, memory is bounded and the next message is read', () => {
    const random = new Random(651);
    // Bytes of messages themselves make more that looks like one than plain noise does.
    const alphabet = write(12_345);
    for (let run = 0; run < runs / 2; run += 1) {
      const collector = new FrameCollector();
      const noise = Buffer.from(
        Array.from({ length: random.whole(0, 60) }, () =>
          random.next() < 0.4 ? random.whole(0, 255) : (alphabet[random.whole(0, alphabet.length - 1)] as number),
        ),
      );
      const from = random.whole(0, alphabet.length - 1);
      const pieces = [noise, alphabet.subarray(from, random.whole(from, alphabet.length)), noise];
      for (const piece of pieces) collector.push(piece);
      const got = valuesIn(collector, write(run % 999_999));
      if (got.at(-1) !== run % 999_999 || collector.heldBytes >= frameBytesMax) {
        throw new Error(`${run}: ${Buffer.concat(pieces).toString('hex')} then ${JSON.stringify(got)}`);
      }
    }
  });

  test('however it is cut, the same messages come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 999_999 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 }),
        (values, cuts) => {
          const collector = new FrameCollector();
          const all = Buffer.concat(values.map(write));
          const got: number[] = [];
          for (let [at, n] = [0, 0]; at < all.length; n += 1) {
            const step = cuts[n % cuts.length] as number;
            got.push(...valuesIn(collector, all.subarray(at, at + step)));
            at += step;
          }
          expect(got).toEqual(values);
          expect(collector.heldBytes).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('changed bytes never give a value', () => {
    const random = new Random(652);
    for (let run = 0; run < runs / 2; run += 1) {
      const value = random.whole(0, 999_999);
      const damaged = write(value);
      // A CRC of 16 bits finds every error within 16 bits in a row.
      const at = random.whole(0, damaged.length - 1);
      damaged[at] = (damaged[at] as number) ^ random.whole(1, 255);
      const got = valuesIn(new FrameCollector(), damaged);
      // Hexadecimal digits mean the same in either case.
      if (got.some((one) => one !== value)) throw new Error(`${damaged.toString('hex')} gave ${JSON.stringify(got)}`);
    }
  });
});

test('the longest beginning of any kind is held, and no more', () => {
  const collector = new FrameCollector();
  const endless = Buffer.concat([Buffer.from('7e7e01001234567812343200020fff02', 'hex'), Buffer.alloc(60_000, 0x7e)]);
  for (let at = 0; at < endless.length; at += 500) {
    collector.push(endless.subarray(at, at + 500));
    expect(collector.heldBytes).toBeLessThan(frameBytesMax);
  }
});

test('any body at all is read without a throw, and what is good is a number', () => {
  const bodies = Object.values(published).map(({ message }) => bytesOf(message).subarray(14, -3));
  const random = new Random(653);
  for (let run = 0; run < runs; run += 1) {
    const body = Buffer.from(bodies[run % bodies.length] as Buffer);
    for (let changes = random.whole(0, 4); changes > 0; changes -= 1) {
      body[random.whole(0, body.length - 1)] = random.whole(0, 255);
    }
    const cut = body.subarray(0, random.whole(0, body.length));
    const code = random.whole(0x2f, 0x38);
    for (const report of [decodeHexBody(cut, code, options), decodeAsciiBody(cut, options)]) {
      for (const { value, quality } of report?.observations ?? []) {
        if (isGood(quality) !== Number.isFinite(value) && quality !== 70) throw new Error(cut.toString('hex'));
      }
    }
  }
});
