import { describe, expect, test } from '@jest/globals';
import type { DeadbandConfig, SinkConfig } from '../../../config/site.js';
import type { Batch, Sink } from '../../../gateway/contract/index.js';
import { Position } from '../../../gateway/journal/index.js';
import { LaneDelivery } from '../../../gateway/runtime/lane-delivery.js';
import { SinkDelivery } from '../../../gateway/runtime/sink-delivery.js';
import { Thinning } from '../../../gateway/runtime/thinning.js';
import { frameOf, tableSpec } from '../../support/frames.js';
import { ManualClock } from '../../support/manual-clock.js';
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

/** A sink that says no when the test wants it to. */
class MoodySink implements Sink {
  /** What it refuses to take. */
  refuses: (batch: Batch) => boolean = () => false;
  connects: (signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  taken = 0;
  attempts = 0;
  isClosed = false;
  connect(signal: AbortSignal): Promise<void> {
    return this.connects(signal);
  }
  write(batch: Batch): Promise<object> {
    this.attempts += 1;
    if (this.refuses(batch)) return Promise.reject(new Error('not today'));
    this.taken += batch.records.length;
    return Promise.resolve({});
  }
  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

/** A sink with both lanes of a journal; what is told of it is journaled, and so delivered, as the gateway does it. */
async function rig(deadband?: DeadbandConfig) {
  const clock = new ManualClock();
  const journal = await open(new MemoryDisk(), { clock });
  const instant = () => clock.monotonic();
  const sink = new MoodySink();
  const told: string[] = [];
  const lanes = (['samples', 'alarms'] as const).map((lane) => {
    const position = Position.from(journal[lane].next);
    const options = { config, lane, journal, position, clock, instant, onMoved() {}, onRefused() {} };
    const isThinned = deadband !== undefined && lane === 'samples';
    return new LaneDelivery({ ...options, ...(isThinned && { thinning: () => new Thinning(deadband, false) }) });
  });
  const delivery = new SinkDelivery({
    config,
    sink,
    lanes,
    clock,
    onTransition(name, state, reason) {
      told.push(state);
      const stamp = { instant: instant(), time: clock.utc() };
      journal.note({ kind: 'transition', ...stamp, subject: 'sink', name, state, reason });
    },
    random: () => 0,
  });
  const table = journal.table(tableSpec());
  let count = 0;
  return {
    clock,
    journal,
    delivery,
    sink,
    told,
    /** Seconds with a frame each. */
    live: async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        journal.append(frameOf(table, count++, instant(), clock.utc()));
        await clock.advance(1000);
      }
    },
    /** Seconds with a frame each, one like the other. */
    still: async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        journal.append(frameOf(table, 5, instant(), clock.utc()));
        await clock.advance(1000);
      }
    },
    /** A frame whose time nobody knows yet. */
    hold: async (): Promise<void> => {
      journal.append(frameOf(table, count++, instant(), Number.NaN));
      await clock.advance(1000);
    },
    waiting: () => lanes.reduce((sum, { account }) => sum + account.waiting, 0),
    stop: async (): Promise<void> => {
      await delivery.stop();
      await journal.close();
    },
  };
}

describe('what is told of a sink', () => {
  test('one that connects with nothing waiting is connected', async () => {
    const { clock, delivery, stop, told } = await rig();
    delivery.start();
    await clock.advance(100);
    expect([told, delivery.isConnected]).toEqual([['connected'], true]);
    await stop();
  });

  test('one that has to hold its records for want of a time is connected', async () => {
    const { clock, delivery, hold, stop, told } = await rig();
    await hold();
    delivery.start();
    await clock.advance(100);
    expect(told).toEqual(['connected']);
    await stop();
  });

  test('one that connects and refuses each write is lost once, however long', async () => {
    const { delivery, live, sink, stop, told } = await rig();
    sink.refuses = () => true;
    delivery.start();
    await live(600);
    expect(sink.attempts).toBeGreaterThan(20);
    expect(told).toEqual(['connected', 'lost']);
    expect(delivery.isConnected).toBe(false);
    await stop();
  });

  test('one that refuses from the start on what waited was never connected', async () => {
    const { delivery, live, sink, stop, told } = await rig();
    sink.refuses = () => true;
    await live(5);
    delivery.start();
    await live(300);
    expect(told).toEqual(['lost']);
    await stop();
  });

  test('one that was lost is connected again although nothing has changed that it would be sent', async () => {
    const { delivery, sink, still, stop, told } = await rig({ atLeastEveryMs: 3_600_000, bands: {} });
    sink.refuses = ({ lane }) => lane === 'alarms';
    delivery.start();
    await still(60);
    expect(told).toEqual(['connected', 'lost']);
    sink.refuses = () => false;
    await still(60);
    expect([told.slice(2), delivery.isConnected]).toEqual([['connected'], true]);
    await stop();
  });

  test('one that recovers is connected once, and has everything', async () => {
    const { clock, delivery, live, sink, stop, told, waiting } = await rig();
    sink.refuses = () => true;
    await live(5);
    delivery.start();
    await live(300);
    sink.refuses = () => false;
    await live(60);
    await clock.advance(5000);
    expect(told).toEqual(['lost', 'connected']);
    expect([delivery.isConnected, waiting()]).toEqual([true, 0]);
    await stop();
  });

  test('one that takes alarms and refuses frames stays lost, and gets its alarms', async () => {
    const { delivery, live, sink, stop, told } = await rig();
    sink.refuses = ({ lane }) => lane === 'samples';
    await live(5);
    delivery.start();
    await live(300);
    expect(told).toEqual(['lost']);
    expect(sink.taken).toBe(1);
    await stop();
  });

  test('one that takes what is live and refuses one old batch stays lost until it takes that', async () => {
    const { clock, delivery, live, sink, stop, told, waiting } = await rig();
    sink.refuses = () => true;
    delivery.start();
    await live(120);
    sink.refuses = ({ lane, offsets }) => lane === 'samples' && offsets.includes(0);
    await live(120);
    expect(sink.taken).toBeGreaterThan(100);
    expect(told).toEqual(['connected', 'lost']);
    sink.refuses = () => false;
    await live(60);
    await clock.advance(5000);
    expect(told).toEqual(['connected', 'lost', 'connected']);
    expect(waiting()).toBe(0);
    await stop();
  });
});

describe('at stop', () => {
  test('a sink that goes on connecting is left after a moment', async () => {
    const { clock, delivery, journal, sink, told } = await rig();
    let finish = (): void => undefined;
    sink.connects = () => new Promise((resolve) => (finish = resolve));
    delivery.start();
    await clock.advance(1000);
    let hasStopped = false;
    const stopping = delivery.stop().then(() => (hasStopped = true));
    await clock.advance(2900);
    expect(hasStopped).toBe(false);
    await clock.advance(200);
    expect([hasStopped, sink.isClosed]).toEqual([true, true]);
    await stopping;
    finish();
    await clock.advance(60_000);
    expect([told, sink.attempts]).toEqual([[], 0]);
    await journal.close();
  });

  test('a sink whose connect ends by its signal is not waited for', async () => {
    const { clock, delivery, sink, stop } = await rig();
    sink.connects = (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended')), { once: true }));
    delivery.start();
    await clock.advance(1000);
    const before = clock.monotonic();
    await stop();
    expect(clock.monotonic()).toBe(before);
  });
});
