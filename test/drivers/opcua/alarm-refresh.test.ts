import { expect, test } from '@jest/globals';
import { AlarmEvents } from '../../../drivers/opcua/alarms/alarm-events.js';
import type { AlarmSession } from '../../../drivers/opcua/alarms/alarm-session.js';
import { ManualClock } from '../../support/manual-clock.js';

const timeoutMs = 1000;
const handle = 0;

/** A server that takes everything, and counts how often it is asked to tell its alarms again. */
function servedSession() {
  const ended = new AbortController();
  let refreshes = 0;
  const session = {
    createMonitoredItems: () => Promise.resolve({ results: [{ statusCode: { value: 0 } }] }),
    call: () => {
      refreshes += 1;
      return Promise.resolve({ statusCode: { value: 0 } });
    },
  };
  const connection = {
    session,
    ended: ended.signal,
    ask: (_what: string, request: () => Promise<unknown>) => request(),
  };
  const opcua = { MonitoringMode: {}, DataType: {}, EventFilter: Object, resolveNodeId: String };
  const subscriptions = { addEvents: (_everyMs: number, make: (id: number, to: number) => unknown) => make(1, handle) };
  const served = { opcua, connection, subscriptions, namespaces: new Map() } as unknown as AlarmSession;
  return { served, end: () => ended.abort(), refreshes: () => refreshes };
}

test('alarms are asked for again when the server says so, and when notifications of them were lost', async () => {
  const clock = new ManualClock(0);
  const { served, end, refreshes } = servedSession();
  let missed = 0;
  const notifier = { namespace: '', id: 'i=2253' };
  const events = new AlarmEvents([{ device: 'plant', notifier, records: true, conditions: undefined }], {
    happened: () => undefined,
    clock,
    timeoutMs,
    missed: () => missed,
  });
  await events.subscribe(served);
  const refreshed = events.refresh(served);
  await clock.advance(5 * timeoutMs);
  expect(refreshes()).toBe(1);
  const eventOf = (type: string) => ({ clientHandle: handle, eventFields: [{ value: null }, { value: type }] });
  // RefreshRequired, and an overflow of the queue.
  for (const type of ['ns=0;i=2789', 'ns=0;i=3035']) await events.take([eventOf(type) as never]);
  expect(refreshes()).toBe(3);
  missed = 2;
  await clock.advance(3 * timeoutMs);
  expect(refreshes()).toBe(4);
  end();
  await refreshed;
});
