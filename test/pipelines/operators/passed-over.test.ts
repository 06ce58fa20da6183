import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Subject } from 'rxjs';
import { type Finding, Quality, type StampedFrame, type TagTable } from '../../../gateway/contract/index.js';
import {
  Communication,
  type DevicePhase,
  type HostedRule,
  IsolatedRule,
  judge,
  newPhase,
  type RuleInput,
  rules,
} from '../../../pipelines/index.js';
import { frameOf, type Reading, tableOf, throughDisk } from '../../contracts/rule-inputs.js';
import { PlainJudge } from './plain-judge.js';

const number = (name: string) => ({ name, type: 'number', unit: '' }) as const;
const tables = [
  tableOf([number('a'), number('b')], 1),
  { ...tableOf([number('b'), number('c')], 2), device: 'house-2' },
];
const written = [
  ['rate', { tag: 'a', rising: 30, over: '8s', per: '10s' }],
  ['limits', { tag: 'a', HH: 9, H: 7, L: 2 }],
  ['rate', { tag: 'b', rising: 20, falling: 10, over: '30s', onDelay: '3s', offDelay: '2s' }],
  ['rate', { tag: 'b', falling: 200, over: '2min' }],
  ['stale', { tag: 'b', after: '4s' }],
  ['stale', { tag: 'a', after: '7s', answers: true }],
  ['limits', { tag: 'b', H: 5, deadband: 1, onDelay: '2s', offDelay: '3s' }],
  ['quality', { tag: 'a', onDelay: '2s' }],
  ['quality', { tag: 'b', uncertain: true }],
  [
    'limits',
    {
      tag: 'c',
      H: {
        curve: [
          [0, 4],
          [10, 8],
        ],
        over: { tag: 'a', device: 'house-1' },
      },
    },
  ],
  ['deviation', { tag: 'c', from: { tag: 'a', device: 'house-1' }, above: 3 }],
] as const;

const fail = (error: unknown): never => {
  throw error as Error;
};

/** All rules, those of the link first, and the phases they go by. */
function compiled(): { readonly hosted: HostedRule[]; readonly phases: Map<number, DevicePhase> } {
  const phaseOf = new Map(tables.map(({ device }) => [device, newPhase()]));
  const settings = {
    link: 'bus-1',
    tables,
    lostAfterMs: 2000,
    settlingMs: 2500,
    phases: phaseOf,
    toxicTags: new Map(),
  };
  const link = new Communication(settings);
  const watching = {
    rule: new IsolatedRule(() => link, fail),
    tables: [1, 2],
    settles: false,
    needsDevice: false,
  };
  const below = written.flatMap(([type, given], index): HostedRule[] => {
    const definition = rules[type];
    const made = definition.create(`rule-${index}`, definition.config.parse(given) as never, tables, tables);
    return made.map((one) => ({
      rule: new IsolatedRule(() => one.rule, fail),
      tables: one.tables.map((table) => (table as TagTable).number),
      settles: index % 3 > 0,
      needsDevice: definition.judges === 'presence',
    }));
  });
  return {
    hosted: [watching, ...below],
    phases: new Map(tables.map((table) => [table.number, phaseOf.get(table.device) as DevicePhase])),
  };
}

/** The same rules twice: passed over where they rest, and asked with everything. */
class Both {
  readonly #passed = compiled();
  readonly #plain = compiled();
  readonly #judge = new PlainJudge(this.#plain.hosted, this.#plain.phases);
  readonly #input$ = new Subject<RuleInput>();
  #found: Finding[] = [];

  constructor() {
    this.#input$
      .pipe(judge(this.#passed.hosted, this.#passed.phases))
      .subscribe(({ finding }) => this.#found.push(finding));
  }

  take(input: RuleInput): void {
    this.#found = [];
    this.#input$.next(input);
    expect(this.#found).toEqual(this.#judge.take(input));
  }

  remember(): void {
    expect(this.#passed.hosted.map(({ rule }) => rule.snapshot())).toEqual(
      this.#plain.hosted.map(({ rule }) => rule.snapshot()),
    );
  }

  /** Both go on from what they remember. */
  restarted(): Both {
    const after = new Both();
    for (const [now, before] of [
      [after.#passed, this.#passed],
      [after.#plain, this.#plain],
    ] as const) {
      for (const [index, { rule }] of before.hosted.entries())
        now.hosted[index]?.rule.restore(throughDisk(rule.snapshot()));
    }
    return after;
  }

  standing(index: number): void {
    for (const { hosted } of [this.#passed, this.#plain]) {
      hosted[index % hosted.length]?.rule.assumeActive(`rule-0/house-1/a/RISING`);
    }
  }
}

const halves = (value: number): number => Math.round(value * 2) / 2;
const reading = (mood: Mood): fc.Arbitrary<Reading> =>
  ({
    calm: fc.double({ min: 3.5, max: 4.5, noNaN: true }).map(halves),
    wild: fc.oneof(fc.double({ min: 0, max: 10, noNaN: true }).map(halves), fc.constant({ quality: Quality.absent })),
    doubted: fc.constantFrom<Reading>(
      { value: 4, quality: Quality['uncertain-jump'] },
      { value: 4, quality: Quality['uncertain-over-range'] },
      { quality: Quality['bad-sensor-failure'] },
      4,
    ),
    silent: fc.constant({ quality: Quality['bad-no-answer'] }),
    cut: fc.constant({ quality: Quality['bad-not-connected'] }),
  })[mood];

type Mood = 'calm' | 'wild' | 'doubted' | 'silent' | 'cut';
type Step =
  | { readonly frame: StampedFrame }
  | { readonly act: 'remember' | 'restart' | 'stands'; readonly index: number };

/** While: so many frames of one mood, so far apart; then something else is done. */
const spell = fc
  .record({
    mood: fc.constantFrom<Mood>('calm', 'calm', 'calm', 'wild', 'doubted', 'silent', 'cut'),
    everyMs: fc.constantFrom(0, 130, 500, 1000, 1000, 3000),
    pauseMs: fc.constantFrom(0, 0, 0, 3500, 20_000),
    act: fc.constantFrom('none', 'none', 'remember', 'restart', 'stands'),
    index: fc.nat(12),
  })
  .chain((given) =>
    fc.record({
      given: fc.constant(given),
      rows: fc.array(
        fc.record({
          table: fc.constantFrom(...tables),
          row: fc.tuple(reading(given.mood), reading(given.mood)),
          late: fc.nat(30),
        }),
        { maxLength: 60 },
      ),
    }),
  );

const steps = fc.array(spell, { minLength: 1, maxLength: 8 }).map((spells): Step[] => {
  let instant = 0;
  return spells.flatMap(({ given: { everyMs, pauseMs, act, index }, rows }) => {
    instant += pauseMs;
    const frames = rows.map(({ table, row, late }): Step => {
      instant += everyMs;
      return { frame: frameOf(table, instant, row, late === 0 ? { late: true } : {}) };
    });
    return act === 'none' ? frames : [...frames, { act, index } as Step];
  });
});

function follow(given: readonly Step[]): void {
  let both = new Both();
  let tick = 0;
  for (const step of given) {
    if ('frame' in step) {
      for (; tick <= step.frame.instant; tick += 1000) both.take({ tick });
      both.take(step);
    } else if (step.act === 'remember') both.remember();
    else if (step.act === 'stands') both.standing(step.index);
    else both = both.restarted();
  }
  for (const end = tick + 30_000; tick < end; tick += 1000) both.take({ tick });
  both.remember();
}

describe('rules that rest', () => {
  test('find and remember, in the same order, what they do when they are asked with everything', () => {
    fc.assert(fc.property(steps, follow), { numRuns: 150 });
  });

  test('are given what they were passed over with before they go on', () => {
    const frames = Array.from({ length: 400 }, (_, at): Step => {
      const [table] = tables as [TagTable];
      const value = at < 300 ? 4 : 4 + (at - 300) / 4;
      return { frame: frameOf(table, at * 250, [value, 4]) };
    });
    follow([...frames.slice(0, 200), { act: 'remember', index: 0 }, ...frames.slice(200)]);
  });
});
