/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { OpcuaSimulator, otherNamespace, plantNamespace } from '../../../firmware-sim/opcua/index.js';
import { scratchFolder } from '../../support/scratch.js';

let simulator: OpcuaSimulator;
let remove: () => Promise<void>;

beforeAll(async () => {
  const scratch = await scratchFolder();
  ({ remove } = scratch);
  simulator = new OpcuaSimulator({ folder: join(scratch.folder, 'server'), seed: 7 });
  await simulator.start();
});

afterAll(async () => {
  await simulator.stop();
  await remove();
});

/** A client of the same library: it sees what any client would. */
async function readAll(nodeIds: readonly string[]): Promise<{ namespaces: string[]; values: unknown[] }> {
  const { OPCUAClient } = await import('node-opcua');
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
  await client.connect(simulator.address);
  const session = await client.createSession();
  const namespaces = await session.readNamespaceArray();
  const values = await session.read(nodeIds.map((nodeId) => ({ nodeId })));
  await session.close();
  await client.disconnect();
  return { namespaces, values: values.map(({ value, statusCode }) => (value.value as unknown) ?? statusCode.name) };
}

test('serves its plant, numbers its namespaces anew when told, and counts sessions', async () => {
  const before = await readAll(['ns=2;s=Plant.Double', 'ns=2;s=Plant.Nothing']);
  expect(before.namespaces.slice(2)).toEqual([plantNamespace, otherNamespace]);
  expect(before.values).toEqual([-273.15, 'BadNodeIdUnknown']);
  await simulator.restart({ reorder: true });
  const after = await readAll(['ns=2;s=Plant.Double', 'ns=3;s=Plant.Double']);
  expect(after.namespaces.slice(2)).toEqual([otherNamespace, plantNamespace]);
  expect(after.values).toEqual([-1, -273.15]);
  expect(simulator.sessionsOpened).toBe(2);
  expect(simulator.sessions).toBe(0);
});

test('walks the same way for the same seed', async () => {
  for (let n = 0; n < 3; n += 1) simulator.step();
  const { values } = await readAll(['ns=3;s=Plant.Temperature', 'ns=3;s=Plant.Level']);
  const twin = new OpcuaSimulator({ folder: 'unused', seed: 7 });
  expect(twin.sessions).toBe(0);
  expect(values.every((value) => typeof value === 'number' && value !== 20)).toBe(true);
  expect(() => simulator.set('Nothing', 1)).toThrow(/no variable Nothing/);
});
