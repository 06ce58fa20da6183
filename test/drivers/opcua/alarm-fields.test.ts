import { expect, test } from '@jest/globals';
import type { Variant } from 'node-opcua-client';
import { readAlarmFields } from '../../../drivers/opcua/alarms/alarm-fields.js';
import { alarmEvent } from './alarm-event.js';

test('a condition is named by the URI of its namespace, also where the server repeats or leaves out others', () => {
  const uris = ['http://opcfoundation.org/UA/', 'urn:server', '', '', 'urn:plant'];
  const namespaces = new Map(uris.map((uri, index) => [uri, index]));
  const nameOf = (conditionId: string) =>
    readAlarmFields(alarmEvent({ conditionId }) as unknown as Variant[], namespaces).fields['conditionId'];
  expect(['ns=0;i=1', 'ns=1;s=Fire', 'ns=2;s=Fire', 'ns=3;s=Fire', 'ns=4;s=Fire'].map(nameOf)).toEqual([
    'i=1',
    'nsu=urn:server;s=Fire',
    'ns=2;s=Fire',
    'ns=3;s=Fire',
    'nsu=urn:plant;s=Fire',
  ]);
});
