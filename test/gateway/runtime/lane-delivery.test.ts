import { describe, expect, test } from '@jest/globals';
import type { Frame } from '../../../gateway/contract/index.js';
import { isBalanced } from '../../../gateway/runtime/ledger.js';
import { frameOf, tableSpec } from '../../support/frames.js';
import { settle } from '../../support/manual-clock.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { type Rig, rig } from './lane-rig.js';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

describe('delivery', () => {
  test('brings every committed frame once, in order, a flush at a time', async () => {
    const { append, clock, delivery, lane, sink, stop } = await rig();
    delivery.start();
    await append(5);
    await clock.advance(1000);
    await append(5);
    await clock.advance(1000);
    expect(sink.values).toEqual(upTo(10));
    expect(lane.account).toMatchObject({ appended: 10, delivered: 10, waiting: 0 });
    await stop();
  });

  test('never gives away what is not committed', async () => {
    const { clock, delivery, journal, sink, stop } = await rig();
    delivery.start();
    journal.append(frameOf(journal.table(tableSpec()), 0));
    await settle();
    expect(sink.values).toEqual([]);
    await clock.advance(3000);
    expect(sink.values).toEqual([0]);
    await stop();
  });

  test('keeps a batch that failed and writes the very same again', async () => {
    const { append, clock, delivery, lane, sink, stop } = await rig();
    sink.isDown = true;
    delivery.start();
    await append(3);
    await clock.advance(5000);
    expect(lane.account).toMatchObject({ delivered: 0, waiting: 3 });
    sink.isDown = false;
    await clock.advance(40_000);
    expect(sink.values).toEqual([0, 1, 2]);
    await stop();
  });

  test('after a long outage, live goes first and the backlog follows beside it, each in order', async () => {
    const { append, clock, delivery, lane, sink, stop } = await rig();
    sink.isDown = true;
    delivery.start();
    for (let minute = 0; minute < 3; minute += 1) {
      await append(300);
      await clock.advance(60_000);
    }
    sink.isDown = false;
    await clock.advance(30_000);
    await append(10);
    await clock.advance(1000);
    const live = sink.batches.filter(({ historical }) => !historical).flatMap(({ offsets }) => offsets);
    expect(live).toEqual(upTo(910).slice(900));
    for (let second = 0; second < 10; second += 1) await clock.advance(1000);
    const backlog = sink.batches.filter(({ historical }) => historical).flatMap(({ offsets }) => offsets);
    expect(backlog).toEqual(upTo(900));
    expect(lane.account).toMatchObject({ delivered: 910, waiting: 0 });
    expect(lane.isForked).toBe(false);
    await stop();
  });

  test('strict order never forks', async () => {
    const { append, clock, delivery, sink, stop } = await rig({ order: 'strict' });
    sink.isDown = true;
    delivery.start();
    await append(50);
    await clock.advance(120_000);
    sink.isDown = false;
    await clock.advance(30_000);
    await append(5);
    await clock.advance(2000);
    expect(sink.batches.flatMap(({ offsets }) => offsets)).toEqual(upTo(55));
    await stop();
  });

  test('counts what was refused, tells why, and goes on', async () => {
    const { append, clock, delivery, lane, refused, sink, stop } = await rig();
    sink.outcome = () => ({ rejected: [{ index: 1, reason: 'type conflict' }] });
    delivery.start();
    await append(3);
    await clock.advance(1000);
    expect(lane.account).toMatchObject({ appended: 3, delivered: 2, rejected: 1, waiting: 0 });
    expect(isBalanced(lane.account)).toBe(true);
    expect(refused).toEqual(['1 null type conflict']);
    await stop();
  });

  test('goes back when the destination lacks what it once took', async () => {
    const { append, clock, delivery, lane, sink, stop } = await rig({ order: 'strict' });
    delivery.start();
    await append(10);
    await clock.advance(1000);
    sink.outcome = (batch) => (batch.offsets[0] === 10 ? { resumeFrom: 4 } : {});
    await append(1);
    await clock.advance(1000);
    await clock.advance(2000);
    expect(sink.values.slice(-7)).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(lane.account).toMatchObject({ appended: 11, delivered: 11, waiting: 0 });
    await stop();
  });

  /** A lane that forked after an outage: `backlog` records follow slowly beside the live stream. */
  async function forked(backlog: number): Promise<Rig> {
    const made = await rig({ liveFirstAfterMs: 1000, backlogPerSecond: 5 });
    made.sink.isDown = true;
    made.delivery.start();
    await made.append(backlog);
    await made.clock.advance(60_000);
    made.sink.isDown = false;
    await made.clock.advance(30_000);
    expect(made.lane.isForked).toBe(true);
    return made;
  }

  test('keeps waiting what of a live batch was left for the next write, while a backlog follows', async () => {
    const { append, clock, lane, sink, stop } = await forked(400);
    sink.outcome = ({ historical, offsets }) =>
      historical || offsets.length < 4 ? {} : { resumeFrom: offsets[2] as number };
    const before = sink.batches.length;
    await append(10);
    await clock.advance(1000);
    expect(lane.account.waiting).toBeGreaterThanOrEqual(8);
    for (let n = 0; n < 100; n += 1) await clock.advance(1000);
    const left = sink.batches.slice(before).filter(({ historical }) => !historical);
    expect(left.map(({ offsets }) => offsets.length)).toEqual([10, 8, 6, 4, 2]);
    expect([...new Set(sink.values)].sort((a, b) => a - b)).toEqual(upTo(410));
    expect(lane.account).toMatchObject({ appended: 410, delivered: 410, waiting: 0 });
    await stop();
  });

  test('is one stream again when the destination of a live one lacks more than that', async () => {
    const { append, clock, lane, sink, stop } = await forked(400);
    let expected = 0;
    const taken: number[] = [];
    sink.outcome = ({ offsets }) => {
      if (offsets[0] !== expected) return { resumeFrom: expected };
      taken.push(...offsets);
      expected = (offsets.at(-1) as number) + 1;
      return {};
    };
    await append(5);
    for (let n = 0; n < 20; n += 1) await clock.advance(1000);
    expect(taken).toEqual(upTo(405));
    expect(lane.account).toMatchObject({ appended: 405, delivered: 405, waiting: 0 });
    await stop();
  });

  test('goes on after a kill where it was, repeating at most what was not journaled', async () => {
    const disk = new MemoryDisk();
    const first = await rig({}, disk);
    first.delivery.start();
    await first.append(20);
    await first.clock.advance(1000);
    await first.journal.flushed();
    const killed = disk.killed();
    const second = await rig({}, killed);
    second.delivery.start();
    await second.append(5);
    await second.clock.advance(2000);
    expect(second.sink.values).toEqual(upTo(25).slice(20));
    expect(second.lane.account).toMatchObject({ appended: 25, delivered: 25 });
    await second.stop();
    await first.stop();
  });

  test('a backlog from before tags were renamed arrives under the names it was read with', async () => {
    const disk = new MemoryDisk();
    const before = await rig({}, disk);
    before.sink.isDown = true;
    before.delivery.start();
    await before.append(2);
    await before.stop();
    const after = await rig({}, disk);
    const spec = tableSpec('d1', 3, 'c2');
    const renamed = after.journal.table({
      ...spec,
      tags: spec.tags.map((tag) => ({ ...tag, name: `${tag.name}-new` })),
    });
    after.journal.append(frameOf(renamed, 9));
    await after.journal.flushed();
    after.delivery.start();
    await after.clock.advance(2000);
    const names = after.sink.batches.flatMap(({ records }) =>
      (records as Frame[]).map(({ table }) => table.tags[0]?.name),
    );
    expect(names).toEqual(['v0', 'v0', 'v0-new']);
    await after.stop();
  });
});
