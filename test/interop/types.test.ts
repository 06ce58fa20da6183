import { afterEach, expect, test } from '@jest/globals';
import { randomFrom } from '../prove/proof.js';
import { type PackedField, type PackedTag, startPackedField } from '../prove/types-field.js';
import { readThroughGateway } from '../prove/types-gateway.js';
import { faultOf } from '../prove/types-judge.js';
import { isMbpollType, mbpollAgrees } from '../prove/types-mbpoll.js';
import { comparePlan } from '../prove/types-plan.js';
import { peer } from '../support/peers.js';
import { scratchFolder } from '../support/scratch.js';

let undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const act of undo.toReversed()) await act();
  undo = [];
});

async function fieldOf(maps: number, tagsMax: number): Promise<PackedField> {
  const field = await startPackedField(3, maps, tagsMax);
  undo.push(() => field.stop());
  return field;
}

peer('pymodbus', 'mbpoll')('what python packs comes out of the HTTP interface, and mbpoll reads the same', async () => {
  const { folder, remove } = await scratchFolder();
  undo.push(remove);
  const field = await fieldOf(15, 12);
  const { values, refused } = await readThroughGateway(field, folder);
  const tags = field.maps.flatMap((own, map) => own.map((tag, n) => ({ tag, unit: map + 1, name: `m${map}/t${n}` })));
  const faults = values.flatMap((said) => tags.map(({ tag, name }) => faultOf(tag, said.get(name))));
  expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  expect(refused[0]).toBeGreaterThan(0);
  expect(refused.at(-1)).toBe(0);
  for (const { tag, unit, name } of tags.filter(({ tag }) => isMbpollType(tag)).slice(0, 5)) {
    const said = values[0].get(name);
    expect(said && (await mbpollAgrees(tag, unit, field.port, said))).toBe(true);
  }
});

test('a plan costs as little as the best of all plans', () => {
  const random = randomFrom(8);
  const tag = (start: number): PackedTag => ({
    register: `holding ${start}`,
    registers: 2,
    type: 'int32',
    order: 'ABCD',
  });
  for (let map = 0; map < 20; map += 1) {
    const tags = Array.from({ length: 10 }, () => tag(Math.floor(random() * 300)));
    const { plannedMs, leastMs } = comparePlan(tags, random);
    expect(plannedMs).toBeCloseTo(leastMs, 9);
  }
});
