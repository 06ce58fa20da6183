import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Entry } from '../../../../gateway/contract/index.js';
import { reportOver } from '../../../../gateway/runtime/replay/report-over.js';
import { alarmReport } from '../../../../gateway/runtime/report/alarm-report.js';
import { Duty, hour, minute, start } from '../report/duty.js';

async function* read(entries: readonly Entry[]): AsyncGenerator<Entry> {
  for (const entry of entries) yield entry;
  await Promise.resolve();
}

const keys = ['tank/level/HH', 'pump/flow/L', 'gas/h2s/HH'];

const step = fc.record({
  key: fc.constantFrom(...keys),
  what: fc.constantFrom('on', 'off', 'acknowledge', 'shelve', 'unshelve'),
  afterMs: fc.integer({ min: 1, max: 2 * hour }),
});

/** A duty of whatever happened. */
function dutyOf(steps: readonly { key: string; what: string; afterMs: number }[]): Entry[] {
  const duty = new Duty(keys.map((key) => ({ key })));
  let at = 0;
  for (const { key, what, afterMs } of steps) {
    at += afterMs;
    if (what === 'on' || what === 'off') duty.is(key, what === 'on', at);
    else if (what === 'shelve') duty.tries(key, { act: 'shelve', forMs: hour, reason: 'r' }, at);
    else duty.tries(key, { act: what as 'acknowledge', comment: '' }, at);
  }
  return duty.entries;
}

test('a report needs of the time before its period only what did not rest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), fc.nat(40), async (steps, from) => {
      const entries = dutyOf(steps);
      const period = { from: start + from * hour, to: start + (from + 24) * hour };
      const begins = (entries[0]?.time ?? Number.NaN) <= period.from;
      fc.pre(begins);
      expect(await reportOver(read(entries), period)).toEqual(alarmReport(entries as never, { ...period }));
    }),
  );
});

test('begins with the first entry there is, and is none where nothing is kept', async () => {
  const { entries } = new Duty([{ key: 'tank/level/HH' }]).from('tank/level/HH', 2 * hour, minute);
  const report = await reportOver(read(entries), { from: start - 24 * hour, to: start + 4 * hour, operators: 2 });
  expect(report).toMatchObject({ from: start + 2 * hour, operators: 2, load: { total: 1, perHour: { value: 0.25 } } });
  expect(await reportOver(read(entries), { from: start - 24 * hour, to: start })).toBeUndefined();
  expect(await reportOver(read([]), { from: 0, to: start })).toBeUndefined();
});
