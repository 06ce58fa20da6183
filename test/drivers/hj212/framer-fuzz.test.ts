import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeFrame, type Found, Framer, heldBytesMax } from '../../../drivers/hj212/framer.js';
import { parseSegment } from '../../../drivers/hj212/segment.js';
import { packed } from '../../../firmware-sim/hj212/codec.js';
import { Random } from '../../../firmware-sim/index.js';

/** Streams in the small run; more with SLUICE_FUZZ_RUNS. */
const runs = Number(process.env['SLUICE_FUZZ_RUNS'] ?? 20_000);
const timeoutMs = Math.max(30_000, runs);

const message = (value: number): string =>
  `QN=20261121090100123;ST=22;CN=2011;PW=123456;MN=A1;Flag=5;CP=&&DataTime=20261121090100;a21001-Rtd=${value}&&`;

const segmentsOf = (found: readonly Found[]): string[] =>
  found.flatMap((one) => (one.kind === 'frame' ? [one.segment] : []));

test(
  'whatever comes, memory is bounded, nothing throws, and a good frame after it is read',
  () => {
    const random = new Random(20_261_121);
    // Bytes of frames themselves make more that looks like one than plain noise does.
    const [first, second] = [packed(message(1)), packed(message(2))];
    const alphabet = Buffer.concat([first, Buffer.from('########0012340101&&\r\n')]);
    for (let stream = 0; stream < runs; stream += 1) {
      const noise = Buffer.from(
        Array.from({ length: random.whole(0, 80) }, () =>
          random.next() < 0.2 ? random.whole(0, 255) : (alphabet[random.whole(0, alphabet.length - 1)] as number),
        ),
      );
      const framer = new Framer();
      const found: Found[] = [];
      for (let at = 0; at < noise.length; ) {
        const step = random.whole(1, 30);
        found.push(...framer.push(noise.subarray(at, at + step)));
        at += step;
        if (framer.heldBytes > heldBytesMax) throw new Error(`stream ${stream} holds ${framer.heldBytes} bytes`);
      }
      for (const segment of segmentsOf(found)) parseSegment(segment);
      found.push(...framer.push(first), ...framer.push(second));
      const last = found.findLast(({ kind }) => kind === 'frame');
      if (last?.kind !== 'frame' || last.segment !== message(2))
        throw new Error(`stream ${stream}: ${noise.toString('hex')}`);
    }
  },
  timeoutMs,
);

const anySegment = fc
  .string({ unit: 'grapheme-ascii', maxLength: 60 })
  .map((text) => `QN=1;CN=2011;MN=A;CP=&&${text.replaceAll('#', '')}&&`);

test('however they are cut, the same frames come, also those of the simulator', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.array(anySegment, { maxLength: 6 }), cuts, (segments, steps) => {
      const all = Buffer.concat(segments.map((segment, n) => (n % 2 ? packed(segment) : encodeFrame(segment))));
      const framer = new Framer();
      const found: Found[] = [];
      for (let [at, n] = [0, 0]; at < all.length; n += 1) {
        const step = steps[n % steps.length] as number;
        found.push(...framer.push(all.subarray(at, at + step)));
        at += step;
      }
      expect(found.filter(({ kind }) => kind !== 'frame')).toEqual([]);
      expect(segmentsOf(found)).toEqual(segments);
    }),
    { numRuns: 2000 },
  );
});

test('one byte changed anywhere makes no other message', () => {
  fc.assert(
    fc.property(anySegment, fc.nat(), fc.integer({ min: 1, max: 255 }), (segment, place, flip) => {
      const damaged = packed(segment);
      const at = place % damaged.length;
      damaged[at] = (damaged[at] as number) ^ flip;
      const framer = new Framer();
      for (const got of segmentsOf([...framer.push(damaged), ...framer.end()])) expect(got).toBe(segment);
    }),
    { numRuns: 10_000 },
  );
});

test('any content of a frame is a message or a reason why not', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (text) => {
      const segment = parseSegment(text);
      expect(typeof segment === 'string' ? segment.length : segment.cn.length).toBeGreaterThan(0);
    }),
    { numRuns: 5000 },
  );
});
