import type { DeadbandConfig, SinkConfig } from '../../../config/site.js';
import type { Batch, Sink, WriteOutcome } from '../../../gateway/contract/index.js';
import { type Journal, Position } from '../../../gateway/journal/index.js';
import { LaneDelivery } from '../../../gateway/runtime/lane-delivery.js';
import { SinkDelivery } from '../../../gateway/runtime/sink-delivery.js';
import { Thinning } from '../../../gateway/runtime/thinning.js';
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
  deadband: undefined,
};

/** A destination that remembers its batches; it is down, or answers as the test wants. */
export class FakeSink implements Sink {
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

/** One lane of samples, delivered to a fake destination on a clock moved by hand. */
export interface Rig {
  readonly clock: ManualClock;
  readonly journal: Journal;
  readonly sink: FakeSink;
  readonly lane: LaneDelivery;
  readonly delivery: SinkDelivery;
  readonly refused: string[];
  readonly append: (count: number) => Promise<void>;
  /** A frame of each value. */
  readonly appendValues: (values: readonly number[]) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function rig(more: Partial<SinkConfig> = {}, disk = new MemoryDisk()): Promise<Rig> {
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
    ...(more.deadband && { thinning: () => new Thinning(more.deadband as DeadbandConfig, false) }),
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
  const appendValues = async (values: readonly number[]): Promise<void> => {
    const table = journal.table(tableSpec());
    for (const value of values) journal.append(frameOf(table, value, clock.monotonic()));
    await journal.flushed();
    await settle();
  };
  return {
    clock,
    journal,
    sink,
    lane,
    delivery,
    refused,
    append: (frames) => appendValues(Array.from({ length: frames }, () => count++)),
    appendValues,
    async stop() {
      await delivery.stop();
      await journal.close();
    },
  };
}
