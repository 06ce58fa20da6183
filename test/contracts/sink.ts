import { describe, expect, test } from '@jest/globals';
import { type Batch, type Sink, type SinkContext, silentLog } from '../../gateway/contract/index.js';
import { systemClock } from '../../gateway/runtime/system-clock.js';
import { alarms, everyEntry, houseFrame, identity, samples, tableOf } from '../support/sink-records.js';
import { startWire, type Wire } from '../support/wire.js';

/** A destination of its own for one test, and how to make a sink onto it. */
export interface SinkHarness {
  readonly port: number;
  /** A sink that speaks to this port of 127.0.0.1: the destination's, or one with a wire between. */
  create(port: number, context: SinkContext): Promise<Sink>;
  /** How many different records the destination holds. */
  stored(): Promise<number>;
  /** A batch some of whose records the destination refuses for good. */
  readonly refusal?: { readonly batch: Batch; readonly rejected: readonly number[] };
  stop(): Promise<void>;
}

export const sinkContext = (of: Partial<SinkContext> = {}): SinkContext => ({
  log: silentLog,
  clock: systemClock,
  identity,
  standing: [],
  secret: (reference) => {
    throw new Error(`no secret ${JSON.stringify(reference)} in this test`);
  },
  ...of,
});

const never = new AbortController().signal;

export interface SinkContractOptions {
  /** `test`, or `peer(…)` where the destination is a program. */
  readonly it?: (name: string, run: () => Promise<void>) => void;
  /** False where the protocol has no way to refuse a record. */
  readonly refuses?: boolean;
}

/** What every sink keeps, whatever it speaks. */
export function describeSinkContract(
  name: string,
  start: () => Promise<SinkHarness>,
  { it = test, refuses = true }: SinkContractOptions = {},
): void {
  describe(`${name} keeps the contract of a sink`, () => {
    let harness: SinkHarness;
    let wire: Wire;
    let sink: Sink;
    let isClosed: boolean;
    const frames = Array.from({ length: 20 }, (_, n) => houseFrame(tableOf(), n + 1));

    const prepare = async () => {
      harness = await start();
      wire = await startWire(harness.port);
      sink = await harness.create(wire.port, sinkContext());
      isClosed = false;
    };
    const finish = async () => {
      if (!isClosed) await sink.close();
      await wire.stop();
      await harness.stop();
    };
    const using = (run: () => Promise<void>) => async () => {
      await prepare();
      try {
        await run();
      } finally {
        await finish();
      }
    };

    it(
      'is closed without ever having connected',
      using(async () => undefined),
    );

    it(
      'connects again and again',
      using(async () => {
        await sink.connect(never);
        await sink.connect(never);
        await expect(sink.write(samples(frames), never)).resolves.toEqual({});
        await sink.connect(never);
        expect(await harness.stored()).toBe(20);
      }),
    );

    it(
      'rejects a connect while the destination is away, and connects when it is back',
      using(async () => {
        wire.cut();
        await expect(sink.connect(never)).rejects.toThrow();
        wire.heal();
        await sink.connect(never);
      }),
    );

    it(
      'takes both lanes at once',
      using(async () => {
        await sink.connect(never);
        const entries = everyEntry();
        const outcomes = await Promise.all([sink.write(samples(frames), never), sink.write(alarms(entries), never)]);
        expect(outcomes).toEqual([{}, {}]);
        expect(await harness.stored()).toBe(20 + entries.length);
      }),
    );

    it(
      'writes a batch twice and doubles nothing',
      using(async () => {
        await sink.connect(never);
        await sink.write(samples(frames), never);
        await expect(sink.write(samples(frames), never)).resolves.toEqual({});
        expect(await harness.stored()).toBe(20);
      }),
    );

    it(
      'writes entries of every kind twice and doubles nothing',
      using(async () => {
        await sink.connect(never);
        const entries = everyEntry();
        await sink.write(alarms(entries), never);
        await expect(sink.write(alarms(entries), never)).resolves.toEqual({});
        expect(await harness.stored()).toBe(entries.length);
      }),
    );

    it(
      'throws when the connection is lost, and the batch kept by the host is stored once later',
      using(async () => {
        await sink.connect(never);
        await sink.write(samples(frames.slice(0, 10)), never);
        wire.cut();
        await expect(sink.write(samples(frames.slice(10), 11), never)).rejects.toThrow();
        wire.heal();
        await sink.connect(never);
        await sink.write(samples(frames.slice(10), 11), never);
        expect(await harness.stored()).toBe(20);
      }),
    );

    it(
      'throws when the connection is lost while the answer is awaited',
      using(async () => {
        await sink.connect(never);
        wire.hang();
        const arrived = wire.held();
        const writing = sink.write(samples(frames), never);
        writing.catch(() => undefined);
        await arrived;
        wire.cut();
        await expect(writing).rejects.toThrow();
        wire.heal();
        await sink.connect(never);
        await sink.write(samples(frames), never);
        expect(await harness.stored()).toBe(20);
      }),
    );

    it(
      'ends a write when told to',
      using(async () => {
        await sink.connect(never);
        wire.hang();
        const arrived = wire.held();
        const stop = new AbortController();
        const writing = sink.write(samples(frames), stop.signal);
        writing.catch(() => undefined);
        await arrived;
        stop.abort(new Error('the gateway stops'));
        await expect(writing).rejects.toThrow();
      }),
    );

    it(
      'leaves no connection behind when closed',
      using(async () => {
        await sink.connect(never);
        await sink.write(samples(frames), never);
        await sink.close();
        isClosed = true;
        await wire.quiet();
      }),
    );

    if (!refuses) return;
    it(
      'names by index what the destination refuses, and stores the rest',
      using(async () => {
        const { batch, rejected } = harness.refusal as NonNullable<SinkHarness['refusal']>;
        await sink.connect(never);
        const outcome = await sink.write(batch, never);
        expect(outcome.rejected?.map(({ index }) => index)).toEqual(rejected);
        for (const { reason } of outcome.rejected ?? []) expect(reason).not.toBe('');
        expect(await harness.stored()).toBe(batch.records.length - rejected.length);
      }),
    );
  });
}
