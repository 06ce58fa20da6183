import { describe, expect, test } from '@jest/globals';
import { compileSlots, fillSlots } from '../../../drivers/hj212/group-slots.js';
import { backfillMaxMs, HistoryGaps } from '../../../drivers/hj212/history-gaps.js';
import { type Message, Packets } from '../../../drivers/hj212/packets.js';
import { RecentMessages } from '../../../drivers/hj212/recent-messages.js';
import { readRecords } from '../../../drivers/hj212/records.js';
import { parseSegment, type Segment } from '../../../drivers/hj212/segment.js';
import { StationClock } from '../../../drivers/hj212/station-clock.js';
import { formatStationSecond, formatStationTime, parseStationTime } from '../../../drivers/hj212/station-time.js';
import { ToldRecords } from '../../../drivers/hj212/told-records.js';
import { packed } from '../../../firmware-sim/hj212/codec.js';
import { FrameBuilder, type Reading } from '../../../gateway/contract/index.js';
import { settle } from '../../support/manual-clock.js';
import { linkOf, saidBy, tablesOf } from './station-link.js';

const hour = 3_600_000;
const ahead = 8 * hour;

/** What a content says of these tags, as value and quality. */
function read(content: string, ...tags: readonly Readonly<Record<string, unknown>>[]): [number, string][] {
  const link = linkOf({ address: 'tcp-listen://127.0.0.1:9003' }, { d: { mn: 'A1', groups: { g: { tags } } } });
  const group = link.devices[0]?.groups[0];
  const table = tablesOf(link).get('d')?.get('g');
  if (!group || !table) throw new Error('no group');
  const builder = new FrameBuilder(table);
  for (const [kind, slots] of compileSlots(group)) {
    for (const record of readRecords(content)) if (kind === 'realtime') fillSlots(slots, record, true, builder);
  }
  return saidBy(builder.build());
}

describe('a value', () => {
  test.each([
    ['N', 'good', 1.5],
    ['n', 'good', 1.5],
    ['', 'good', 1.5],
    ['S', 'good-local-override', 1.5],
    ['T', 'uncertain-over-range', 1.5],
    ['X', 'uncertain', 1.5],
    ['F', 'bad-out-of-service', Number.NaN],
    ['M', 'bad-function-check', Number.NaN],
    ['C', 'bad-function-check', Number.NaN],
    ['D', 'bad-sensor-failure', Number.NaN],
    ['B', 'bad-no-answer', Number.NaN],
  ])('with flag %s is %s', (flag, quality, value) => {
    expect(read(`a21001-Rtd=1.5,a21001-Flag=${flag}`, { code: 'a21001' })).toEqual([[value, quality]]);
  });

  test.each([
    ['18.4', 18.4],
    ['-0.50', -0.5],
    ['.5', 0.5],
    ['1.2E-3', 0.0012],
    ['18.', undefined],
    ['1,8', undefined],
    ['+7', 7],
    ['', undefined],
    ['--', undefined],
    ['0x10', undefined],
    ['NaN', undefined],
    ['1e999', undefined],
  ])('written %s is %s', (text, value) => {
    const [[got, quality]] = read(`a21001-Rtd=${text}`, { code: 'a21001' }) as [[number, string]];
    expect([got, quality]).toEqual(value === undefined ? [Number.NaN, 'bad-decoding'] : [value, 'good']);
  });

  test('nothing is said of stays absent, unless its flag says that there is none', () => {
    const tags = [{ code: 'a21001' }, { code: 'a21028' }, { code: 'a21001', of: 'ZsRtd' }];
    expect(read('a21001-ZsRtd=2;a21028-Flag=D', ...tags).map(([, quality]) => quality)).toEqual([
      'absent',
      'bad-sensor-failure',
      'good',
    ]);
  });

  test('is found whichever way it is divided and written', () => {
    expect(read('A21001-RTD=3 ; a21001-flag=N', { code: 'a21001' })).toEqual([[3, 'good']]);
  });
});

describe("a station's time", () => {
  test('is of its place', () => {
    expect(parseStationTime('20261121090100', ahead)).toBe(Date.UTC(2026, 10, 21, 1, 1));
    expect(parseStationTime('20261121090100123', ahead)).toBe(Date.UTC(2026, 10, 21, 1, 1, 0, 123));
    expect(formatStationTime(Date.UTC(2026, 10, 21, 1, 1, 0, 123), ahead)).toBe('20261121090100123');
    expect(formatStationSecond(Date.UTC(2026, 11, 31, 16), ahead)).toBe('20270101000000');
  });

  test.each(['', '2026112109010', '20260231000000', '20261121240000', '00991121090100', '2026-11-21 09'])(
    '`%s` is none',
    (text) => expect(parseStationTime(text, ahead)).toBeUndefined(),
  );
});

describe('packets', () => {
  const packet = (number: number, of: number, qn = '1'): Segment =>
    parseSegment(`QN=${qn};CN=2011;MN=A;PNUM=${of};PNO=${number};CP=&&p=${number}&&`) as Segment;
  const told = (messages: readonly Message[]) => messages.map(({ content, missing }) => [content, missing]);
  const bytes = new Uint8Array(1);

  test('come in any order', () => {
    const packets = new Packets();
    expect([2, 3, 1].map((number) => told(packets.take(packet(number, 3), bytes, 0)))).toEqual([
      [],
      [],
      [['p=1;p=2;p=3', 0]],
    ]);
  });

  test('whose others do not come are handed on after a minute, or when too many are waiting', () => {
    const packets = new Packets();
    packets.take(packet(1, 2, 'a'), bytes, 0);
    expect(told(packets.take(packet(1, 2, 'b'), bytes, 60_000))).toEqual([['p=1', 1]]);
    for (const qn of ['c', 'd', 'e']) expect(packets.take(packet(2, 2, qn), bytes, 60_000)).toEqual([]);
    expect(told(packets.take(packet(2, 2, 'f'), bytes, 60_000))).toEqual([['p=1', 1]]);
    expect(told(packets.giveUp())).toEqual(Array.from({ length: 4 }, () => ['p=2', 1]));
  });

  test('of a message of more than 32 are messages of their own', () => {
    expect(told(new Packets().take(packet(1, 33), bytes, 0))).toEqual([['p=1', 0]]);
  });

  test('that were acknowledged are known until their message is on disk, also after a restart', () => {
    const frame = (number: number) => packed(`QN=1;CN=2011;MN=A;PNUM=2;PNO=${number};CP=&&p=${number}&&`);
    const before = new Packets();
    before.take(packet(1, 2), frame(1), 0);
    expect(before.frames).toHaveLength(1);
    const [message] = before.take(packet(2, 2), frame(2), 0);
    // The second is not acknowledged yet: it comes again.
    expect(before.frames).toHaveLength(1);
    const after = new Packets();
    after.restore([...before.frames, 'no frame'], 0);
    expect(told(after.take(packet(2, 2), bytes, 0))).toEqual([['p=1;p=2', 0]]);
    before.stored(message?.told as number);
    expect(before.frames).toEqual([]);
  });

  test('of a message that could not be stored wait again for the last, for 8 messages at a time', () => {
    const packets = new Packets();
    const numbers = Array.from({ length: 9 }, (_, n) => {
      packets.take(packet(1, 2, `${n}`), bytes, 0);
      return packets.take(packet(2, 2, `${n}`), bytes, 0)[0]?.told as number;
    });
    for (const number of numbers.slice(0, 2)) packets.putBack(number, 0);
    expect(['0', '1'].map((qn) => told(packets.take(packet(2, 2, qn), bytes, 0)))).toEqual([[], [['p=1;p=2', 0]]]);
  });

  test('that say another count begin another message', () => {
    const packets = new Packets();
    packets.take(packet(1, 3), bytes, 0);
    expect(told(packets.take(packet(1, 2), bytes, 0))).toEqual([['p=1', 2]]);
  });
});

test('a message is known again by its number, command, packet and content, for 1,024 messages', async () => {
  const message = (qn: number): Segment => parseSegment(`QN=${qn};CN=2011;MN=A;CP=&&a=1&&`) as Segment;
  const recent = new RecentMessages();
  const stored = Promise.resolve();
  const isKnown = (segment: Segment): boolean => recent.keptOf(segment) === stored;
  recent.keep(message(1), stored);
  expect([1, 2].map((qn) => isKnown(message(qn)))).toEqual([true, false]);
  expect(isKnown({ ...message(1), content: 'a=2' })).toBe(false);
  await settle();
  for (let qn = 2; qn <= 1025; qn += 1) recent.keep(message(qn), stored);
  expect([1, 2, 1025].map((qn) => isKnown(message(qn)))).toEqual([false, true, true]);
  const numberless = { ...message(0), qn: undefined };
  recent.keep(numberless, stored);
  expect(isKnown(numberless)).toBe(false);
});

describe("a station's clock", () => {
  test('is known when it has run as ours for a while', () => {
    const clock = new StationClock();
    clock.look(1_000_000, 1_600_000, 0);
    expect(clock.behindMs).toBeUndefined();
    clock.look(1_005_000, 1_605_000, 5000);
    expect(clock.behindMs).toBeUndefined();
    clock.look(1_030_000, 1_632_000, 30_000);
    expect(clock.behindMs).toBe(602_000);
    clock.forget();
    expect(clock.behindMs).toBeUndefined();
  });

  test('is not taken for slow while old data comes', () => {
    const clock = new StationClock();
    for (let n = 0; n < 200; n += 1) clock.look(n * 30_000, 36_000_000 + n * 300, n * 300);
    expect(clock.behindMs).toBeUndefined();
  });
});

describe('gaps', () => {
  const periods = new Map([['hour', hour]] as const);

  test('are what is missing after an outage, as far back as a week', () => {
    const gaps = new HistoryGaps(periods, undefined);
    gaps.told('hour', 0, 2000 * hour);
    gaps.told('hour', 5 * hour, 2000 * hour);
    expect(gaps.first).toBeUndefined();
    gaps.outage();
    gaps.told('hour', 6 * hour, 2000 * hour);
    expect(gaps.first).toBeUndefined();
    gaps.outage();
    gaps.told('hour', 9 * hour, 2000 * hour);
    expect(gaps.first).toEqual({ kind: 'hour', fromMs: 6 * hour + 1000, toMs: 9 * hour - 1000 });
    gaps.outage();
    gaps.told('hour', 1000 * hour, 2000 * hour);
    const [first, second] = [gaps.first, (gaps.toJson() as { gaps: unknown[][] }).gaps[1] ?? []];
    expect(second).toEqual(['hour', 1000 * hour - backfillMaxMs + 1000, 1000 * hour - 1000]);
    if (first) gaps.settle(first, 7 * hour);
    expect(gaps.first).toEqual({ kind: 'hour', fromMs: 7 * hour + 1000, toMs: 9 * hour - 1000 });
  });

  test('are remembered; what is no memory of ours is passed over', () => {
    const gaps = new HistoryGaps(periods, undefined);
    gaps.told('hour', 0, 2000 * hour);
    const again = new HistoryGaps(periods, gaps.toJson());
    again.told('hour', 3 * hour, 2000 * hour);
    expect(again.first).toEqual({ kind: 'hour', fromMs: 1000, toMs: 3 * hour - 1000 });
    expect(new HistoryGaps(periods, again.toJson()).first).toEqual(again.first);
    for (const json of [7, 'x', [], { newest: 3, gaps: [1, ['day', 1, 2], ['hour', 'x', 2]] }]) {
      expect(new HistoryGaps(periods, json).first).toBeUndefined();
    }
  });

  test('begin anew after a record that was taken while a clock was ahead', () => {
    const year = 8760 * hour;
    const gaps = new HistoryGaps(periods, { newest: { hour: year }, gaps: [] });
    gaps.told('hour', hour, hour);
    gaps.outage();
    gaps.told('hour', 4 * hour, 4 * hour);
    expect(gaps.first).toEqual({ kind: 'hour', fromMs: hour + 1000, toMs: 4 * hour - 1000 });
  });

  test('are sixteen at most, the newest', () => {
    const gaps = new HistoryGaps(periods, undefined);
    for (let n = 0; n < 40; n += 1) {
      gaps.outage();
      gaps.told('hour', n * 3 * hour, 2000 * hour);
    }
    expect((gaps.toJson() as { gaps: unknown[] }).gaps).toHaveLength(16);
    expect(gaps.first?.toMs).toBe(24 * 3 * hour - 1000);
  });
});

test('what was told of a time is not told again, what is added or corrected is', () => {
  const reading = (values: number[], quality: number[]): Reading => ({
    table: undefined as never,
    values: Float64Array.from(values),
    quality: Uint8Array.from(quality),
  });
  const week = 604_800_000;
  const told = new ToldRecords(week);
  const nan = Number.NaN;
  expect(told.isNew(1, reading([5, nan], [1, 0]))).toBe(true);
  expect(told.isNew(1, reading([5, nan], [1, 0]))).toBe(false);
  expect(told.isNew(1, reading([nan, nan], [0, 132]))).toBe(true);
  expect(told.isNew(1, reading([5, nan], [1, 132]))).toBe(false);
  expect(told.isNew(1, reading([6, nan], [1, 0]))).toBe(true);
  for (let time = 2; time < 600; time += 1) told.isNew(time, reading([5, nan], [1, 0]));
  expect(told.isNew(599, reading([5, nan], [1, 0]))).toBe(false);
  expect(told.isNew(1, reading([6, nan], [1, 0]))).toBe(true);
});

test('all that a back-fill may bring is known again, up to 2048 records', () => {
  const reading = {
    table: undefined as never,
    values: Float64Array.of(5),
    quality: Uint8Array.of(1),
  } satisfies Reading;
  const minutes = (n: number): number => n * 60_000;
  const told = new ToldRecords(minutes(10));
  const times = Array.from({ length: backfillMaxMs / minutes(10) }, (_, n) => minutes(10 * n));
  expect(times.filter((time) => told.isNew(time, reading))).toHaveLength(1008);
  expect(times.filter((time) => told.isNew(time, reading))).toEqual([]);
  const often = new ToldRecords(minutes(1));
  for (let n = 0; n <= 2048; n += 1) often.isNew(minutes(n), reading);
  expect([1, 2048, 0].map((n) => often.isNew(minutes(n), reading))).toEqual([false, false, true]);
});
