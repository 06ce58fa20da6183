import { expect, test } from '@jest/globals';
import type { OPCUAClient } from 'node-opcua-client';
import { acknowledgeCondition } from '../../../drivers/opcua/alarms/acknowledge-condition.js';
import type { AlarmSession } from '../../../drivers/opcua/alarms/alarm-session.js';
import type { ConditionTold } from '../../../drivers/opcua/alarms/condition-states.js';
import { DeviceConditions } from '../../../drivers/opcua/alarms/device-conditions.js';
import { Connection } from '../../../drivers/opcua/connection.js';
import type { OpcuaSession } from '../../../drivers/opcua/library.js';
import { silentLog as log } from '../../../gateway/contract/index.js';
import { ManualClock } from '../../support/manual-clock.js';

const timeoutMs = 1000;
const silence = (): Promise<never> => new Promise(() => undefined);

function connected() {
  const clock = new ManualClock(0);
  const client = { on: () => undefined } as unknown as OPCUAClient;
  const connection = new Connection(client, { endpoint: 'opc.tcp://plant:4840', timeoutMs, clock });
  connection.holds({ on: () => undefined, call: silence } as unknown as OpcuaSession);
  return { clock, connection };
}

const high: ConditionTold = {
  id: 'nsu=urn:plant;s=High',
  condition: 'High',
  source: 'Tank1',
  eventId: '01',
  time: 1000,
  isEnabled: true,
  isActive: true,
  isAcked: false,
  isRetained: true,
};
const li = { who: 'li', comment: '' };

test('a request that is not answered in time is the loss of the connection', async () => {
  const { clock, connection } = connected();
  const asked = expect(connection.ask('tell its state', silence)).rejects.toThrow(/no answer within 1000 ms to: tell/);
  await clock.advance(timeoutMs);
  await asked;
  expect(connection.ended.aborted).toBe(true);
});

test('an acknowledgement that is not answered in time fails alone, in words', async () => {
  const { clock, connection } = connected();
  const opcua = { DataType: {}, LocalizedText: Object, resolveNodeId: String };
  const session = { opcua, connection, namespaces: new Map([['urn:plant', 2]]) } as unknown as AlarmSession;
  const sent = expect(acknowledgeCondition(session, high, li)).rejects.toThrow(
    'the server did not say whether it took High of Tank1 (no answer within 1000 ms): look there',
  );
  await clock.advance(timeoutMs);
  await sent;
  expect(connection.ended.aborted).toBe(false);
  const unnumbered = { ...high, id: 'ns=3;s=High' };
  await expect(acknowledgeCondition(session, unnumbered, li)).rejects.toThrow(
    /no namespace of its own for High of Tank1/,
  );
});

test('after one acknowledgement that is not answered the rest of a tag is not sent', async () => {
  const { clock, connection } = connected();
  const opcua = { DataType: {}, LocalizedText: Object, resolveNodeId: String };
  const session = { opcua, connection, namespaces: new Map([['urn:plant', 2]]) } as unknown as AlarmSession;
  const conditions = new DeviceConditions({ link: 'server', device: 'plant', tags: [], tell: () => undefined, log });
  const waiting = [high, { ...high, id: 'nsu=urn:plant;s=b' }, { ...high, id: 'nsu=urn:plant;s=c' }];
  const sent = expect(conditions.acknowledge(session, waiting, li, new AbortController().signal)).rejects.toThrow(
    /did not say whether it took High of Tank1.*; 2 more were not sent: acknowledge them at the server itself/,
  );
  await clock.advance(timeoutMs);
  await sent;
});

test('what ends the connection ends an acknowledgement too', async () => {
  const { connection } = connected();
  const session = { opcua: { DataType: {}, LocalizedText: Object, resolveNodeId: String }, connection };
  const sent = acknowledgeCondition(
    { ...session, namespaces: new Map([['urn:plant', 2]]) } as unknown as AlarmSession,
    high,
    li,
  );
  connection.lose('the network went');
  await expect(sent).rejects.toThrow(
    /no connection to opc.tcp:.*the network went: acknowledge it at the server itself/,
  );
});
