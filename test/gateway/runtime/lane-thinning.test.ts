import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DeadbandConfig } from '../../../config/site.js';
import { type Batch, type Frame, Quality, type WriteOutcome } from '../../../gateway/contract/index.js';
import { isBalanced } from '../../../gateway/runtime/ledger.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { type FakeSink, type Rig, rig } from './lane-rig.js';

describe('delivery with a deadband', () => {
  const deadband: DeadbandConfig = { atLeastEveryMs: 600_000, bands: {} };
  /** What was sent, as `offset:slots` of the three there are. */
  const slotsSent = ({ batches }: Pick<FakeSink, 'batches'>): string[] =>
    batches.flatMap(({ offsets, records }) =>
      (records as Frame[]).map(
        ({ quality }, index) => `${offsets[index]}:${quality.filter((one) => one !== Quality.absent).length}`,
      ),
    );

  /** Answers of a destination that refuses a record (`all`) or one field of it. */
  const refusing =
    (refusalOf: (offset: number) => string | undefined) =>
    ({ offsets }: Batch): WriteOutcome => {
      const refusals = offsets.map((offset, index) => ({ index, what: refusalOf(offset) }));
      return {
        rejected: refusals.flatMap(({ index, what }) => (what === 'all' ? [{ index, reason: 'no' }] : [])),
        parked: refusals.flatMap(({ index, what }) =>
          what && what !== 'all' ? [{ index, tag: what, reason: 'no' }] : [],
        ),
      };
    };

  /** What a destination keeps of a batch, as `offset slot`: it puts what is written again over what it has. */
  function keep(held: Map<string, number>, { offsets, records }: Batch, { rejected, parked }: WriteOutcome): void {
    (records as Frame[]).forEach(({ values, quality }, index) => {
      if (rejected?.some((one) => one.index === index)) return;
      values.forEach((value, slot) => {
        const isParked = parked?.some((one) => one.index === index && one.tag === `v${slot}`);
        if (quality[slot] !== Quality.absent && !isParked) held.set(`${offsets[index]} ${slot}`, value);
      });
    });
  }

  function lastOf(held: ReadonlyMap<string, number>, slot: number, offset: number): number | undefined {
    for (let at = offset; at >= 0; at -= 1) {
      const value = held.get(`${at} ${slot}`);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  test('what did not change is settled without being written, and counted apart', async () => {
    const { appendValues, clock, delivery, lane, sink, stop } = await rig({ deadband });
    delivery.start();
    await appendValues([5, 5, 5, 6, 6]);
    await clock.advance(1000);
    await appendValues([6, 6]);
    await clock.advance(1000);
    expect(slotsSent(sink)).toEqual(['0:3', '3:3']);
    expect(lane.account).toEqual({ appended: 7, delivered: 2, unchanged: 5, rejected: 0, dropped: {}, waiting: 0 });
    expect(isBalanced(lane.account)).toBe(true);
    await stop();
  });

  test('what was refused is told by its own offset, and sent again', async () => {
    const { appendValues, clock, delivery, lane, refused, sink, stop } = await rig({ deadband });
    sink.outcome = refusing((offset) => (offset === 2 ? 'all' : offset === 4 ? 'v1' : undefined));
    delivery.start();
    await appendValues([5, 5, 6, 6, 7]);
    await clock.advance(2000);
    await appendValues([7, 7]);
    await clock.advance(1000);
    await appendValues([7, 7]);
    await clock.advance(1000);
    expect(refused).toEqual(['2 null no', '4 v1 no']);
    // What was left out for the sake of the refused one follows, and what was written behind it again.
    expect(slotsSent(sink)).toEqual(['0:3', '2:3', '4:3', '3:3', '4:3', '5:1', '6:1']);
    expect(lane.account).toEqual({ appended: 9, delivered: 5, unchanged: 3, rejected: 1, dropped: {}, waiting: 0 });
    await stop();
  });

  test('a destination that refuses everything is written each run twice at most, then once', async () => {
    const { appendValues, clock, delivery, lane, refused, sink, stop } = await rig({ deadband });
    sink.outcome = refusing(() => 'all');
    delivery.start();
    await appendValues(Array.from({ length: 100 }, (_, index) => index >> 2));
    for (let n = 0; n < 5; n += 1) await clock.advance(1000);
    expect(sink.batches.map(({ offsets }) => offsets.length)).toEqual([25, 99]);
    await appendValues([25, 25, 25, 25]);
    for (let n = 0; n < 5; n += 1) await clock.advance(1000);
    expect(sink.batches.map(({ offsets }) => offsets.length)).toEqual([25, 99, 4]);
    expect(refused).toHaveLength(104);
    expect(lane.account).toEqual({ appended: 104, delivered: 0, unchanged: 0, rejected: 104, dropped: {}, waiting: 0 });
    await stop();
  });

  type Refusal = 'all' | 'v0' | 'v1' | undefined;

  interface Turn {
    readonly values: readonly number[];
    readonly what: 'goes on' | 'is down' | 'is killed';
  }

  /** Appends turn by turn, to a destination that refuses some of what is written, in turn. Returns what it has wrong. */
  async function deliverRefused(turns: readonly Turn[], refusals: readonly Refusal[]): Promise<string[]> {
    const disks = [new MemoryDisk()];
    const rigs: Rig[] = [];
    const held = new Map<string, number>();
    let writes = 0;
    const refuse = refusing(() => refusals[writes++ % refusals.length]);
    const begin = async (): Promise<Rig> => {
      const one = await rig({ deadband }, disks.at(-1));
      rigs.push(one);
      one.sink.outcome = (batch) => {
        const outcome = refuse(batch);
        keep(held, batch, outcome);
        return outcome;
      };
      one.delivery.start();
      return one;
    };
    let one = await begin();
    for (const { values, what } of turns) {
      one.sink.isDown = what === 'is down';
      await one.appendValues(values);
      await one.clock.advance(3000);
      one.sink.isDown = false;
      if (what === 'is down') await one.clock.advance(30_000);
      expect(isBalanced(one.lane.account)).toBe(true);
      if (what !== 'is killed') continue;
      await one.journal.flushed();
      disks.push((disks.at(-1) as MemoryDisk).killed());
      one = await begin();
    }
    for (let n = 0; n < 40 && one.lane.account.waiting > 0; n += 1) await one.clock.advance(1000);
    const values = turns.flatMap((turn) => turn.values);
    expect(one.lane.account).toMatchObject({ appended: values.length, waiting: 0 });
    for (const each of rigs) await each.stop();
    const refused = new Set(rigs.flatMap((each) => each.refused));
    return values.flatMap((value, offset) =>
      [0, 1, 2].flatMap((slot) => {
        if (refused.has(`${offset} null no`) || refused.has(`${offset} v${slot} no`)) return [];
        return lastOf(held, slot, offset) === value + slot ? [] : [`${offset} v${slot}`];
      }),
    );
  }

  test('whatever is refused, between outages and kills, the last it has is the last it did not refuse', async () => {
    const turn: fc.Arbitrary<Turn> = fc.record({
      values: fc.array(fc.nat(2), { maxLength: 12 }),
      what: fc.constantFrom('goes on', 'goes on', 'goes on', 'is down', 'is killed'),
    });
    const refusal = fc.constantFrom<Refusal>(undefined, undefined, undefined, undefined, 'all', 'v0', 'v1');
    const turns = fc.array(turn, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(turns, fc.array(refusal, { minLength: 1, maxLength: 9 }), async (all, refusals) => {
        expect(await deliverRefused(all, refusals)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('a batch that failed is written again the very same', async () => {
    const { appendValues, clock, delivery, lane, sink, stop } = await rig({ deadband });
    delivery.start();
    await appendValues([5]);
    await clock.advance(1000);
    sink.outcome = () => {
      throw new Error('no answer');
    };
    await appendValues([5, 5, 6, 6]);
    await clock.advance(1000);
    sink.outcome = () => ({});
    await clock.advance(30_000);
    const [, failed, ...again] = sink.batches;
    expect(failed?.offsets).toEqual([3]);
    expect(again.length).toBeGreaterThan(0);
    for (const batch of again) expect(batch).toEqual(failed);
    expect(lane.account).toMatchObject({ delivered: 2, unchanged: 3, waiting: 0 });
    await stop();
  });

  test('after a long outage live begins with a whole frame, and the backlog goes on where it stood', async () => {
    const { appendValues, clock, delivery, lane, sink, stop } = await rig({ deadband, liveFirstAfterMs: 1000 });
    delivery.start();
    await appendValues([5, 5]);
    await clock.advance(1000);
    sink.isDown = true;
    await appendValues([6, 6, 5]);
    await clock.advance(60_000);
    sink.isDown = false;
    await clock.advance(30_000);
    expect(lane.account.waiting).toBe(0);
    await appendValues([5, 5]);
    await clock.advance(2000);
    const sent = (historical: boolean) =>
      slotsSent({ batches: sink.batches.filter((batch) => batch.historical === historical) });
    expect(sent(true)).toEqual(['2:3', '4:3']);
    expect(sent(false)).toEqual(['0:3', '5:3']);
    expect(lane.account).toEqual({ appended: 7, delivered: 4, unchanged: 3, rejected: 0, dropped: {}, waiting: 0 });
    await stop();
  });

  test('a destination that lacks what it once took gets it whole', async () => {
    const { appendValues, clock, delivery, lane, sink, stop } = await rig({ deadband, order: 'strict' });
    delivery.start();
    await appendValues([5, 5, 6]);
    await clock.advance(1000);
    sink.outcome = ({ offsets }) => (offsets[0] === 3 ? { resumeFrom: 1 } : {});
    await appendValues([7, 7]);
    for (let n = 0; n < 3; n += 1) await clock.advance(1000);
    expect(slotsSent(sink)).toEqual(['0:3', '2:3', '3:3', '1:3', '2:3', '3:3']);
    expect(lane.account).toEqual({ appended: 5, delivered: 4, unchanged: 1, rejected: 0, dropped: {}, waiting: 0 });
    await stop();
  });

  test('of a batch taken in part, the rest is thinned as if it had come alone', async () => {
    const { appendValues, clock, delivery, lane, sink, stop } = await rig({ deadband });
    delivery.start();
    sink.outcome = ({ offsets }) => (offsets[0] === 0 ? { resumeFrom: 3 } : {});
    await appendValues([5, 5, 6, 6, 7, 7]);
    for (let n = 0; n < 3; n += 1) await clock.advance(1000);
    expect(slotsSent(sink)).toEqual(['0:3', '2:3', '4:3', '4:3']);
    expect(lane.account).toEqual({ appended: 6, delivered: 3, unchanged: 3, rejected: 0, dropped: {}, waiting: 0 });
    await stop();
  });

  test('after a kill its account goes on, and the first frame is whole', async () => {
    const disk = new MemoryDisk();
    const first = await rig({ deadband }, disk);
    first.delivery.start();
    await first.appendValues([5, 5, 5]);
    await first.clock.advance(1000);
    await first.journal.flushed();
    const second = await rig({ deadband }, disk.killed());
    expect(second.lane.account).toMatchObject({ delivered: 1, unchanged: 2, waiting: 0 });
    second.delivery.start();
    await second.appendValues([5, 5]);
    await second.clock.advance(2000);
    expect(slotsSent(second.sink)).toEqual(['3:3']);
    expect(second.lane.account).toMatchObject({ appended: 5, delivered: 2, unchanged: 3, waiting: 0 });
    await second.stop();
    await first.stop();
  });
});
