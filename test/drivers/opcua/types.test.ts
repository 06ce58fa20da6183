/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OpcuaSimulator } from '../../../firmware-sim/opcua/index.js';
import { qualityName } from '../../../gateway/contract/index.js';
import { scratchFolder } from '../../support/scratch.js';
import { begin, createDriver, Listener, linkOf, type OpcuaDriver, tablesOf, type TagSpecs } from './opcua-link.js';
import { expectedTypes, typeTags } from './type-tags.js';

let folder: string;
let remove: () => Promise<void>;
let simulator: OpcuaSimulator;
let driver: OpcuaDriver;
let told: Listener;

const tags: TagSpecs = {
  ...typeTags,
  high: { node: 's=Plant.Limits', field: 'High' },
  low: { node: 's=Plant.Limits', field: 'Low' },
  no_field: { node: 's=Plant.Limits', field: 'Middle' },
};
const expected = { ...expectedTypes, high: 99.25, low: -5.5, no_field: 'bad-configuration' };

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  simulator = new OpcuaSimulator({ folder, operationsMax: 7 });
  await simulator.start();
});

afterAll(async () => {
  await driver?.close();
  await simulator.stop();
  await remove();
});

describe.each(['subscribed', 'polled'])('what is %s', (read) => {
  test('comes with every type right, and what is not there bad alone', async () => {
    told = new Listener();
    const settings = { endpoint: simulator.address, security: 'none', pki: join(folder, 'pki') };
    const link = linkOf(settings, { plant: { settings: { read }, tags } });
    driver = await createDriver(link);
    await begin(driver, tablesOf(link), told);
    await told.until(() => Object.keys(tags).every((tag) => told.valuesOf(tag).length > 0));
    const first = Object.fromEntries(Object.keys(tags).map((tag) => [tag, told.valuesOf(tag)[0]]));
    expect(first).toEqual(expected);
    const uncertain = told.readings.flatMap(({ table, quality }) =>
      [...quality].flatMap((one, slot) =>
        one >= 64 && one < 128 ? [`${table.tags[slot]?.name} ${qualityName(one)}`] : [],
      ),
    );
    expect([...new Set(uncertain)]).toEqual(['uint64 uncertain-precision']);
    await driver.close();
    expect(simulator.sessions).toBe(0);
    expect(simulator.connections).toBe(0);
  });
});
