/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import type { ClientSession } from 'node-opcua';
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

test('raises and clears its alarms by call, keeps who acknowledged them, and goes on with them after a restart', async () => {
  const { makeBrowsePath, OPCUAClient } = await import('node-opcua');
  const { conditions } = simulator;
  const objectId = 'ns=3;s=Plant.Tank2.HighLevel';
  const withSession = async <T>(act: (session: ClientSession) => Promise<T>): Promise<T> => {
    const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
    return client.withSessionAsync(simulator.address, (session) => act(session));
  };
  const read = async (session: ClientSession, path: string): Promise<unknown> => {
    const { targets } = await session.translateBrowsePath(makeBrowsePath(objectId, path));
    return (await session.read({ nodeId: (targets ?? [])[0]?.targetId as never })).value.value as unknown;
  };
  const states = (session: ClientSession): Promise<unknown[]> =>
    Promise.all(['.ActiveState.Id', '.AckedState.Id'].map((path) => read(session, path)));
  conditions.raise('HighLevel', 'Tank2');
  await withSession(async (session) => {
    expect(await states(session)).toEqual([true, false]);
    const inputArguments = [
      { dataType: 'ByteString', value: await read(session, '.EventId') },
      { dataType: 'LocalizedText', value: { text: 'seen' } },
    ];
    const { statusCode } = await session.call({
      objectId,
      methodId: 'i=9111',
      inputArguments: inputArguments as never,
    });
    expect(statusCode.name).toBe('Good');
  });
  await conditions.acknowledged(1);
  expect(conditions.acknowledgements).toEqual([{ condition: 'HighLevel', source: 'Tank2', comment: 'seen' }]);
  await simulator.restart();
  await withSession(async (session) => expect(await states(session)).toEqual([true, true]));
  conditions.clear('HighLevel', 'Tank2');
  await withSession(async (session) => expect(await states(session)).toEqual([false, true]));
  expect(() => conditions.raise('HighLevel', 'Tank9')).toThrow(/no alarm HighLevel of Tank9/);
});

test('walks the same way for the same seed', async () => {
  for (let n = 0; n < 3; n += 1) simulator.step();
  const { values } = await readAll(['ns=3;s=Plant.Temperature', 'ns=3;s=Plant.Level']);
  const twin = new OpcuaSimulator({ folder: 'unused', seed: 7 });
  expect(twin.sessions).toBe(0);
  expect(values.every((value) => typeof value === 'number' && value !== 20)).toBe(true);
  expect(() => simulator.set('Nothing', 1)).toThrow(/no variable Nothing/);
});
