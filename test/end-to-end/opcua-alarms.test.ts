/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { registries, siteLoader } from '../../config/index.js';
import { OpcuaSimulator } from '../../firmware-sim/opcua/index.js';
import { type Entry, silentLog } from '../../gateway/contract/index.js';
import { Gateway, GatewayActs, GatewayView, systemClock } from '../../gateway/runtime/index.js';
import { scratchFolder } from '../support/scratch.js';

let folder: string;
let remove: () => Promise<void>;
let simulator: OpcuaSimulator;
let gateway: Gateway;

const siteText = (): string => `version: 1
site: { id: works, timezone: "+08:00" }
profiles:
  tank:
    driver: opcua
    poll: 200ms
    tags:
      level-high: { alarm: { condition: HighLevel, source: Tank1 }, unit: "" }
      leak: { alarm: { condition: Leak }, unit: "" }
links:
  plc:
    driver: opcua
    endpoint: ${simulator.address}
    security: none
    pki: ${join(folder, 'pki')}
    timeout: 5s
    keepAlive: 300ms
    sessionTimeout: 1s
    acknowledge: true
    devices: { tank: { profile: tank } }
alarms: { settling: none }
rules:
  high: { type: state, devices: [tank], tag: level-high, is: true, alarm: { action: open the outlet } }
  leaking: { type: state, devices: [tank], tag: leak, is: true, alarm: { action: close the inlet } }
journal: { folder: ${join(folder, 'journal')} }
box: { poll: 1h }
`;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  simulator = new OpcuaSimulator({ folder: join(folder, 'server') });
  await simulator.start();
  const read = async (): Promise<Uint8Array> => Buffer.from(siteText());
  const { site, problems } = await siteLoader(registries)('site.yaml', {
    read,
    list: async () => [],
    shippedProfiles: '',
  });
  if (!site) throw new Error(JSON.stringify(problems));
  gateway = await Gateway.start({ site, registries, clock: systemClock, log: silentLog, version: 'test' });
});

afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
  await remove();
});

/** Everything journaled up to the first entry that is looked for. */
async function journaledUntil(isIt: (entry: Entry) => boolean): Promise<Entry[]> {
  const ended = new AbortController();
  const entries: Entry[] = [];
  for await (const { entry } of new GatewayView(gateway).follow(0, ended.signal)) {
    entries.push(entry);
    if (isIt(entry)) ended.abort();
  }
  return entries;
}

const changesOf = (entries: readonly Entry[], key: string): string[] =>
  entries.flatMap((entry) => (entry.kind === 'alarm' && entry.key === key ? [entry.change] : []));

const isChange =
  (key: string, change: string) =>
  (entry: Entry): boolean =>
    entry.kind === 'alarm' && entry.key === key && entry.change === change;

const isAcknowledgement =
  (key: string) =>
  (entry: Entry): boolean =>
    entry.kind === 'record' && entry.name === 'acknowledgement' && entry.fields['alarm'] === key;

const high = 'high/tank/level-high/STATE';
const leaking = 'leaking/tank/leak/STATE';
const acknowledge = (key: string, comment: string) =>
  new GatewayActs(gateway).alarm('li', key, { act: 'acknowledge', comment });

test("a server's alarm is an alarm of the site, and its acknowledgement reaches the server", async () => {
  simulator.conditions.raise('HighLevel', 'Tank1');
  await journaledUntil(isChange(high, 'raised'));
  expect(await acknowledge(high, 'outlet is open')).toEqual({ outcome: 'done' });
  await simulator.conditions.acknowledged(1);
  expect(simulator.conditions.acknowledgements).toEqual([
    { condition: 'HighLevel', source: 'Tank1', comment: 'li: outlet is open' },
  ]);
  const told = (await journaledUntil(isAcknowledgement(high))).at(-1);
  expect(told).toMatchObject({
    device: 'tank',
    fields: {
      tag: 'level-high',
      who: 'li',
      comment: 'outlet is open',
      conditions: ['HighLevel of Tank1'],
      outcome: 'taken',
    },
  });

  // Neither the server's restart nor the connection after it raises what stands a second time, or ends it.
  await simulator.restart({ reorder: true });
  await journaledUntil((entry) => entry.kind === 'transition' && entry.state === 'lost');
  simulator.conditions.raise('Leak', 'Tank1');
  await journaledUntil(isChange(leaking, 'raised'));
  simulator.conditions.clear('HighLevel', 'Tank1');
  const entries = await journaledUntil(isChange(high, 'returned'));
  expect(changesOf(entries, high)).toEqual(['raised', 'acknowledged', 'returned']);
});

test('an acknowledgement the server cannot take stands all the same, and is told with the remedy', async () => {
  await simulator.stop();
  await journaledUntil((entry) => entry.kind === 'alarm' && entry.device === 'plc' && entry.change === 'raised');
  expect(await acknowledge(leaking, '')).toEqual({ outcome: 'done' });
  const entries = await journaledUntil(isAcknowledgement(leaking));
  expect(changesOf(entries, leaking)).toEqual(['raised', 'acknowledged']);
  expect(entries.at(-1)).toMatchObject({
    fields: {
      outcome: 'failed',
      reason: expect.stringMatching(/^no connection .*: acknowledge it at the server itself$/),
    },
  });
  expect(gateway.alarms.stateOf(leaking)).toMatchObject({ base: 'acknowledged', acknowledged: { who: 'li' } });
});
