import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Registries, registries, siteLoader } from '../../../config/index.js';
import { siteJsonSchema } from '../../../config/schema/site-json-schema.js';
import { mqtt, sparkplug } from '../../../drivers/mqtt/index.js';
import { memoryIo } from '../../config/fakes.js';
import { linkOf } from './mqtt-link.js';

const both = { ...registries, drivers: { ...registries.drivers, mqtt, sparkplug } } as unknown as Registries;

const folder = join('config', 'profiles');
const shipped = Object.fromEntries(
  readdirSync(folder)
    .filter((file) => /^(mqtt|sparkplug)-/.test(file))
    .map((file) => [`shipped/${file}`, readFileSync(join(folder, file), 'utf8')]),
);

const site = `version: 1
site: { id: farm }
links:
  shed:
    driver: mqtt
    broker: mqtt://127.0.0.1:1883
    user: sluice
    password: { env: MQTT_PASSWORD }
    devices:
      pig-1: { profile: mqtt-air-sensor }
      heater-1: { profile: mqtt-power-plug, silentAfter: 20min }
  plant:
    driver: sparkplug
    broker: mqtts://broker.example.com
    ca: { file: /etc/sluice/ca.pem }
    hostId: centre
    devices:
      pump-1: { profile: sparkplug-pump, group: Plant, node: Edge-1, device: Pump-1 }
context: {}
`;

const load = (text: string) => siteLoader(both)('site.yaml', memoryIo({ 'site.yaml': text, ...shipped }));

describe('a site with MQTT devices', () => {
  test('is one without problems, with the profiles that are shipped', async () => {
    const { site: loaded, problems } = await load(site);
    expect(problems).toEqual([]);
    const types = loaded?.links.map(({ devices }) =>
      devices.map(({ name, groups }) => [name, ...groups.flatMap(({ tags }) => tags.map(({ type }) => type))]),
    );
    expect(types).toEqual([
      [
        ['pig-1', 'number', 'number', 'number', 'integer'],
        ['heater-1', 'boolean', 'number', 'number', 'number', 'number'],
      ],
      [['pump-1', 'number', 'number', 'boolean', 'integer']],
    ]);
    expect(Object.keys(shipped).toSorted()).toEqual([
      'shipped/mqtt-air-sensor.yaml',
      'shipped/mqtt-power-plug.yaml',
      'shipped/sparkplug-pump.yaml',
    ]);
  });

  test.each([
    ['mqtt://127.0.0.1:1883', '10.0.0.1', 'broker', '`10.0.0.1` is no address of an MQTT broker'],
    ['user: sluice', 'clientId: box', 'password', 'has no user'],
    [
      'silentAfter: 20min',
      'topic: "farm/#"',
      'heater-1',
      'topic `farm/#` has `#`: it would take messages nobody asked for',
    ],
    [
      'silentAfter: 20min',
      'topic: "farm/{name}"',
      'heater-1',
      'topic `farm/{name}` has a placeholder that there is not',
    ],
    ['silentAfter: 20min', 'lateAfter: 1h', 'heater-1', '`lateAfter` needs the `time` of a message'],
    ['hostId: centre', 'session: persistent', 'session', 'a Sparkplug host has a clean session'],
    ['mqtts://broker.example.com', 'mqtt://broker.example.com', 'ca:', 'is for `mqtts` alone'],
  ])('%s in place of %s is told at %s', async (right, wrong, place, sentence) => {
    const text = site.replace(right, wrong);
    const { problems } = await load(text);
    expect(problems.map(({ what }) => what.en)).toContain(sentence);
    const told = problems.find(({ what }) => what.en === sentence);
    expect(text.split('\n')[(told?.line ?? 0) - 1]).toContain(place);
    expect(told?.remedy.zh).toMatch(/\p{Script=Han}/u);
  });

  test('has a JSON Schema', () => {
    const schema = JSON.stringify(siteJsonSchema(both));
    for (const words of ['Topic of its messages', 'The device behind it', 'Largest message taken']) {
      expect(schema).toContain(words);
    }
  });
});

describe('the plan', () => {
  const tag = { v: { path: 'v' }, w: { path: 'w', topic: 'below' } };

  test('says what is listened to; nothing is taken of any bus', () => {
    const plan = mqtt.plan(
      linkOf(mqtt, { broker: 'mqtt://a' }, { a: { device: { topic: 'farm/{device}' }, tags: tag } }),
    );
    expect(plan).toEqual({
      requests: [
        { device: 'a', group: 'main', text: 'listens to farm/a', fetched: 1, needed: 1, busMs: 0 },
        { device: 'a', group: 'main', text: 'listens to farm/a/below', fetched: 1, needed: 1, busMs: 0 },
      ],
      busLoad: 0,
      requestsPerSecond: 0,
      problems: [],
    });
  });

  test('tells two devices that are one, and a session that would mislabel times', () => {
    const device = { topic: 'farm' };
    const availability = { topic: 'farm/+/LWT' };
    const link = linkOf(
      mqtt,
      { broker: 'mqtt://a', session: 'persistent' },
      { a: { device, tags: tag }, b: { device: { ...device, availability, time: { path: 't' } }, tags: tag } },
    );
    expect(mqtt.plan(link).problems.map(({ path, what, warning }) => [path.join('.'), what.en, warning])).toEqual([
      ['devices.a', expect.stringMatching(/^a tells no time: what the broker kept for us/), true],
      ['devices.b', 'b reads the same messages as a', undefined],
      ['devices.b.availability', expect.stringMatching(/^farm\/\+\/LWT is more than one topic/), undefined],
    ]);
    const twice = { device: { group: 'G', node: 'N' }, tags: { v: { metric: 'v' } } };
    const plan = sparkplug.plan(linkOf(sparkplug, { broker: 'mqtt://a' }, { a: twice, b: twice }));
    expect(plan.requests.map(({ text }) => text)).toEqual(['listens to G/N', 'listens to G/N']);
    expect(plan.problems.map(({ what }) => what.en)).toEqual(['b and a are both G/N']);
  });
});
