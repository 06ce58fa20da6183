import { expect, test } from '@jest/globals';
import { registries, siteLoader } from '../../../config/index.js';
import { siteJsonSchema } from '../../../config/schema/site-json-schema.js';
import { memoryIo } from '../../config/fakes.js';

const site = (registration: string, heartbeat: string) => `version: 1
site: { id: ditch }
profiles:
  level:
    driver: modbus
    poll: 10s
    tags:
      level: { register: holding 4, type: float32, unit: m }
links:
  gate-1:
    driver: modbus
    framing: rtu
    address: tcp-listen://0.0.0.0:7000
    dialIn: { registration: "${registration}", heartbeats: ["${heartbeat}"], silentAfter: 10min }
    timeout: 5s
    devices: { level-1: { profile: level, unit: 1 } }
  gate-2:
    driver: modbus
    framing: rtu
    address: tcp-listen://0.0.0.0:7000
    dialIn: { registration: "hex:7B 01 00 ?? 7D" }
    devices: { level-2: { profile: level, unit: 1 } }
context: {}
`;

const load = (text: string) => siteLoader(registries)('site.yaml', memoryIo({ 'site.yaml': text }));

test('a site whose DTUs dial in is one without problems', async () => {
  const { site: loaded, problems, warnings } = await load(site('STN-17\\r\\n', 'www.usr.cn'));
  expect([...problems, ...warnings]).toEqual([]);
  expect(loaded?.links.map(({ settings }) => settings)).toMatchObject([
    { address: { kind: 'tcp-listen', host: '0.0.0.0', port: 7000 }, dialIn: { silentAfter: 600_000 } },
    { dialIn: { registration: { text: 'hex:7B 01 00 ?? 7D' }, heartbeats: [], dialsInWithin: 30_000 } },
  ]);
});

test.each([
  ['S', 'PING', 'problems', '`S` is no pattern of bytes'],
  ['STN-17', 'pattern:<*>', 'problems', '`*` in `pattern:<*>` could stand for measured data'],
  ['STN-17', 'HB', 'warnings', '`HB` is so short that measured data will hold it by chance: such an answer is lost'],
] as const)('registration %s and heartbeat %s are told at their line', async (registration, heartbeat, where, what) => {
  const text = site(registration, heartbeat);
  const found = (await load(text))[where];
  expect(found.map((one) => one.what.en)).toEqual([what]);
  expect(text.split('\n')[(found[0]?.line ?? 0) - 1]).toContain('dialIn');
});

test('the JSON Schema says how a DTU is known', () => {
  const schema = JSON.stringify(siteJsonSchema(registries));
  expect(schema).toContain('`DTU-1` is not `DTU-10`');
  expect(schema).toContain('A connection without a byte, heartbeats included');
});
