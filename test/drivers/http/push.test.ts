import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Laboratory } from '../../../firmware-sim/http/index.js';
import { NotConnected, silentLog } from '../../../gateway/contract/index.js';
import { http } from '../../../drivers/http/index.js';
import { resolveSecret } from '../../../gateway/runtime/index.js';
import { KeptFacts } from '../files/files-link.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { said } from '../files/told-log.js';
import { type Devices, linkOf, type Listening, openLink } from './http-link.js';

const token = 'canary-token-0815';
const devices: Devices = {
  lab: {
    records: [{ name: 'lab-result', list: 'results', id: 'sample', time: 'takenAt' }],
    tags: { ash: { path: 'results[-1].ash' }, moisture: { path: 'results[-1].moisture' } },
  },
  meter: { path: '/meters/7', time: 'at', tags: { level: { path: 'level' }, open: { path: 'open', type: 'boolean' } } },
};
const settings = { listen: '127.0.0.1:0', token: { env: 'TEST_LAB_TOKEN' } };

let open: Listening[] = [];

beforeEach(() => {
  process.env['TEST_LAB_TOKEN'] = token;
});

afterEach(async () => {
  for (const { driver } of open) await driver.close();
  open = [];
  delete process.env['TEST_LAB_TOKEN'];
});

async function listen(more: Readonly<Record<string, unknown>> = {}, clock?: ManualClock) {
  const listening = await openLink(linkOf({ ...settings, ...more }, devices), clock);
  open.push(listening);
  const address = `http://127.0.0.1:${listening.driver.port}`;
  return { ...listening, address, lab: new Laboratory({ address, path: '/lab', token }) };
}

const result = { sample: 'M-1', takenAt: '2026-11-21T09:00:00+08:00', ash: 12.5, moisture: 8 };

describe('what is posted', () => {
  test('is answered 202 after it was told: records as happenings, values as a reading', async () => {
    const { lab, told } = await listen();
    const { status, body } = await lab.post([result]);
    expect([status, body]).toEqual([202, { values: 2, records: 1, repeated: 0 }]);
    expect(told.happenings).toEqual([
      { device: 'lab', name: 'lab-result', at: Date.UTC(2026, 10, 21, 1), id: 'M-1', fields: result },
    ]);
    expect(told.readings.map(said)).toEqual([{ ash: 12.5, moisture: 8 }]);
  });

  test('and posted again is answered the same way and told once', async () => {
    const { lab, told, driver } = await listen();
    await lab.post([result]);
    expect(await lab.post([result, { ...result, sample: 'M-2' }])).toMatchObject({
      status: 202,
      body: { records: 1, repeated: 1 },
    });
    expect(told.happenings.map(({ id }) => id)).toEqual(['M-1', 'M-2']);
    expect(driver.counters()).toMatchObject({ requests: 2, accepted: 2, records: 2, repeated: 1 });
  });

  test('is known across a restart', async () => {
    const learned = new KeptFacts();
    for (const sample of ['M-1', 'M-2']) {
      const link = linkOf(settings, devices);
      const listening = await openLink(link, undefined, learned);
      open.push(listening);
      const address = `http://127.0.0.1:${listening.driver.port}`;
      await new Laboratory({ address, path: '/lab', token }).post([result, { ...result, sample }]);
      expect(listening.told.happenings.map(({ id }) => id)).toEqual([sample]);
      await listening.driver.close();
    }
  });

  test('leaves absent what it does not speak of; an earlier time is history, the same is no news', async () => {
    const { lab, told } = await listen();
    const post = (body: unknown) => lab.send(JSON.stringify(body), { path: '/meters/7' });
    await post({ at: 1_795_222_800, level: 3 });
    await post({ at: 1_795_222_800_000, level: 3 });
    await post({ at: '2026-11-20 00:00:00', level: 1 });
    await post({ at: 1_795_222_900, open: true });
    expect(told.readings.map((reading) => [said(reading), reading.late ?? false])).toEqual([
      [{ level: 3 }, false],
      [{ level: 1 }, true],
      [{ open: 1 }, false],
    ]);
    expect(told.readings[0]?.times?.[0]).toBe(1_795_222_800_000);
  });
});

describe('what is wrong is refused with what to mend, and nothing of it is told', () => {
  test.each<[string, string | Buffer, Parameters<Laboratory['send']>[1], number, unknown]>([
    ['no token', '{}', { headers: { authorization: '' } }, 401, /Authorization: Bearer/],
    ['a wrong token', '{}', { headers: { authorization: 'Bearer x' } }, 401, /Authorization: Bearer/],
    ['a wrong token and path', '{}', { path: '/x', headers: { authorization: 'Bearer x' } }, 401, /Bearer/],
    ['another path', '{}', { path: '/x' }, 404, /no device of this link has this path/],
    ['GET', '', { method: 'GET' }, 405, /only POST/],
    ['a form', 'a=1', { headers: { 'content-type': 'text/plain' } }, 415, /application\/json/],
    ['no JSON', '{"results":', {}, 400, /no JSON/],
    ['JSON that is too deep', `${'['.repeat(40)}${']'.repeat(40)}`, {}, 400, /deeper than 32 levels/],
    ['a large body', `"${'x'.repeat(3000)}"`, {}, 413, /2000 bytes/],
    ['an id that is no word', '{"results":[{"sample":{"toString":1},"takenAt":1}]}', {}, 422, /no id/],
    ['nothing that is declared', '{"a":1}', {}, 422, /nothing of what is declared/],
  ])('%s', async (_, body, options, status, sentence) => {
    const { lab, told } = await listen({ bodyBytesMax: '2kB' });
    const answer = await lab.send(body, options);
    expect(answer.status).toBe(status);
    const { error } = answer.body as { readonly error: { readonly en: string; readonly zh: string } };
    expect(error.en).toMatch(sentence as RegExp);
    expect(error.zh).toMatch(/\p{Script=Han}/u);
    expect([told.readings, told.happenings]).toEqual([[], []]);
  });

  test.each<[unknown, string]>([
    [{ results: [{ ...result, ash: 'much' }] }, 'results[-1].ash'],
    [{ results: [result, { takenAt: result.takenAt }] }, 'results[1]'],
    [{ results: [{ ...result, takenAt: 'yesterday' }] }, 'results[0].takenAt'],
    [{ results: [result, 7] }, 'results[1]'],
  ])('%j names the field %s', async (body, field) => {
    const { lab, told } = await listen();
    expect(await lab.send(JSON.stringify(body))).toMatchObject({ status: 422, body: { field } });
    expect([told.readings, told.happenings]).toEqual([[], []]);
  });

  test('too many a second, until a second has passed', async () => {
    const clock = new ManualClock();
    const { lab, driver } = await listen({ requestsPerSecond: 2 }, clock);
    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1) statuses.push((await lab.post([result])).status);
    expect(statuses).toEqual([202, 202, 202, 202, 429, 429]);
    await clock.advance(1000);
    expect((await lab.post([result])).status).toBe(202);
    expect(driver.counters()).toMatchObject({ limited: 2 });
  });

  test('strangers do not use up what is allowed to others', async () => {
    const { lab } = await listen({ requestsPerSecond: 1 }, new ManualClock());
    for (let n = 0; n < 10; n += 1) {
      expect((await lab.send('{}', { headers: { authorization: 'Bearer x' } })).status).toBe(401);
    }
    expect((await lab.post([result])).status).toBe(202);
  });
});

describe('the port', () => {
  test('that is taken is told with its number, and free again after closing', async () => {
    const { driver } = await listen();
    const other = linkOf({ ...settings, listen: `127.0.0.1:${driver.port}` }, devices);
    await expect(openLink(other)).rejects.toThrow(NotConnected);
    await expect(openLink(other)).rejects.toThrow(/cannot listen on 127\.0\.0\.1:\d+: EADDRINUSE; another program/);
    await driver.close();
    const second = await openLink(other);
    open.push(second);
    expect(second.driver.port).toBe(other.settings.listen?.port);
  });

  test('closes also those who send slowly', async () => {
    const { driver } = await listen();
    const socket = connect(driver.port as number, '127.0.0.1');
    const isClosed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    socket.write('POST /lab HTTP/1.1\r\nHost: x\r\n');
    await driver.close();
    await isClosed;
  });

  test('refuses until the subscription stands', async () => {
    const { driver, lab } = await listen();
    const { port } = driver;
    await driver.close();
    const link = linkOf({ ...settings, listen: `127.0.0.1:${port}` }, devices);
    const learned = { get: () => undefined, set: () => undefined };
    const early = await http.create(link, {
      log: silentLog,
      clock: new ManualClock(),
      learned,
      secret: resolveSecret,
    });
    await early.connect(new AbortController().signal);
    expect((await lab.post([result])).status).toBe(503);
    await early.close();
  });
});

test('a device that sends nothing is told once as bad throughout, and good when it sends again', async () => {
  const clock = new ManualClock();
  const { told, lab, log } = await listen({}, clock);
  await lab.post([result]);
  await clock.advance(3 * 3_600_000);
  await settle();
  await lab.post([{ ...result, sample: 'M-2', ash: 13 }]);
  const own = told.readings.filter(({ table }) => table.device === 'lab');
  expect(own.map(said)).toEqual([
    { ash: 12.5, moisture: 8 },
    { ash: 'bad-no-answer', moisture: 'bad-no-answer' },
    { ash: 13, moisture: 8 },
  ]);
  expect(JSON.stringify(log.lines)).not.toContain(token);
});

test('where to post can be told in words', async () => {
  const { driver } = await listen();
  expect((await driver.probe(new AbortController().signal)).en).toMatch(
    /^http:\/\/127\.0\.0\.1:0 can be listened on; POST JSON with the token to \/lab, \/meters\/7$/,
  );
});

test('a body dated in the future makes no history of what is right', async () => {
  const clock = new ManualClock(1_795_222_800_000);
  const { lab, told } = await listen({}, clock);
  const post = (body: unknown) => lab.send(JSON.stringify(body), { path: '/meters/7' });
  await post({ at: 1_795_222_700, level: 1 });
  await post({ at: 1_895_222_800, level: 2 });
  await post({ at: 1_895_222_800, level: 2 });
  await post({ at: 1_795_222_800, level: 3 });
  await post({ at: 1_795_222_750, level: 4 });
  expect(told.readings.map((reading) => [said(reading)['level'], reading.late ?? false])).toEqual([
    [1, false],
    [2, false],
    [3, false],
    [4, true],
  ]);
});

test('records whose ids differ in their nineteenth digit alone are all told', async () => {
  const { lab, told } = await listen();
  const ids = ['1859371264512345601', '1859371264512345602'];
  await lab.send(`{"results":[${ids.map((id) => `{"sample":${id}}`).join(',')}]}`);
  expect(told.happenings.map(({ id, fields }) => [id, fields])).toEqual(ids.map((sample) => [sample, { sample }]));
});

test('a body in GBK is read by its charset, and refused in words without one', async () => {
  const { lab, told } = await listen();
  const body = Buffer.concat([Buffer.from('{"results":[{"sample":"'), Buffer.from([0xd4, 0xcb]), Buffer.from('"}]}')]);
  expect(await lab.send(body)).toMatchObject({
    status: 400,
    body: { error: { en: expect.stringMatching(/no text/) } },
  });
  const answer = await lab.send(body, { headers: { 'content-type': 'application/json; charset=GBK' } });
  expect(answer.status).toBe(202);
  expect(told.happenings.map(({ id }) => id)).toEqual(['运']);
});

test('connections beyond 64 are counted and told once', async () => {
  const { driver, log } = await listen();
  const sockets = Array.from({ length: 67 }, () => connect(driver.port as number, '127.0.0.1'));
  for (const socket of sockets) socket.on('error', () => undefined);
  while (driver.counters()['dropped'] !== 3) await settle();
  for (const socket of sockets) socket.destroy();
  expect(log.lines).toEqual([
    [expect.stringMatching(/^connections are closed unheard/), { connectionsMax: 64, dropped: 1 }],
  ]);
});

test('a connection that sends no headers is closed long before a slow body would be', async () => {
  const { driver } = await listen({ timeout: '5min' });
  const socket = connect(driver.port as number, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.resume().on('close', () => resolve()));
}, 15_000);
