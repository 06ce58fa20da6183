import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WireEvent } from '../../firmware-sim/index.js';
import type { Fault } from '../../gateway/contract/index.js';
import { Child } from '../support/child.js';
import { judge, together, type Verdict } from './late-replies-judge.js';
import { type Block, exchangesOf, latenessMs, type LineSpec, timeoutMs } from './late-replies-line.js';
import type { Poll, StartMaster } from './late-replies-master.js';
import { type PtyPair, startPtyPair } from './pty-pair.js';

const linesInAll = 16;

export interface Load {
  readonly name: string;
  readonly kind: 'rtu' | 'tcp';
  readonly start: StartMaster;
  readonly faults: readonly Fault[];
  /** Polls on all lines together. */
  readonly polls: number;
  readonly seed: number;
  readonly folder: string;
  readonly random: () => number;
  readonly tell: (done: number) => void;
}

/**
 * What befalls replies: over a fifth late, a twentieth each doubled, glued to something else, cut short; and some more.
 * Over TCP late replies are lost with each connection that a truncated one ends, so more are made late.
 */
export const loadFaults = (kind: Load['kind'], lateToMs = latenessMs): readonly Fault[] => [
  { kind: 'late', share: kind === 'tcp' ? 0.3 : 0.23, fromMs: timeoutMs, toMs: lateToMs },
  { kind: 'duplicated', share: 0.07 },
  { kind: 'merged', share: 0.07 },
  { kind: 'truncated', share: 0.07 },
  { kind: 'garbage', share: 0.02 },
  { kind: 'foreign-frame', share: 0.02 },
  { kind: 'dropped', share: 0.01 },
  { kind: 'exception', share: 0.01, code: 6 },
];

/** Blocks one behind the other, of these sizes. */
function blocksOf(sizes: readonly number[]): Block[] {
  let firstTag = 0;
  return sizes.map((tags) => {
    const block = { firstTag, tags };
    firstTag += tags;
    return block;
  });
}

/** Half of the lines have reads of many shapes, a quarter reads that look alike, a quarter a single one. */
const layouts = [
  { units: [1, 2, 3, 4], blocks: blocksOf([1, 2, 3, 4, 5, 6, 7, 8]) },
  { units: [1, 2], blocks: blocksOf([3, 3, 3, 3]) },
  { units: [1, 2, 3, 4], blocks: blocksOf([8, 7, 6, 5, 4, 3, 2, 1]) },
  { units: [1, 2], blocks: blocksOf([1]) },
] as const;

function specOf({ kind, faults, seed }: Load, n: number, pty: PtyPair | undefined): LineSpec {
  const layout = layouts[n % layouts.length] as (typeof layouts)[number];
  return {
    name: `line-${n}`,
    transport: pty ? { kind: 'rtu', path: pty.far } : { kind: 'tcp', port: 0 },
    slave: kind === 'rtu' && (n >> 2) % 2 === 1 ? 'dropping' : 'queueing',
    ...(kind === 'tcp' ? (layouts[0] as (typeof layouts)[number]) : layout),
    faults,
    seed: seed + n,
  };
}

/** All keys of a line in random order; over TCP the same again and again, so that a lost request is told by what follows. */
function* order(
  { units, blocks }: LineSpec,
  random: () => number,
  repeats: boolean,
): Generator<[number, Block], never> {
  const keys = units.flatMap((unit) =>
    blocks.map((block) => ({ key: [unit, block] as [number, Block], at: random() })),
  );
  keys.sort((a, b) => a.at - b.at);
  for (let n = 0; ; n += 1) {
    const index = repeats ? n % keys.length : Math.floor(random() * keys.length);
    yield (keys[index] as (typeof keys)[number]).key;
  }
}

async function askAll(load: Load, specs: readonly LineSpec[], addresses: readonly string[]): Promise<Poll[][]> {
  let begun = 0;
  let done = 0;
  const lines = specs.map(async (spec, n) => {
    const master = await load.start(spec, addresses[n] as string);
    const polls: Poll[] = [];
    const keys = order(spec, load.random, load.kind === 'tcp');
    while (begun < load.polls) {
      begun += 1;
      polls.push(await master.poll(...keys.next().value));
      done += 1;
      load.tell(done);
    }
    await master.close();
    return polls;
  });
  return Promise.all(lines);
}

/** 16 lines asked side by side, their simulators in a process of their own, whose logs judge. */
export async function play(load: Load): Promise<Verdict> {
  const folder = join(load.folder, load.name);
  await mkdir(folder, { recursive: true });
  const indices = Array.from({ length: linesInAll }, (_, n) => n);
  const ptys = load.kind === 'rtu' ? await Promise.all(indices.map((n) => startPtyPair(folder, `pty-${n}`))) : [];
  const specs = indices.map((n) => specOf(load, n, ptys[n]));
  const specFile = join(folder, 'lines.json');
  await writeFile(specFile, JSON.stringify(specs));
  const field = new Child('../prove/late-replies-field.js', [specFile, folder], join(folder, 'field.log'));
  try {
    const said = await field.line(() => true);
    if (said === undefined) throw new Error(`the simulators did not start: see ${folder}/field.log`);
    const told = JSON.parse(said) as string[];
    const polls = await askAll(load, specs, ptys.length > 0 ? ptys.map(({ near }) => `serial:${near}`) : told);
    await field.end('SIGTERM');
    const verdicts = polls.map(async (own, n) => {
      const lines = (await readFile(join(folder, `line-${n}.jsonl`), 'utf8')).split('\n').slice(0, -1);
      return judge(own, exchangesOf(lines.map((line) => JSON.parse(line) as WireEvent)));
    });
    return together(await Promise.all(verdicts));
  } finally {
    await field.end('SIGKILL');
    await Promise.all(ptys.map((pty) => pty.stop()));
  }
}
