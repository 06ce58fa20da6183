import { describe, expect, test } from '@jest/globals';
import type { DeadbandConfig } from '../../../config/site.js';
import { type Frame, Quality } from '../../../gateway/contract/index.js';
import { isBalanced } from '../../../gateway/runtime/ledger.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { type FakeSink, rig } from './lane-rig.js';

describe('delivery with a deadband', () => {
  const deadband: DeadbandConfig = { atLeastEveryMs: 600_000, bands: {} };
  /** What was sent, as `offset:slots` of the three there are. */
  const slotsSent = ({ batches }: Pick<FakeSink, 'batches'>): string[] =>
    batches.flatMap(({ offsets, records }) =>
      (records as Frame[]).map(
        ({ quality }, index) => `${offsets[index]}:${quality.filter((one) => one !== Quality.absent).length}`,
      ),
    );

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
    sink.outcome = ({ offsets }) =>
      offsets[0] === 0
        ? {
            rejected: [{ index: 1, reason: 'type conflict' }],
            parked: [{ index: 2, tag: 'v1', reason: 'no such field' }],
          }
        : {};
    delivery.start();
    await appendValues([5, 5, 6, 6, 7]);
    await clock.advance(1000);
    await appendValues([7, 7]);
    await clock.advance(1000);
    expect(refused).toEqual(['2 null type conflict', '4 v1 no such field']);
    expect(slotsSent(sink)).toEqual(['0:3', '2:3', '4:3', '5:3']);
    expect(lane.account).toMatchObject({ delivered: 3, unchanged: 3, rejected: 1, waiting: 0 });
    expect(isBalanced(lane.account)).toBe(true);
    await stop();
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
