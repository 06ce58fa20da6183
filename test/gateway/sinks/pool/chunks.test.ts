import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chunksOf, halves } from '../../../../gateway/sinks/pool/chunks.js';

/** Ascending offsets with holes, a size for each, and limits. */
const cases = fc.record({
  steps: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 60 }),
  sizes: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 60, maxLength: 60 }),
  ahead: fc.integer({ min: 0, max: 5 }),
  eventsMax: fc.integer({ min: 1, max: 20 }),
  bytesMax: fc.integer({ min: 10, max: 1000 }),
});

test('a batch is cut within the limits, whole, and without a hole between the ranges', () => {
  fc.assert(
    fc.property(cases, ({ steps, sizes, ahead, eventsMax, bytesMax }) => {
      let offset = 10;
      const offsets = steps.map((step) => {
        offset += step;
        return offset;
      });
      const bytes = sizes.slice(0, offsets.length);
      const first = (offsets[0] as number) - ahead;
      const chunks = chunksOf(offsets, bytes, first, { eventsMax, bytesMax });
      let [index, next] = [0, first];
      for (const chunk of chunks) {
        expect([chunk.from, chunk.first]).toEqual([index, next]);
        expect(chunk.to - chunk.from).toBeGreaterThan(0);
        expect(chunk.to - chunk.from).toBeLessThanOrEqual(eventsMax);
        const list = bytes.slice(chunk.from, chunk.to).map((size) => 'x'.repeat(size));
        if (list.length > 1) expect(`[${list.join(',')}]`.length).toBeLessThanOrEqual(bytesMax);
        expect(chunk.last).toBe(offsets[chunk.to - 1]);
        if (chunk.to - chunk.from > 1) {
          const [one, other] = halves(chunk, offsets);
          expect([one.from, one.to, other.to]).toEqual([chunk.from, other.from, chunk.to]);
          expect([one.first, one.last + 1, other.last]).toEqual([chunk.first, other.first, chunk.last]);
          expect(one.last).toBe(offsets[one.to - 1]);
        }
        [index, next] = [chunk.to, chunk.last + 1];
      }
      expect(index).toBe(offsets.length);
    }),
  );
});
