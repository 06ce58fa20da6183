import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asciiFraming } from '../../firmware-sim/servers/ascii-framing.js';
import type { Framing } from '../../firmware-sim/servers/framing.js';
import { rtuFraming } from '../../firmware-sim/servers/rtu-framing.js';
import { tcpFraming } from '../../firmware-sim/servers/tcp-framing.js';

const framings: readonly (readonly [string, Framing])[] = [
  ['TCP', tcpFraming],
  ['RTU', rtuFraming],
  ['ASCII', asciiFraming],
];

const word = fc.integer({ min: 0, max: 0xffff });
const reads = fc
  .tuple(fc.constantFrom(1, 2, 3, 4, 5, 6), word, word)
  .map(([code, one, other]) => [code, one >> 8, one & 0xff, other >> 8, other & 0xff]);
const writes = fc
  .array(word, { minLength: 1, maxLength: 20 })
  .map((words) => [0x10, 0, 0, 0, words.length, words.length * 2, ...words.flatMap((one) => [one >> 8, one & 0xff])]);
const requests = fc.array(
  fc.record({
    unit: fc.integer({ min: 1, max: 247 }),
    pdu: fc.oneof(reads, writes).map((bytes) => Buffer.from(bytes)),
    transaction: word,
  }),
  { maxLength: 6 },
);

describe.each(framings)('%s requests', (_, framing) => {
  test('are found whole and in order wherever the stream is cut', () => {
    fc.assert(
      fc.property(requests, fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }), (sent, sizes) => {
        const stream = Buffer.concat(sent.map(({ unit, pdu, transaction }) => framing.frame(unit, pdu, transaction)));
        const framer = framing.framer();
        const found = [];
        for (let at = 0, piece = 0; at < stream.length; piece += 1) {
          const size = sizes[piece % sizes.length] ?? 1;
          found.push(...framer.push(stream.subarray(at, at + size), 0));
          at += size;
        }
        expect(found.map(({ unit, pdu }) => [unit, pdu.toString('hex')])).toEqual(
          sent.map(({ unit, pdu }) => [unit, pdu.toString('hex')]),
        );
        expect(found.reduce((sum, { byteCount }) => sum + byteCount, 0)).toBe(stream.length);
        if (framing.identifies) {
          expect(found.map(({ transaction }) => transaction)).toEqual(sent.map(({ transaction }) => transaction));
        }
      }),
    );
  });

  test('noise of any kind harms nothing, and after a silence the next request is found', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (noises) => {
        const framer = framing.framer();
        for (const noise of noises) framer.push(Buffer.from(noise), 0);
        const pdu = Buffer.from([3, 0, 0, 0, 1]);
        const found = framer.push(framing.frame(9, pdu, 7), 1000);
        expect(found.map((request) => [request.unit, request.pdu])).toEqual([[9, pdu]]);
      }),
    );
  });
});
