import { describe, expect, test } from '@jest/globals';
import { type SiteConfig, siteLoader } from '../../../../config/index.js';
import { silentLog } from '../../../../gateway/contract/index.js';
import { type JournalReplay, type Occurrence, replayJournal } from '../../../../gateway/runtime/index.js';
import { open } from '../../../support/open-in-memory.js';
import { VirtualSite } from '../../../support/virtual-site.js';

const minute = 60_000;
const day = 86_400_000;
const zoneMs = 8 * 3_600_000;
/** Noon at the site. */
const start = Date.UTC(2027, 0, 2, 4);

/** A house that is read each second. */
const siteText = (context: string, rules: string): string => `version: 1
site: { id: farm, timezone: "+08:00" }
profiles: { house: { driver: counting, poll: 1s, tags: { temp: { cell: 0, unit: K } } } }
${context === '' ? '' : `context: { ${context} }\n`}links: { bus: { driver: counting, devices: { house: { profile: house } } } }
alarms: { settling: none }
rules:
${rules}
journal: { folder: /journal }
box: { poll: 1h }
`;

const rule = (name: string, settings: string): string =>
  `  ${name}: { type: limits, devices: [house], tag: temp, ${settings}, alarm: { action: open the inlets } }`;
const fixed = rule('cold', 'L: 0');
const margin = (value: number): string => `margin: { type: number, unit: K, value: ${value} }`;
const warm = rule('warm', 'H: { formula: context.margin + 10 }');

const house = (): VirtualSite => new VirtualSite({ startUtc: start, fill: (_d, _p, _c, into) => into.set(0, 20) });

async function loaded(site: VirtualSite, text: string): Promise<SiteConfig> {
  const io = { read: async () => Buffer.from(text), list: async () => [], shippedProfiles: '' };
  const { site: config, problems } = await siteLoader(site.registries)('site.yaml', io);
  if (!config) throw new Error(JSON.stringify(problems));
  return config;
}

/** The journal of a site that has stopped, judged again; by the rules of `instead`. */
async function replay(site: VirtualSite, instead?: string): Promise<JournalReplay> {
  const journal = await open(site.disk);
  const found = await replayJournal({
    journal,
    registries: site.registries,
    siteOf: (files) => loaded(site, files['site.yaml'] ?? ''),
    log: silentLog,
    ...(instead !== undefined && { instead: await loaded(site, instead) }),
  });
  await journal.close();
  return found;
}

async function recorded(text: string, more: (site: VirtualSite) => Promise<void> = () => Promise.resolve()) {
  const site = house();
  await site.boot(text);
  await site.pass(2 * minute);
  await more(site);
  await site.stop();
  return site;
}

const told = ({ key, limit }: Occurrence) => [key, limit];
/** To ten seconds: when within its second a device is read is not the point. */
const seconds = ({ raised, returned }: Occurrence): (number | null)[] =>
  [raised, returned].map((moment) => moment && 10 * Math.round(((moment.time ?? Number.NaN) - start) / 10_000));

const set = (site: VirtualSite, name: string, value: number | string) =>
  site.settle(site.acts.setContext('li', { name, value, from: undefined, reason: 'told by phone' }));

describe('rules of another site over a journal', () => {
  test('follow a value that the journal never had: that of their site file holds from the beginning', async () => {
    const site = await recorded(siteText('', fixed));
    const { alarms, added, notJudged } = await replay(site, siteText(margin(3), warm));
    expect(alarms.map(told)).toEqual([['warm/house/temp/H', 13]]);
    expect(alarms.map(seconds)).toEqual([[0, null]]);
    expect(added).toHaveLength(1);
    expect(notJudged).toEqual([]);
    expect((await replay(site, siteText(margin(30), warm))).alarms).toEqual([]);
  });

  test('also where the journal has other values of the context', async () => {
    const site = await recorded(siteText('batch: { type: text, value: a }', fixed));
    const { alarms } = await replay(site, siteText(`batch: { type: text, value: a }, ${margin(3)}`, warm));
    expect(alarms.map(told)).toEqual([['warm/house/temp/H', 13]]);
  });

  test('follow what somebody said at the time, from when it was said', async () => {
    const site = await recorded(siteText(margin(30), warm), async (running) => {
      await set(running, 'margin', 3);
      await running.pass(3 * minute);
      await set(running, 'margin', 20);
      await running.pass(minute);
    });
    const own = await replay(site);
    expect(own.alarms.map(seconds)).toEqual([[120, 300]]);
    expect([own.added, own.gone]).toEqual([[], []]);
    // The same rule, and another value in the file, which was overruled from the second minute on.
    const again = await replay(site, siteText(margin(30), warm));
    expect(again.alarms.map(seconds)).toEqual(own.alarms.map(seconds));
    expect([again.added, again.gone]).toEqual([[], []]);
    const other = await replay(site, siteText(margin(0), warm));
    expect(other.alarms.map(seconds)).toEqual([[0, 300]]);
  });

  test('are told again after a start, as by the gateway itself', async () => {
    const site = await recorded(siteText(margin(3), warm));
    await site.boot(siteText(margin(30), warm));
    await site.pass(2 * minute);
    await site.stop();
    const own = await replay(site);
    const [raised, returned] = seconds(own.alarms[0] as Occurrence) as [number, number];
    expect([raised, returned - raised < 130]).toEqual([0, true]);
    // Under one site all the time it never was over.
    const { alarms } = await replay(site, siteText(margin(3), warm));
    expect(alarms.map(({ returned: end }) => end)).toEqual([null]);
  });

  test('count days of a date by the time of the record', async () => {
    const site = await recorded(siteText('', fixed));
    const dayOf = (days: number): string => new Date(start + zoneMs + days * day).toISOString().slice(0, 10);
    const young = rule('young', 'H: { curve: [[0, 15], [40, 25]], over: { device: context, tag: begun } }');
    const begun = (days: number): string => siteText(`begun: { type: date, value: "${dayOf(-days)}" }`, young);
    // Half a day after midnight; 20 is reached up to day 20.
    const { alarms } = await replay(site, begun(10));
    expect(alarms.map(({ limit }) => limit)).toEqual([expect.closeTo(15 + 10.5 / 4, 3)]);
    expect((await replay(site, begun(30))).alarms).toEqual([]);
  });
});

describe('a rule that has nothing to judge in a journal', () => {
  test('is named where nobody has said what it follows', async () => {
    const site = await recorded(siteText('', fixed));
    const { alarms, notJudged } = await replay(site, siteText('margin: { type: number }', `${warm}\n${fixed}`));
    expect(alarms).toEqual([]);
    expect(notJudged).toEqual([
      {
        rule: 'warm',
        isWhole: true,
        conditions: ['warm/house/temp/H'],
        missing: [{ device: 'context', tag: 'margin' }],
      },
    ]);
  });

  test('is named with the tag that the record does not have; a limit beside it that was judged is not', async () => {
    const site = await recorded(siteText('', fixed));
    const text = siteText('margin: { type: number }', rule('both', 'H: { formula: context.margin + 10 }, HH: 100'))
      .replace('temp: { cell: 0, unit: K }', 'temp: { cell: 0, unit: K }, dust: { cell: 1, unit: mg }')
      .replace(
        'journal:',
        '  dusty: { type: limits, devices: [house], tag: dust, H: 5, alarm: { action: clean } }\njournal:',
      );
    const { notJudged } = await replay(site, text);
    expect(notJudged).toMatchObject([
      { rule: 'both', isWhole: false, conditions: ['both/house/temp/H'] },
      { rule: 'dusty', isWhole: true, missing: [{ device: 'house', tag: 'dust' }] },
    ]);
  });

  test('is not named where one of its inputs was enough', async () => {
    const site = await recorded(siteText('', fixed));
    const when = '{ any: [{ tag: temp, above: 15 }, { device: context, tag: margin, above: 1 }] }';
    const either = `  either: { type: compound, devices: [house], when: ${when}, alarm: { action: look } }`;
    const { alarms, notJudged } = await replay(site, siteText('margin: { type: number }', either));
    expect([alarms.length, notJudged]).toEqual([1, []]);
  });

  test('is named in a replay by its own rules too', async () => {
    const site = await recorded(siteText('margin: { type: number }', warm));
    expect((await replay(site)).notJudged).toMatchObject([
      { rule: 'warm', missing: [{ device: 'context', tag: 'margin' }] },
    ]);
    const judged = await recorded(siteText(margin(30), warm));
    expect((await replay(judged)).notJudged).toEqual([]);
  });
});
