import { describe, expect, test } from '@jest/globals';
import { StandingValues } from '../../../drivers/opcua/values/standing-values.js';
import { FrameBuilder, Quality, type Reading } from '../../../gateway/contract/index.js';
import { tableSpec } from '../../support/frames.js';

const table = { ...tableSpec('boiler', 3), number: 1 };

/** A reading that says these slots. */
function said(...slots: readonly (number | string | undefined)[]): Reading {
  const builder = new FrameBuilder(table);
  for (const [slot, value] of slots.entries()) {
    if (typeof value === 'string') builder.text(slot, value);
    else if (value !== undefined && Number.isNaN(value)) builder.bad(slot, Quality['bad-sensor-failure']);
    else if (value !== undefined) builder.set(slot, value);
  }
  return builder.build();
}

const shown = (readings: readonly Reading[]) =>
  readings.map(({ values, quality, texts }) =>
    [...quality].map((code, slot) => (code === Quality.absent ? undefined : (texts?.get(slot) ?? values[slot]))),
  );

describe('what stands unchanged', () => {
  test('is told again, and what was told meanwhile is not', () => {
    const standing = new StandingValues();
    standing.note(said(1, 'auto', Number.NaN));
    expect(standing.take()).toEqual([]);
    standing.note(said(2, undefined, undefined));
    expect(shown(standing.take())).toEqual([[undefined, 'auto', Number.NaN]]);
    expect(shown(standing.take())).toEqual([[2, 'auto', Number.NaN]]);
    standing.note(said(undefined, 'hand', 7));
    expect(shown(standing.take())).toEqual([[2, undefined, undefined]]);
  });

  test('carries no time of the device, and keeps its quality', () => {
    const standing = new StandingValues();
    const builder = new FrameBuilder(table);
    builder.set(0, 5, Quality['uncertain-inaccurate']);
    builder.deviceTime(0, 1000);
    standing.note(builder.build());
    standing.take();
    const [again] = standing.take();
    expect([again?.times, again?.quality[0]]).toEqual([undefined, Quality['uncertain-inaccurate']]);
  });

  test('does not outlive its session', () => {
    const standing = new StandingValues();
    standing.note(said(1));
    standing.clear();
    standing.take();
    expect(standing.take()).toEqual([]);
  });
});
