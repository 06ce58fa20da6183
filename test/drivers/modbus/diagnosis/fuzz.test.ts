import { describe, expect, test } from '@jest/globals';
import { repliesIn, requestsIn } from '../../../../drivers/modbus/raw/raw-read.js';
import { verdictOf } from '../../../../drivers/modbus/diagnosis/verdict.js';
import { randomFrom } from '../../../prove/proof.js';
import { crc16, format, rtu } from '../../../support/serial-bench.js';

const runs = Number(process.env['SLUICE_FUZZ_RUNS'] ?? 20_000);
const read = { unit: 1, functionCode: 3, start: 0, count: 2 } as const;
const request = rtu(1, Buffer.from([3, 0, 0, 0, 2]));

const hasRightFrame = (bytes: Buffer): boolean => {
  for (let start = 0; start + 9 <= bytes.length; start += 1) {
    const frame = bytes.subarray(start, start + 9);
    if (crc16(frame.subarray(0, 7)) === frame.readUInt16LE(7)) return true;
  }
  return false;
};

/** Mostly what a line could give: an answer with bytes changed, lost, doubled, or noise around it. */
function spoilt(random: () => number): Buffer {
  const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
  const answer = rtu(1, Buffer.from([3, 4, ...noise(4)]));
  const parts = [
    random() < 0.3 ? request : [],
    noise(random() * 6),
    answer,
    random() < 0.3 ? answer : noise(random() * 6),
  ];
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  for (let n = Math.floor(random() * 3); n > 0; n -= 1) bytes[Math.floor(random() * bytes.length)] = random() * 256;
  return bytes.subarray(0, Math.floor(bytes.length * (random() < 0.5 ? 1 : random())));
}

describe('whatever comes on a line', () => {
  test('is judged without a crash, and is no answer where no checksum is right', () => {
    const random = randomFrom(20_261_121);
    const kinds = new Map<string, number>();
    for (let n = 0; n < runs; n += 1) {
      const bytes = spoilt(random);
      const overheard = { pieces: [{ atMs: 5, bytes }], lost: undefined };
      const verdict = verdictOf({ framing: 'rtu', format: format(9600), read, request, overheard, timeoutMs: 100 });
      kinds.set(verdict.kind, (kinds.get(verdict.kind) ?? 0) + 1);
      if (verdict.kind === 'answer') expect(hasRightFrame(bytes)).toBe(true);
      for (const framing of ['rtu', 'ascii', 'tcp'] as const) {
        for (const { start, end } of repliesIn(framing, bytes)) expect(end - start).toBeGreaterThanOrEqual(5);
      }
      requestsIn('rtu', bytes);
    }
    // The mixture reaches what it is for.
    for (const kind of ['answer', 'two-answers', 'checksum', 'cut', 'collided', 'garbage', 'silent']) {
      expect([kind, (kinds.get(kind) ?? 0) > 0]).toEqual([kind, true]);
    }
  });
});
