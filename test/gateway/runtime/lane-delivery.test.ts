import { describe, expect, test } from '@jest/globals';
import type { SinkConfig } from '../../../config/site.js';
import { type Batch, type Frame, type Sink, type WriteOutcome } from '../../../gateway/contract/index.js';
import { type Journal, Position } from '../../../gateway/journal/index.js';
import { LaneDelivery } from '../../../gateway/runtime/lane-delivery.js';
import { isBalanced } from '../../../gateway/runtime/ledger.js';
import { SinkDelivery } from '../../../gateway/runtime/sink-delivery.js';
import { frameOf, tableSpec } from '../../support/frames.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { open } from '../../support/open-in-memory.js';

const config: SinkConfig = {
  name: 'influx',
  type: 'fake',
  settings: {},
  from: 'now',
  flushEveryMs: 1000,
  batchRecordsMax: 100,
  liveFirstAfterMs: 60_000,
  backlogPerSecond: 200,
  order: 'live-first',
};

class FakeSink implements Sink {
  batches: Batch[] = [];
  isDown = false;
  outcome: (batch: Batch) => WriteOutcome = () => ({});
  connect(): Promise<void> {
    return this.isDown ? Promise.reject(new Error('refused')) : Promise.resolve();
  }
  write(batch: Batch): Promise<WriteOutcome> {
    if (this.isDown) return Promise.reject(new Error('gone'));
    this.batches.push(batch);
    return Promise.resolve(this.outcome(batch));
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  get values(): number[] {
    return this.batches.flatMap((batch) =>
      batch.lane === 'samples' ? batch.records.map((f) => f.values[0] as number) : [],
    );
  }
}

interface Rig {
  readonly clock: ManualClock;
  readonly journal: Journal;
  readonly sink: FakeSink;
  readonly lane: LaneDelivery;
  readonly delivery: SinkDelivery;
  readonly refused: string[];
  readonly append: (count: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

async function rig(more: Partial<SinkConfig> = {}, disk = new MemoryDisk()): Promise<Rig> {
  const clock = new ManualClock();
  const journal = await open(disk, { clock });
  const sink = new FakeSink();
  const refused: string[] = [];
  const position = journal.position('influx', 'samples') ?? Position.from(0);
  const lane = new LaneDelivery({
    config: { ...config, ...more },
    lane: 'samples',
    journal,
    position,
    clock,
    instant: () => clock.monotonic(),
    onMoved: () => journal.savePositions(new Map([['influx/samples', position]])),
    onRefused: (offset, tag, reason) => refused.push(`${offset} ${tag} ${reason}`),
  });
  const delivery = new SinkDelivery({
    config: { ...config, ...more },
    sink,
    lanes: [lane],
    clock,
    onTransition() {},
    random: () => 0,
  });
  let count = journal.samples.next;
  return {
    clock,
    journal,
    sink,
    lane,
    delivery,
    refused,
    async append(frames) {
      const table = journal.table(tableSpec());
      for (let n = 0; n < frames; n += 1) journal.append(frameOf(table, count++, clock.monotonic()));
      await journal.flushed();
      await settle();
    },
    async stop() {
      await delivery.stop();
      await journal.close();
    },
  };
}

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
