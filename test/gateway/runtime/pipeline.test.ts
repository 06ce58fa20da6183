import { describe, expect, test } from '@jest/globals';
import {
  FrameBuilder,
  type Frame,
  type Judgement,
  type Log,
  type LogFields,
  type Rule,
  silentLog,
  type TagTable,
} from '../../../gateway/contract/index.js';
import { Pipeline, type PipelineOptions } from '../../../gateway/runtime/pipeline.js';
import { IsolatedRule, type Judged, ReadingTimes } from '../../../pipelines/index.js';
import { tableSpec } from '../../support/frames.js';

const table: TagTable = { ...tableSpec('d1', 1), number: 1 };
const broken = 2;

const judgementOf = (value: number, instant: number): Judgement => ({
  key: 'heat/d1/v0/H',
  condition: true,
  value,
  quality: 1,
  limit: 0,
  instant,
  since: instant,
});

/** Says something of each frame and each tick. */
const talkative: Rule = {
  next: ({ values, instant }) => [judgementOf(values[0] as number, instant)],
  tick: (instant) => [judgementOf(Number.NaN, instant)],
  snapshot: () => null,
  restore() {},
  isActive: () => false,
  assumeActive() {},
};

/** Fails at one value and one second. */
const fragile: Rule = {
  ...talkative,
  next(frame) {
    failAtBroken(frame.values[0]);
    return talkative.next(frame);
  },
  tick(instant) {
    failAtBroken(instant / 1000);
    return talkative.tick(instant);
  },
};

/** Made once, and never again. */
function madeOnce(): () => Rule {
  let made = 0;
  return () => {
    made += 1;
    if (made > 1) throw new Error('cannot be made');
    return fragile;
  };
}

const failAtBroken = (value: number | undefined): void => {
  if (value === broken) throw new Error('broken');
};

type Step = 'stamp' | 'transform' | 'store' | 'show' | 'rule' | 'alarm book' | 'event' | 'none';

const valueOf = ({ finding }: Judged): number => (finding as Judgement).value;

/** Five readings, a second apart, through a pipeline one step of which fails at the one with value 2. */
function run(step: Step) {
  const told: LogFields[] = [];
  const log: Log = { ...silentLog, error: (fields) => told.push(fields) };
  const stored: number[] = [];
  const shown: number[] = [];
  const judged: Judged[] = [];
  let value = 0;
  const rule = new IsolatedRule(step === 'rule' ? madeOnce() : () => talkative, () => undefined);
  const options: PipelineOptions = {
    tables: new Map([
      [
        1,
        {
          key: 'd1/main',
          transform: {
            next(frame) {
              if (step === 'transform') failAtBroken(frame.values[0]);
              return frame;
            },
            snapshot: () => null,
            restore() {},
          },
        },
      ],
    ]),
    mark: (frame) => frame,
    rules: [
      {
        rule,
        tables: [1],
        settles: false,
        needsDevice: false,
        memoryKey: 'd1/main/heat',
        formerMemoryKeys: [],
        conditions: [],
      },
    ],
    phases: new Map(),
    times: new ReadingTimes(),
    stamp() {
      if (step === 'stamp') failAtBroken(value);
      return { instant: 1000 * value, time: 1000 * value };
    },
    store(frame): Frame {
      if (step === 'store') failAtBroken(frame.values[0]);
      stored.push(frame.values[0] as number);
      return { ...frame, sequence: stored.length };
    },
    onFrame(frame) {
      if (step === 'show') failAtBroken(frame.values[0]);
      shown.push(frame.values[0] as number);
    },
    onInput(input) {
      if (step === 'alarm book' && 'frame' in input) failAtBroken(input.frame.values[0]);
    },
    onJudged(one) {
      if (step === 'event') failAtBroken(valueOf(one));
      judged.push(one);
    },
    tickedTo: undefined,
    log,
  };
  const pipeline = new Pipeline(options);
  for (value = 0; value < 5; value += 1) {
    const builder = new FrameBuilder(table);
    builder.set(0, value);
    pipeline.accept(builder.build(), 1);
  }
  pipeline.tick(5000);
  pipeline.stop();
  const frames = judged.flatMap((one) => ('frame' in one.cause ? [valueOf(one)] : []));
  const ticks = judged.flatMap(({ cause }) => ('tick' in cause ? [cause.tick] : []));
  return { stored, shown, frames, ticks, told, failures: pipeline.failures };
}

const all = [0, 1, 2, 3, 4];
const others = [0, 1, 3, 4];
const seconds = [0, 1000, 2000, 3000, 4000, 5000];

describe('the pipeline', () => {
  test('stores, shows and judges each reading, and each second', () => {
    expect(run('none')).toEqual({ stored: all, shown: all, frames: all, ticks: seconds, told: [], failures: 0 });
  });

  test.each([
    ['stamping', 'stamp', { stored: others, shown: others, frames: others }],
    ['transforming', 'transform', { stored: all, shown: all, frames: all }],
    ['storing', 'store', { stored: others, shown: all, frames: all }],
    ['showing', 'show', { stored: all, shown: others, frames: all }],
    ['telling the alarm book', 'alarm book', { stored: all, shown: all, frames: all }],
    ['noting an event', 'event', { stored: all, shown: all, frames: others }],
  ] as const)('a failure while %s costs that step of that frame alone', (_, step, left) => {
    const { told, failures, ...rest } = run(step);
    expect(rest).toEqual({ ...left, ticks: seconds });
    expect(failures).toBe(1);
    expect(told).toMatchObject([{ device: 'd1', step }]);
  });

  test('a rule that fails and cannot be made anew costs what it would have said', () => {
    const { stored, frames, ticks, failures } = run('rule');
    expect([stored, frames, ticks]).toEqual([all, others, seconds.filter((tick) => tick !== 1000 * broken)]);
    expect(failures).toBe(0);
  });

  test('what fails each time is logged once, and counted', () => {
    const lines: [string, LogFields][] = [];
    const pipeline = new Pipeline({
      tables: new Map(),
      rules: [],
      mark: (frame) => frame,
      phases: new Map(),
      times: new ReadingTimes(),
      stamp: () => ({ instant: 0, time: 0 }),
      store() {
        throw new Error('always');
      },
      onFrame() {},
      onInput() {},
      onJudged() {},
      tickedTo: undefined,
      log: {
        ...silentLog,
        error: (fields) => lines.push(['error', fields]),
        warn: (fields) => lines.push(['warn', fields]),
      },
    });
    for (let n = 0; n < 10; n += 1) pipeline.accept(new FrameBuilder(table).build(), 0);
    pipeline.stop();
    expect(lines).toMatchObject([
      ['error', { device: 'd1', step: 'store' }],
      ['warn', { failures: 10 }],
    ]);
  });
});
