import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, finding, type Proof, progress, randomFrom } from './proof.js';
import { type PackedField, type PackedTag, startPackedField } from './types-field.js';
import { readThroughGateway, type Values } from './types-gateway.js';
import { faultOf, kindOf } from './types-judge.js';
import { isMbpollType, mbpollAgrees } from './types-mbpoll.js';
import { comparePlan } from './types-plan.js';

const mapsAStart = 100;
/** Tags of a map; those of every second start are few enough for all their plans to be tried. */
const tagsMax = { many: 40, few: 12 } as const;
const mbpollsAStart = 20;

class Tally {
  readonly kinds = new Map<string, number>();
  readonly faults: string[] = [];
  values = 0;
  mbpolls = 0;
  mbpollFaults: string[] = [];
  plans = 0;
  /** Reads that holes refused, round by round, all starts together. */
  readonly refused: number[] = [];
  dearPlans: string[] = [];

  noteTag(tag: PackedTag, name: string, values: readonly Values[]): void {
    this.kinds.set(kindOf(tag), (this.kinds.get(kindOf(tag)) ?? 0) + 1);
    for (const said of values) {
      this.values += 1;
      const fault = faultOf(tag, said.get(name));
      if (fault !== undefined) this.faults.push(`${name}: ${fault}`);
    }
  }
}

/** A sample of the tags, read by mbpoll as well. */
async function askMbpoll(
  { maps, port }: PackedField,
  values: Values,
  random: () => number,
  tally: Tally,
): Promise<void> {
  const all = maps.flatMap((tags, map) => tags.map((tag, n) => ({ tag, unit: map + 1, name: `m${map}/t${n}` })));
  const known = all.filter(({ tag, name }) => isMbpollType(tag) && values.has(name));
  for (let n = 0; n < mbpollsAStart && known.length > 0; n += 1) {
    const { tag, unit, name } = known[Math.floor(random() * known.length)] as (typeof known)[number];
    const said = values.get(name);
    tally.mbpolls += 1;
    if (!said || !(await mbpollAgrees(tag, unit, port, said))) tally.mbpollFaults.push(`${name} ${kindOf(tag)}`);
  }
}

function comparePlans({ maps }: PackedField, random: () => number, tally: Tally): void {
  for (const tags of maps) {
    if (tags.length > tagsMax.few) continue;
    const { plannedMs, leastMs, requests } = comparePlan(tags, random);
    tally.plans += 1;
    // Not compared bit by bit: the two add the same prices in another order.
    if (Math.abs(plannedMs - leastMs) > 1e-9 * leastMs) {
      const where = tags.map(({ register, registers }) => `${register}+${registers}`).join(', ');
      tally.dearPlans.push(`${requests} requests, ${plannedMs} ms where ${leastMs} ms would do: ${where}`);
    }
  }
}

/** Every type in every order, at random places, packed by python and read by a whole gateway. */
export const types: Proof = {
  summary: 'numbers packed by python come out of the HTTP interface the same, for every type and byte order',
  async run({ isFull, seed, folder, say }): Promise<readonly Finding[]> {
    const random = randomFrom(seed);
    const starts = isFull ? 20 : 2;
    const tally = new Tally();
    const tell = progress(say, 'maps', starts * mapsAStart);
    for (let start = 0; start < starts; start += 1) {
      const own = join(folder, `start-${start}`);
      await mkdir(own, { recursive: true });
      const field = await startPackedField(seed * 1000 + start, mapsAStart, start % 2 ? tagsMax.few : tagsMax.many);
      try {
        const { values, refused } = await readThroughGateway(field, own);
        for (const [n, count] of refused.entries()) tally.refused[n] = (tally.refused[n] ?? 0) + count;
        field.maps.forEach((tags, map) => tags.forEach((tag, n) => tally.noteTag(tag, `m${map}/t${n}`, values)));
        await askMbpoll(field, values[0], random, tally);
      } finally {
        await field.stop();
      }
      comparePlans(field, random, tally);
      if (tally.faults.length === 0) await rm(own, { recursive: true, force: true });
      tell((start + 1) * mapsAStart);
    }
    for (const fault of [...tally.faults, ...tally.mbpollFaults, ...tally.dearPlans].slice(0, 20)) say(`  ${fault}`);
    const counts = [...tally.kinds.values()];
    say(
      `  ${[...tally.kinds]
        .map(([kind, count]) => `${kind} ${count}`)
        .sort()
        .join(' · ')}`,
    );
    const wantedKinds = 12 * 4 + 2 * 2 * 4 + 2 * 4 + 2 + 2;
    return [
      finding('maps', starts * mapsAStart, isFull ? '2000' : 'some', starts * mapsAStart >= (isFull ? 2000 : 1)),
      finding(
        'types × byte orders, the rarest of them',
        `${counts.length}, ${Math.min(...counts)} times`,
        `${wantedKinds}`,
        counts.length === wantedKinds,
      ),
      finding(
        'values that are not what python packed',
        `${tally.faults.length} of ${tally.values}`,
        '0',
        tally.faults.length === 0,
      ),
      finding(
        'reads refused by holes not yet learned, round by round',
        tally.refused.join(', '),
        'many, and 0 in the end',
        (tally.refused[0] ?? 0) > starts && tally.refused.at(-1) === 0,
      ),
      finding(
        'values that mbpoll reads otherwise',
        `${tally.mbpollFaults.length} of ${tally.mbpolls}`,
        '0',
        tally.mbpollFaults.length === 0,
      ),
      finding(
        'plans of ≤ 12 tags dearer than the cheapest',
        `${tally.dearPlans.length} of ${tally.plans}`,
        '0',
        tally.dearPlans.length === 0,
      ),
    ];
  },
};
