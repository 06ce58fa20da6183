import { expect, test } from '@jest/globals';
import { parseSegment, type Segment } from '../../../drivers/hj212/segment.js';
import { StationRequests } from '../../../drivers/hj212/station-requests.js';
import { DeviceFault } from '../../../gateway/contract/index.js';
import { ManualClock, settle } from '../../support/manual-clock.js';

const never = new AbortController().signal;
const request = { cn: '2061', content: 'BeginTime=20261121080000;EndTime=20261121090000' };

/** A station by script: `says` sends a message that belongs to the request under way. */
function start() {
  const clock = new ManualClock(Date.UTC(2026, 10, 21));
  const sent: string[] = [];
  const requests = new StationRequests({
    mn: 'A1',
    aheadMs: 8 * 3_600_000,
    clock,
    send: (qn) => {
      sent.push(qn);
      return Promise.resolve();
    },
  });
  const says = (cn: string, content: string, qn = sent.at(-1)): boolean =>
    requests.heard(parseSegment(`QN=${qn};ST=91;CN=${cn};MN=A1;CP=&&${content}&&`) as Segment);
  return { clock, sent, requests, says };
}

test('answer, data and result, each in time, however long all of it takes', async () => {
  const { clock, sent, requests, says } = start();
  const outcome = requests.ask(request, never);
  await settle();
  says('9011', 'QnRtn=1');
  for (let n = 0; n < 5; n += 1) {
    await clock.advance(50_000);
    expect(says('2061', 'DataTime=20261121080000')).toBe(true);
  }
  expect(says('2061', 'DataTime=20261121080000', '20200101000000000')).toBe(false);
  says('9012', 'ExeRtn=1');
  expect(await outcome).toBe('done');
  expect(sent).toEqual(['20261121080000000']);
});

test.each([
  ['9012', 'ExeRtn=100', 'no data'],
  ['9012', 'ExeRtn=1', 'done'],
])('a result without an answer before it is one: %s %s', async (cn, content, outcome) => {
  const { requests, says } = start();
  const asked = requests.ask(request, never);
  await settle();
  says(cn, content);
  expect(await asked).toBe(outcome);
});

test.each([
  ['9011', 'QnRtn=2', 'QnRtn 2: refused'],
  ['9012', 'ExeRtn=5', 'ExeRtn 5: busy'],
  ['9012', 'ExeRtn=77', 'ExeRtn 77: unknown code'],
])('%s %s is a fault of the station, in words', async (cn, content, words) => {
  const { requests, says } = start();
  const asked = requests.ask(request, never).catch((error: unknown) => error);
  await settle();
  says(cn, content);
  const fault = (await asked) as DeviceFault;
  expect(fault).toBeInstanceOf(DeviceFault);
  expect(fault.message).toBe(`station A1, request 2061: ${words}`);
});

test('data without a result is all there is; an acceptance without either is a fault', async () => {
  const { clock, requests, says } = start();
  const withData = requests.ask(request, never);
  await settle();
  says('2061', 'DataTime=20261121080000');
  await clock.advance(60_000);
  expect(await withData).toBe('done');
  const without = requests.ask(request, never).catch((error: unknown) => error);
  await settle();
  says('9011', 'QnRtn=1');
  await clock.advance(60_000);
  expect(String(await without)).toContain('it accepted, and never said that it was done');
});

test('requests go one after the other, each with a number of its own; an abort ends the one', async () => {
  const { sent, requests, says } = start();
  const ending = new AbortController();
  const first = requests.ask(request, ending.signal).catch((error: unknown) => error);
  const second = requests.ask(request, never);
  await settle();
  expect(sent).toHaveLength(1);
  ending.abort(new Error('enough'));
  expect(await first).toEqual(new Error('enough'));
  await settle();
  expect(sent).toEqual(['20261121080000000', '20261121080000001']);
  says('9012', 'ExeRtn=1');
  expect(await second).toBe('done');
});
