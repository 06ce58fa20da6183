import { afterEach, describe, expect, test } from '@jest/globals';
import type { WireEvent } from '../../firmware-sim/index.js';
import { judge, type Verdict } from '../prove/late-replies-judge.js';
import { type Block, exchangesOf, type LineSpec, simulatorOf } from '../prove/late-replies-line.js';
import { loadFaults } from '../prove/late-replies-load.js';
import { type Poll, startBare, startOurs } from '../prove/late-replies-master.js';
import { lateOnce } from '../prove/late-replies-once.js';
import { randomFrom } from '../prove/proof.js';
import { type PtyPair, startPtyPair } from '../prove/pty-pair.js';
import { peer } from '../support/peers.js';
import { scratchFolder } from '../support/scratch.js';

const blocks: readonly Block[] = [
  { firstTag: 0, tags: 1 },
  { firstTag: 1, tags: 2 },
  { firstTag: 3, tags: 3 },
];
const units = [1, 2, 3];

let undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const act of undo.toReversed()) await act();
  undo = [];
});

async function ptyPair(): Promise<PtyPair> {
  const { folder, remove } = await scratchFolder();
  undo.push(remove);
  const line = await startPtyPair(folder, 'line');
  undo.push(() => line.stop());
  return line;
}

/** Our driver asks this many times, of units and blocks by chance, while replies go wrong. */
async function ask(spec: LineSpec, address: string | undefined, polls: number): Promise<Verdict> {
  const events: WireEvent[] = [];
  const simulator = simulatorOf(spec, (event) => void events.push(event));
  await simulator.start();
  undo.push(() => simulator.stop());
  const master = await startOurs(spec, address ?? simulator.address);
  undo.push(() => master.close());
  const random = randomFrom(11);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const done: Poll[] = [];
  while (done.length < polls) done.push(await master.poll(pick(units), pick(blocks)));
  return judge(done, exchangesOf(events));
}

const specOf = (transport: LineSpec['transport']): LineSpec => ({
  name: 'line',
  transport,
  slave: 'queueing',
  units,
  blocks,
  faults: loadFaults(transport.kind === 'tcp' ? 'tcp' : 'rtu'),
  seed: 5,
});

describe('with replies late, doubled, glued together and cut short', () => {
  peer('socat')('no value of a serial line is of another register or poll', async () => {
    const line = await ptyPair();
    const verdict = await ask(specOf({ kind: 'rtu', path: line.far }), `serial:${line.near}`, 30);
    expect(verdict).toMatchObject({ wrong: 0, lost: 0, polls: 30 });
    expect(verdict.values).toBeGreaterThan(20);
    expect(verdict.faults.get('late')).toBeGreaterThan(0);
  });

  test('no value over TCP is of another register or poll', async () => {
    const verdict = await ask(specOf({ kind: 'tcp', port: 0 }), undefined, 100);
    expect(verdict).toMatchObject({ wrong: 0, polls: 100 });
    expect(verdict.values).toBeGreaterThan(60);
    expect(verdict.faults.get('late')).toBeGreaterThan(0);
  });
});

describe('a unit that is late once beside a dead one', () => {
  peer('socat')('gives each value to the poll that asked', async () => {
    const line = await ptyPair();
    const { wrong, values } = await lateOnce(startOurs, line.near, line.far);
    expect(wrong).toBe(0);
    // A busy machine may cost a reading, never a right one for a wrong one.
    expect(values).toBeGreaterThan(30);
  });

  peer('socat')('is one poll behind for good where nothing is drained: the judge sees it', async () => {
    const line = await ptyPair();
    expect((await lateOnce(startBare, line.near, line.far)).wrong).toBeGreaterThan(30);
  });
});
