import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { replayTable } from '../../../gateway/cli/replay/replay-table.js';
import { replayText } from '../../../gateway/cli/replay/replay-text.js';
import { replayedJson } from '../../../gateway/cli/replay/replayed.js';
import type { Language } from '../../../gateway/contract/index.js';
import { scratchFolder } from '../../support/scratch.js';
import { toldCli } from './told-cli.js';

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => ({ folder, remove } = await scratchFolder()));
afterAll(() => remove());

const start = Date.UTC(2026, 10, 21, 12);
const rfc = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

const siteText = (context: string, rules: string): string => `version: 1
site: { id: works, timezone: "+08:00" }
profiles:
  p: { driver: modbus, poll: 1s, tags: { temp: { register: holding 0, type: float32, unit: K }, outdoor: { register: holding 2, type: float32, unit: K } } }
context: { ${context} }
links: { bus: { driver: modbus, address: "tcp://127.0.0.1:1", devices: { hall: { profile: p, unit: 1 }, roof: { profile: p, unit: 2 } } } }
rules:
${rules}
`;

const warm =
  '  warm: { type: limits, devices: [hall], tag: temp, H: { formula: outdoor + context.margin }, alarm: { action: x } }';
const margin = 'margin: { type: number, unit: K, value: 3 }';

interface Asked {
  readonly site: string;
  readonly content: string;
  readonly column?: readonly string[];
  readonly every?: string;
}

async function judged({ site, content, column = ['temp=temp', 'outdoor=outdoor'], every }: Asked) {
  const [csv, siteFile] = [join(folder, 't.csv'), join(folder, 'site.yaml')];
  await Promise.all([writeFile(csv, content), writeFile(siteFile, site)]);
  const times = every === undefined ? { time: 'time' } : { every };
  const { replayed, zone } = await replayTable(toldCli(), {
    csv,
    site: siteFile,
    device: 'hall',
    column,
    operators: 1,
    ...times,
  });
  const text = (language: Language = 'en') => replayText(toldCli(language, 1000), replayed, zone);
  const raised = replayed.alarms.map(({ key, limit, raised: { time } }) => [key, limit, ((time ?? 0) - start) / 1000]);
  return { replayed, text, raised, json: replayedJson(replayed) };
}

const head = 'time,temp,outdoor\n';
const content = `${head}${rfc(0)},10,10\n${rfc(1)},40,10\n${rfc(2)},41,10\n`;

describe('a table under rules that follow the context', () => {
  test('is judged with what the site file says of it', async () => {
    const { raised, replayed, text } = await judged({ site: siteText(margin, warm), content });
    expect(raised).toEqual([['warm/hall/temp/H', 13, 1]]);
    expect(replayed.notJudged).toEqual([]);
    expect(text()).not.toContain('Not judged');
  });

  test('holds it as fresh as the gateway does, also where rows are far apart', async () => {
    const when = '{ all: [{ tag: temp, above: 30 }, { device: context, tag: margin, above: 2 }] }';
    const both = `  both: { type: compound, devices: [hall], when: ${when}, alarm: { action: x } }`;
    const rows = [0, 600, 1200, 1800].map((at) => `${rfc(at)},${at < 1800 ? 10 : 40},10\n`).join('');
    expect((await judged({ site: siteText(margin, both), content: head + rows })).raised).toMatchObject([
      ['both/hall/CONDITION', null, 1800],
    ]);
    // A context that fell silent would be told.
    const stale = '  silent: { type: stale, devices: [context], tag: margin, after: 2min, alarm: { action: x } }';
    expect((await judged({ site: siteText(margin, stale), content: head + rows })).raised).toEqual([]);
  });

  test('counts days of it at the time of each row', async () => {
    const young =
      '  young: { type: limits, devices: [hall], tag: temp, L: { curve: [[0, 24], [40, 16]], over: { device: context, tag: begun } }, alarm: { action: x } }';
    // 20:00 of the site, ten days on and thirty later.
    const site = siteText('begun: { type: date, value: 2026-11-11 }', young);
    const rows = [0, 1, 30 * 86_400].map((at) => `${rfc(at)},20,10\n`).join('');
    const { replayed } = await judged({ site, content: head + rows });
    expect(replayed.alarms).toMatchObject([{ limit: expect.closeTo(24 - (10 + 20 / 24) / 5, 3) }]);
    expect(replayed.alarms[0]?.returned).not.toBeNull();
    // Rows without times are of no day: that is said.
    const relative = await judged({ site, content: `temp,outdoor\n20,10\n`, every: '1s' });
    expect(relative.replayed.notJudged).toMatchObject([{ missing: [{ device: 'context', tag: 'begun' }] }]);
    expect(relative.text()).toContain('only where rows have times: `--time HEADER`');
  });
});

describe('a rule that has nothing to judge in a table', () => {
  const noOutdoor = { site: siteText(margin, warm), content, column: ['temp=temp'] };

  test('is named, in both languages, and nobody is told that all is well', async () => {
    const { text } = await judged(noOutdoor);
    expect(text()).not.toContain('No alarm would have come.');
    expect(text()).toContain('No alarm would have come of what was judged. Not all was:');
    expect(text()).toContain('Not judged: rule warm, because the record has no value of hall outdoor.');
    expect(text('zh')).toContain('已判断的部分不会有任何报警；有未判断的：');
    expect(text('zh')).toContain('未判断：规则 warm，因为记录中没有 hall outdoor 的值。');
  });

  test('is told to programs with its conditions and what they lack', async () => {
    expect((await judged(noOutdoor)).json.notJudged).toEqual([
      { rule: 'warm', isWhole: true, conditions: ['warm/hall/temp/H'], missing: [{ device: 'hall', tag: 'outdoor' }] },
    ]);
  });

  test('is named where the column is there and empty, or nobody has said the context', async () => {
    const empty = await judged({
      ...noOutdoor,
      content: `${head}${rfc(0)},40,\n`,
      column: ['temp=temp', 'outdoor=outdoor'],
    });
    expect(empty.json.notJudged).toMatchObject([{ missing: [{ tag: 'outdoor' }] }]);
    const unsaid = await judged({ site: siteText('margin: { type: number }', warm), content });
    expect(unsaid.text()).toContain('no value of context margin');
  });

  test('of other devices alone is named, one that judged this device is not', async () => {
    const hot = (name: string, devices: string): string =>
      `  ${name}: { type: limits, devices: [${devices}], tag: temp, HH: 90, alarm: { action: x } }\n`;
    const rules = hot('all', 'hall, roof') + hot('one', 'roof') + hot('two', 'roof');
    const { text, json } = await judged({ site: siteText(margin, rules), content });
    expect(json.notJudged.map(({ rule }) => rule)).toEqual(['one', 'two']);
    expect(text()).toContain('Not judged: rules one, two, because the record has no value of roof temp.');
  });

  test('is named also where alarms of others came', async () => {
    const hot = '  hot: { type: limits, devices: [hall], tag: temp, HH: 40, alarm: { action: x } }';
    const { text, raised } = await judged({ ...noOutdoor, site: siteText(margin, `${warm}\n${hot}`) });
    expect(raised).toEqual([['hot/hall/temp/HH', 40, 1]]);
    expect(text()).toContain('Not judged: rule warm,');
  });
});
