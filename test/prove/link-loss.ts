import { type AlarmEntry, NotConnected } from '../../gateway/contract/index.js';
import { VirtualSite } from '../support/virtual-site.js';
import { type Finding, finding, type Proof, progress, randomFrom } from './proof.js';

const devices = 16;
const tags = 50;
const pollMs = 1000;
const settlingMs = 10_000;
const lostAfterMs = 5000;
const names = Array.from({ length: devices }, (_, index) => `d${index}`);
const tagNames = Array.from({ length: tags }, (_, index) => `v${index}`);
/** The device whose process value crosses its limit in the gap, and the tag. */
const crossing = { device: 'd3', tag: 'v7' };
const toxic = { device: 'd5', tag: 'gas' };

/** 16 devices × 50 tags, four rules a tag: limits, rate of change, bad reading, stale. */
const siteText = (withToxic: boolean): string => `version: 1
site: { id: link-loss, timezone: "+08:00" }
profiles:
  meter:
    driver: counting
    poll: ${pollMs}ms
    tags:
${tagNames.map((name, cell) => `      ${name}: { cell: ${cell}, unit: kPa }`).join('\n')}
  gas-meter:
    driver: counting
    poll: ${pollMs}ms
    tags:
${tagNames.map((name, cell) => `      ${name}: { cell: ${cell}, unit: kPa }`).join('\n')}
      gas: { cell: ${tags}, unit: ppm }
links:
  bus:
    driver: counting
    devices:
${names.map((name) => `      ${name}: { profile: ${withToxic && name === toxic.device ? 'gas-meter' : 'meter'} }`).join('\n')}
alarms: { settling: ${settlingMs / 1000}s, lostAfter: ${lostAfterMs / 1000}s }
rules:
${tagNames
  .map(
    (
      name,
    ) => `  ${name}-high: { type: limits, devices: ["*"], tag: ${name}, H: 80, deadband: 1, alarm: { action: open the valve } }
  ${name}-rate: { type: rate, devices: ["*"], tag: ${name}, rising: 1000, alarm: { action: close the valve } }
  ${name}-bad: { type: quality, devices: ["*"], tag: ${name}, alarm: { action: look at the sensor } }
  ${name}-stale: { type: stale, devices: ["*"], tag: ${name}, after: 3s, alarm: { action: look at the device } }`,
  )
  .join('\n')}
${withToxic ? `  gas: { type: limits, devices: [${toxic.device}], tag: gas, HH: 10, alarm: { class: toxic, action: leave the building } }` : ''}
journal: { folder: /journal }
box: { poll: 1h }
`;

/** What the field gives: each device its values, or nothing while the link is pulled. */
class Field {
  isPulled = false;
  isCrossed = false;
  isGas = false;

  fill = (device: string, cells: readonly number[], set: (slot: number, value: number) => void): void => {
    if (this.isPulled) throw new NotConnected('the plug is pulled');
    cells.forEach((cell, slot) => {
      const isHigh = this.isCrossed && device === crossing.device && cell === 7;
      const gas = this.isGas ? 60 : 0;
      set(slot, cell === tags ? gas : isHigh ? 90 : 50 + cell / 10);
    });
  };
}

const alarmsOf = async (site: VirtualSite): Promise<AlarmEntry[]> =>
  (await site.entries()).flatMap((entry) => (entry.kind === 'alarm' ? [entry] : []));

interface Round {
  /** Annunciated, by key. */
  readonly raised: AlarmEntry[];
  readonly returned: AlarmEntry[];
  readonly crossedAfterMs: number;
  readonly backAtInstant: number;
  readonly covers: number;
}

/** Lets time pass until the link is back: attempts are further and further apart. */
async function connected(site: VirtualSite): Promise<void> {
  while (site.view.alarms().some(({ kind, isAbnormal }) => kind === 'LINK' && isAbnormal)) await site.pass(500);
}

async function pull(site: VirtualSite, field: Field, gapMs: number): Promise<Round> {
  const before = (await alarmsOf(site)).length;
  field.isPulled = true;
  await site.pass(gapMs / 2);
  field.isCrossed = true;
  await site.pass(gapMs / 2);
  const [lost] = site.view.alarms();
  field.isPulled = false;
  await connected(site);
  await site.pass(settlingMs + 8000);
  const during = (await alarmsOf(site)).slice(before);
  const back = during.find(({ key, change }) => key.startsWith('link/') && change === 'returned');
  const crossed = during.find(({ key, change }) => key.startsWith(`${crossing.tag}-high/`) && change === 'raised');
  const raised = during.filter(({ change }) => change === 'raised');
  const returned = during.filter(({ change }) => change === 'returned');
  field.isCrossed = false;
  await site.pass(5000);
  return {
    raised,
    returned,
    backAtInstant: back?.instant ?? Number.NaN,
    crossedAfterMs: (crossed?.instant ?? Number.NaN) - (back?.instant ?? Number.NaN),
    covers: lost?.covers ?? 0,
  };
}

/** A link with 800 tags and 3,200 rules is pulled and put back. */
export const linkLoss: Proof = {
  summary: 'a link of 16 × 50 tags × 4 rules pulled and put back: one alarm and one return each',
  async run({ isFull, seed, say }) {
    const random = randomFrom(seed);
    const rounds = isFull ? 20 : 4;
    const told = progress(say, 'pulls', rounds);
    const field = new Field();
    const site = new VirtualSite({
      fill: (device, _phase, cells, into) => field.fill(device, cells, (slot, value) => into.set(slot, value)),
    });
    await site.boot(siteText(false));
    await site.pass(settlingMs + 5000);
    const results: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      results.push(await pull(site, field, 8000 + Math.floor(random() * 60_000)));
      told(round + 1);
    }
    const one = (entries: readonly AlarmEntry[]): boolean =>
      entries.filter(({ key }) => key === 'link/bus/LINK').length === 1;
    const others = results.flatMap(({ raised }) =>
      raised.filter(
        ({ key }) => !key.startsWith('link/') && !key.startsWith(`${crossing.tag}-high/${crossing.device}`),
      ),
    );
    const late = Math.max(...results.map(({ crossedAfterMs }) => crossedAfterMs));
    const covers = Math.min(...results.map((result) => result.covers));
    await site.stop();
    return [
      finding(
        'pulls with one link alarm',
        results.filter(({ raised }) => one(raised)).length,
        `${rounds}`,
        results.every(({ raised }) => one(raised)),
      ),
      finding(
        'pulls with one return of it',
        results.filter(({ returned }) => one(returned)).length,
        `${rounds}`,
        results.every(({ returned }) => one(returned)),
      ),
      finding('other alarms raised', others.length, '0', others.length === 0),
      finding('alarms that the link alarm stands for', covers, `≥ ${devices * tags * 4}`, covers >= devices * tags * 4),
      finding(
        'process alarm that became true in the gap, after the return',
        `${late} ms`,
        `≤ ${settlingMs + pollMs} ms: settling and one poll`,
        late <= settlingMs + pollMs,
      ),
      ...(await toxicRound(field)),
    ];
  },
};

/** The same with a dangerous gas on the link: nothing of it waits. */
async function toxicRound(field: Field): Promise<readonly Finding[]> {
  const site = new VirtualSite({
    fill: (device, _phase, cells, into) => field.fill(device, cells, (slot, value) => into.set(slot, value)),
  });
  await site.boot(siteText(true));
  await site.pass(settlingMs + 5000);
  const before = (await alarmsOf(site)).length;
  const pulledAt = site.gateway.timeline.instant();
  field.isPulled = true;
  await site.pass(6000);
  field.isGas = true;
  await site.pass(6000);
  field.isPulled = false;
  await connected(site);
  await site.pass(3000);
  const during = (await alarmsOf(site)).slice(before);
  const link = during.find(({ key, change }) => key === 'link/bus/LINK' && change === 'raised');
  const back = during.find(({ key, change }) => key === 'link/bus/LINK' && change === 'returned');
  const gas = during.find(({ key, change }) => key.startsWith('gas/') && change === 'raised');
  const linkMs = (link?.instant ?? Number.NaN) - pulledAt;
  const gasMs = (gas?.instant ?? Number.NaN) - (back?.instant ?? Number.NaN);
  await site.stop();
  return [
    finding(
      'link with a toxic tag: lost alarm',
      `${link?.priority} after ${linkMs} ms`,
      `high within ${2 * pollMs} ms`,
      link?.priority === 'high' && linkMs <= 2 * pollMs,
    ),
    finding('toxic HH after the return', `${gasMs} ms`, `≤ ${pollMs} ms: one poll`, gasMs <= pollMs),
  ];
}
