import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BlindSpans } from '../../../../gateway/runtime/replay/blind-spans.js';

const lane = { name: 'samples', first: 10 } as const;
const at = (instant: number) => ({ instant, time: null });

test('what lacks at the beginning, between and at the end is told with what stands beside it', () => {
  const blind = new BlindSpans(lane);
  for (const offset of [12, 13, 20]) blind.pass(offset, { instant: offset * 10, time: Number.NaN });
  blind.end(22);
  expect(blind.list).toEqual([
    { lane: 'samples', records: 2, from: null, to: at(120) },
    { lane: 'samples', records: 6, from: at(130), to: at(200) },
    { lane: 'samples', records: 1, from: at(200), to: null },
  ]);
});

test('whatever lacks: records read and records missed are all there were', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (whole) => {
      const blind = new BlindSpans(lane);
      whole.forEach((isWhole, index) => {
        if (isWhole) blind.pass(lane.first + index, { instant: index, time: index });
      });
      blind.end(lane.first + whole.length);
      const missed = blind.list.reduce((sum, { records }) => sum + records, 0);
      expect(missed).toBe(whole.filter((isWhole) => !isWhole).length);
    }),
  );
});
