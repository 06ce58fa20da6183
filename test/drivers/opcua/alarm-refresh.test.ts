import { expect, test } from '@jest/globals';
import { AlarmEvents } from '../../../drivers/opcua/alarms/alarm-events.js';
import type { AlarmSession } from '../../../drivers/opcua/alarms/alarm-session.js';
import { DeviceConditions } from '../../../drivers/opcua/alarms/device-conditions.js';
import { qualityName } from '../../../gateway/contract/index.js';
import { ManualClock } from '../../support/manual-clock.js';
import { alarmEvent, plantTable, type ToldFields } from './alarm-event.js';
import { Warnings } from './opcua-link.js';

const timeoutMs = 1000;
const handle = 0;
const taken = { value: 0, name: 'Good' };
const tooMany = { value: 0x80100000, name: 'BadTooManyOperations' };

/** A server that answers each request to tell its alarms again as it is told to, and counts them. */
function servedSession() {
  const ended = new AbortController();
  const answer = { statusCode: taken };
  let refreshes = 0;
  const session = {
    createMonitoredItems: () => Promise.resolve({ results: [{ statusCode: { value: 0 } }] }),
    call: () => {
      refreshes += 1;
      return Promise.resolve({ ...answer });
    },
    translateBrowsePath: () => Promise.reject(new Error('BadServiceUnsupported')),
  };
  const connection = {
    session,
    ended: ended.signal,
    ask: (_what: string, request: () => Promise<unknown>) => request(),
  };
  const opcua = { MonitoringMode: {}, DataType: {}, EventFilter: Object, BrowsePath: Object, resolveNodeId: String };
  const subscriptions = { addEvents: (_everyMs: number, make: (id: number, to: number) => unknown) => make(1, handle) };
  const namespaces = new Map([
    ['http://opcfoundation.org/UA/', 0],
    ['urn:plant', 1],
  ]);
  const served = { opcua, connection, subscriptions, namespaces } as unknown as AlarmSession;
  return { served, answer, end: () => ended.abort(), refreshes: () => refreshes };
}

/** Events of a device with one tag, an alarm of any source; `told` is what it was, in order. */
async function eventsOfPlant() {
  const clock = new ManualClock(0);
  const server = servedSession();
  const log = new Warnings();
  const told: string[] = [];
  const conditions = new DeviceConditions({
    link: 'server',
    device: 'plant',
    tags: [{ tag: 'fire', name: { condition: 'Fire', source: undefined }, table: plantTable, slot: 0 }],
    tell: ({ values, quality }) => told.push(`${values[0]} ${qualityName(quality[0] as number)}`),
    log,
  });
  const notifier = { namespace: '', id: 'i=2253' };
  const lost = { missed: 0 };
  const events = new AlarmEvents([{ device: 'plant', notifier, records: false, conditions }], {
    happened: () => undefined,
    clock,
    timeoutMs,
    missed: () => lost.missed,
  });
  await events.subscribe(server.served);
  const tell = (...some: readonly ToldFields[]): Promise<void> =>
    events.take(some.map((one) => ({ clientHandle: handle, eventFields: alarmEvent(one) }) as never));
  return { ...server, events, clock, log, told, lost, tell };
}

const start: ToldFields = { eventType: 'ns=0;i=2787' };
const end: ToldFields = { eventType: 'ns=0;i=2788' };
const overflow: ToldFields = { eventType: 'ns=0;i=3035' };
const required: ToldFields = { eventType: 'ns=0;i=2789' };
const fire: ToldFields = { conditionId: 'ns=1;s=Fire', conditionName: 'Fire', active: true, retain: true };
const out: ToldFields = { ...fire, active: false, retain: false };

test('alarms are asked for again when the server says so, and when notifications of them were lost', async () => {
  const { served, end: close, refreshes, events, clock, lost, tell } = await eventsOfPlant();
  const refreshed = events.refresh(served);
  await tell(start, end);
  await clock.advance(5 * timeoutMs);
  expect(refreshes()).toBe(1);
  await tell(required, overflow);
  expect(refreshes()).toBe(3);
  await tell(start, end);
  lost.missed = 2;
  await clock.advance(timeoutMs);
  expect(refreshes()).toBe(4);
  close();
  await refreshed;
});

test('what was lost and is not told again is uncertain, and asked for at longer and longer intervals', async () => {
  const { served, answer, end: close, refreshes, events, clock, log, told, tell } = await eventsOfPlant();
  const refreshed = events.refresh(served);
  await tell(start, fire, end);
  await clock.advance(timeoutMs);
  expect(told).toEqual(['1 good']);
  answer.statusCode = tooMany;
  await tell(overflow);
  expect(told.slice(1)).toEqual(['1 uncertain-last-usable']);
  expect(log.warnings).toEqual([expect.stringMatching(/does not tell which of its alarms stand.*asked again/)]);
  expect(refreshes()).toBe(2);
  // After 1, 3, 7 and 15 time-outs.
  await clock.advance(15 * timeoutMs);
  expect(refreshes()).toBe(6);
  expect(log.warnings).toHaveLength(1);
  answer.statusCode = taken;
  await clock.advance(16 * timeoutMs);
  expect(refreshes()).toBe(7);
  await tell(start, end);
  expect(told.slice(2)).toEqual(['0 good']);
  await clock.advance(60 * timeoutMs);
  expect(refreshes()).toBe(7);
  close();
  await refreshed;
});

test('a second refresh that does not end makes uncertain too, and its end that comes too late proves nothing', async () => {
  const { served, end: close, refreshes, events, clock, told, tell } = await eventsOfPlant();
  const refreshed = events.refresh(served);
  await tell(start, fire, end);
  await tell(overflow, start);
  await clock.advance(timeoutMs);
  expect(told).toEqual(['1 good', '1 uncertain-last-usable']);
  expect(refreshes()).toBe(3);
  await tell(end);
  expect(told).toHaveLength(2);
  await tell(start, fire, end);
  expect(told.slice(2)).toEqual(['1 good', '1 good']);
  close();
  await refreshed;
});

test('a server that lists an active alarm no more and shows no nodes leaves it active, uncertain, in every session', async () => {
  const { served, events, log, told, tell } = await eventsOfPlant();
  await tell(start, end, { ...fire, retain: false });
  for (const session of [1, 2]) {
    await events.subscribe(served);
    await tell(start, end);
    expect(told.slice(1 + session)).toEqual(['1 uncertain-last-usable']);
    expect(log.warnings).toHaveLength(session);
  }
  expect(log.warnings[0]).toMatch(/does not let their states be read: their tags stay as they were/);
  await tell(out);
  expect(told.at(-1)).toBe('0 good');
});
