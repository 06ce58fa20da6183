import { describe, expect, test } from '@jest/globals';
import { registries } from '../../config/index.js';
import { siteLoader } from '../../config/load-site.js';
import { fakeRegistries, memoryIo } from './fakes.js';

const { sinks } = fakeRegistries;
/** The destinations as they ship, beside the one of these tests. */
const load = siteLoader({ ...fakeRegistries, sinks: { ...sinks, ...registries.sinks } } as typeof fakeRegistries);

const site = (sink: string) => `version: 1
site: { id: farm }
profiles:
  sensor:
    driver: modbus
    poll: 10s
    tags:
      temperature: { register: input 1, type: int16, scale: 0.1, unit: °C, resolution: 0.1 }
      running: { register: holding 0, type: bool }
      mode: { register: holding 1, type: string }
    derived:
      fahrenheit: { formula: 1.8 * temperature + 32, unit: °F }
  gas: { driver: modbus, poll: 1s, tags: { methane: { register: input 1, type: float32, unit: "%", statutory: true } } }
links:
  bus:
    driver: modbus
    framing: tcp
    address: tcp://127.0.0.1:5020
    devices:
      barn-1: { profile: sensor, unit: 1 }
      barn-2: { profile: sensor, unit: 2 }
      gas-1: { profile: gas, unit: 3 }
rules: { gas: { type: band, devices: [gas-1], tag: methane, H: 1 } }
sinks:
  cloud: { type: ${sink} }
`;

const store = (deadband: string) => `store, url: "http://127.0.0.1:8086", deadband: ${deadband}`;
const bands = (tags: string) => store(`{ tags: { ${tags} } }`);

const loaded = (text: string) => load('site.yaml', memoryIo({ 'site.yaml': text }));

/** What is wrong and what to write instead, in both languages. */
async function told(text: string): Promise<string[][]> {
  const { problems, warnings } = await loaded(text);
  return [...problems, ...warnings].map(({ what, remedy }) =>
    (['en', 'zh'] as const).map((language) => `${what[language]} → ${remedy[language]}`),
  );
}

describe('a sink with a deadband', () => {
  test('has its bands and how often each tag is sent at least', async () => {
    const all = 'temperature: 0.2, barn-1.temperature: 0, fahrenheit: 1, barn-2.fahrenheit: 2, box.load: 0.5';
    const { site: right } = await loaded(site(store(`{ atLeastEvery: 5min, tags: { ${all} } }`)));
    expect(right?.sinks[0]?.deadband).toEqual({
      atLeastEveryMs: 300_000,
      bands: {
        temperature: 0.2,
        'barn-1.temperature': 0,
        fahrenheit: 1,
        'barn-2.fahrenheit': 2,
        'box.load': 0.5,
      },
    });
  });

  test('sends each tag at least each ten minutes where the file does not say; none without the section', async () => {
    expect((await loaded(site(store('{}')))).site?.sinks[0]?.deadband).toEqual({ atLeastEveryMs: 600_000, bands: {} });
    const without = site('store, url: "http://127.0.0.1:8086"');
    expect((await loaded(without)).site?.sinks[0]?.deadband).toBeUndefined();
  });
});

describe('check refuses', () => {
  test.each([
    [
      'a misspelt tag',
      'temprature: 0.2',
      'no device of the site has a tag `temprature` → did you mean `temperature`?',
      '站点的设备都没有测点 `temprature` → 是不是 `temperature`？',
    ],
    [
      'a tag of a device that is not there',
      'barn-9.temperature: 0.2',
      'no device of the site has a tag `barn-9.temperature` → did you mean `barn-1.temperature`?',
      '站点的设备都没有测点 `barn-9.temperature` → 是不是 `barn-1.temperature`？',
    ],
    [
      'a tag that is like none, naming those that may have a band',
      'pressure: 1',
      'no device of the site has a tag `pressure` → what may stand here: temperature, fahrenheit',
      '站点的设备都没有测点 `pressure` → 此处可用：temperature、fahrenheit',
    ],
    [
      'a negative band',
      'temperature: -0.2',
      '`temperature` is too small → write 0 or more',
      '`temperature` 太小 → 请写不小于 0 的数',
    ],
    [
      'a tag that the law protects',
      'methane: 0.1',
      '`methane` of `gas-1` is protected by law: it cannot be thinned, each reading of it is sent → remove `methane`',
      '`gas-1` 的 `methane` 受法律保护：不得稀疏，每次读数都会发送 → 删去 `methane`',
    ],
    [
      'a tag that the law protects, named with its device',
      'gas-1.methane: 0.1',
      '`methane` of `gas-1` is protected by law: it cannot be thinned, each reading of it is sent → remove `gas-1.methane`',
      '`gas-1` 的 `methane` 受法律保护：不得稀疏，每次读数都会发送 → 删去 `gas-1.methane`',
    ],
    [
      'a band for a text',
      'mode: 1',
      '`mode` is no number and has no band: each change of it is sent → remove `mode`',
      '`mode` 不是数值，没有死区：每次变化都会发送 → 删去 `mode`',
    ],
    [
      'a band for a switch',
      'running: 0.5',
      '`running` is no number and has no band: each change of it is sent → remove `running`',
      '`running` 不是数值，没有死区：每次变化都会发送 → 删去 `running`',
    ],
  ])('%s', async (_what, tags, en, zh) => {
    expect(await told(site(bands(tags)))).toEqual([[en, zh]]);
  });

  test('a deadband before a destination that needs every frame', async () => {
    const pool = 'pool, url: "https://pool.example.cn", token: { env: T }, deadband: { tags: { temperature: 0.2 } }';
    expect(await told(site(pool))).toEqual([
      [
        'the pool takes every record: those left out would be missing from the numbered stream it checks → remove `deadband`',
        '资源池按连续编号核对，须收到每一条记录，少发即视为缺失 → 删去 `deadband`',
      ],
    ]);
  });

  test('all that is wrong at once', async () => {
    const wrong = site(store('{ atLeastEvery: 10, tags: { temprature: 0.2, temperature: -1 } }'));
    expect((await told(wrong)).map(([en]) => en?.split(' → ')[0])).toEqual([
      '`atLeastEvery` has a number without a unit',
      'no device of the site has a tag `temprature`',
      '`temperature` is too small',
    ]);
  });

  test('nothing for want of a tag while a profile cannot be read', async () => {
    const broken = site(bands('pressure: 1')).replace('profile: sensor, unit: 2', 'profile: senser, unit: 2');
    expect((await told(broken)).map(([en]) => en)).toEqual([expect.stringContaining('there is no profile `senser`')]);
  });

  test('what it tells of a tag, where it stands in the profile too', async () => {
    const { problems } = await loaded(site(bands('methane: 0.1')));
    const lines = site('').split('\n');
    const lineOf = (word: string) => lines.findIndex((line) => line.includes(word)) + 1;
    expect(problems[0]?.line).toBe(lineOf('cloud:'));
    expect(problems[0]?.related.map(({ line }) => line)).toEqual([lineOf('methane: { register')]);
  });
});
