import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WeatherService, type WeatherServiceOptions } from '../../../firmware-sim/http/index.js';
import { HeldValues } from '../../../firmware-sim/index.js';
import type { Reading } from '../../../gateway/contract/index.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { said } from '../files/told-log.js';
import { type Devices, linkOf, type Listening, openLink } from './http-link.js';

const start = Date.UTC(2026, 10, 21, 1, 5);
const key = 'canary-key-4711';
const weather: Devices = {
  sky: {
    path: '/now',
    time: 'now.obsTime',
    valid: { path: 'code', is: ['200'] },
    tags: { temperature: { path: 'now.temp' }, rain: { path: 'now.precip' }, sky: { path: 'now.text', type: 'text' } },
  },
};

let clock: ManualClock;
let model: HeldValues;
let service: WeatherService;
let open: Listening[] = [];

beforeEach(() => {
  clock = new ManualClock(start);
  model = new HeldValues({ temp: 23.5, precip: 0, text: 1 });
  process.env['TEST_WEATHER_KEY'] = key;
});

afterEach(async () => {
  for (const { driver } of open) await driver.close();
  open = [];
  await service.stop();
  delete process.env['TEST_WEATHER_KEY'];
});

async function listen(
  settings: Readonly<Record<string, unknown>> = {},
  options: Partial<WeatherServiceOptions> = {},
  devices = weather,
): Promise<Listening> {
  service = new WeatherService({ model, clock, ...options });
  await service.start();
  const listening = await openLink(linkOf({ url: service.address, every: '1min', ...settings }, devices), clock);
  open.push(listening);
  return listening;
}

/** Lets a minute pass, and the polls that fall into it end. */
async function minute({ driver }: Listening): Promise<void> {
  const { polls = 0 } = driver.counters();
  await clock.advance(60_000);
  await pollsEnded({ driver }, polls + 1);
}

/** Nothing is under way when only the pause and the silence are waited for. */
async function pollsEnded({ driver }: Pick<Listening, 'driver'>, polls: number): Promise<void> {
  while ((driver.counters()['polls'] ?? 0) < polls || clock.waiting !== 2) await settle();
}

const tellings = (readings: readonly Reading[]): unknown[] => readings.map(said);

describe('a service that is asked', () => {
  test('gives its values with the time they were measured, also numbers written as text', async () => {
    const { told } = await listen({}, { isGzip: true });
    const [reading] = await told.count(1);
    expect(tellings(told.readings)).toEqual([{ temperature: 23.5, rain: 0, sky: '1' }]);
    expect([...(reading?.times ?? [])]).toEqual([0, 0, 0].map(() => Date.UTC(2026, 10, 21, 1, 0)));
  });

  test('is asked each `every`; the same observation again is no news, the next one is', async () => {
    const listening = await listen();
    const { told, driver } = listening;
    await told.count(1);
    await pollsEnded(listening, 1);
    for (let n = 0; n < 4; n += 1) await minute(listening);
    expect(told.readings).toHaveLength(1);
    expect(driver.counters()).toMatchObject({ polls: 5, repeated: 4 });
    model.command('temp', 24);
    await minute(listening);
    expect(tellings(told.readings)).toEqual([
      { temperature: 23.5, rain: 0, sky: '1' },
      { temperature: 24, rain: 0, sky: '1' },
    ]);
  });

  test('is not sent what it has already: an unchanged version is asked about', async () => {
    const listening = await listen({}, { hasVersions: true });
    await listening.told.count(1);
    await pollsEnded(listening, 1);
    await minute(listening);
    expect(service.asked.map(({ status }) => status)).toEqual([200, 304]);
    expect(listening.driver.counters()).toMatchObject({ polls: 2, unchanged: 1 });
  });

  test('an observation says how late it may be', async () => {
    const { told } = await listen({}, {}, { sky: { ...weather['sky'], delay: '30min' } as Devices[string] });
    const [reading] = await told.count(1);
    expect(reading?.behindMs).toBe(1_800_000);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['as a token', { token: { env: 'TEST_WEATHER_KEY' } }],
    ['as a parameter', { query: { key: { env: 'TEST_WEATHER_KEY' } } }],
    ['as a header', { headers: { authorization: { env: 'TEST_WEATHER_KEY' } } }],
  ])('gets its key %s', async (how, settings) => {
    if (how === 'as a header') process.env['TEST_WEATHER_KEY'] = `Bearer ${key}`;
    const { told } = await listen(settings, { key });
    await told.count(1);
    expect(tellings(told.readings)).toEqual([{ temperature: 23.5, rain: 0, sky: '1' }]);
  });

  test('a redirect to the same host is followed', async () => {
    const { told } = await listen({}, {}, { sky: { ...weather['sky'], path: '/moved' } as Devices[string] });
    await told.count(1);
    expect(tellings(told.readings)).toEqual([{ temperature: 23.5, rain: 0, sky: '1' }]);
  });
});

describe('what a service does wrong is a quality with a reason, and over when it is over', () => {
  const allBad = (quality: string) => ({ temperature: quality, rain: quality, sky: quality });

  test.each<[string, Parameters<WeatherService['trouble']>[0], string, RegExp]>([
    ['403', { kind: 'status', status: 403 }, 'bad-configuration', /\/now answers 403; check the token or key/],
    ['404', { kind: 'status', status: 404 }, 'bad-configuration', /answers 404; check `url` and `path`/],
    ['500', { kind: 'status', status: 500 }, 'bad-device-failure', /answers 500; the service has trouble of its own/],
    ['a page', { kind: 'body', text: '<html>' }, 'bad-decoding', /the body is no JSON; check/],
    ['deep', { kind: 'body', text: '['.repeat(900) }, 'bad-decoding', /nested deeper than 32 levels/],
    ['large', { kind: 'body', text: `"${'x'.repeat(3000)}"` }, 'bad-decoding', /larger than 2000 bytes/],
    ['an error in 200', { kind: 'body', text: '{"code":"402"}' }, 'bad-device-failure', /gives no data: code is 402/],
    [
      'elsewhere',
      { kind: 'elsewhere', to: 'http://example.com/' },
      'bad-configuration',
      /to another host or port, example.com/,
    ],
    ['round and round', { kind: 'elsewhere', to: '/now' }, 'bad-configuration', /more than 2 times/],
    ['a cut', { kind: 'cut' }, 'bad-no-answer', /check the network and the service/],
  ])('%s', async (_, trouble, quality, reason) => {
    const listening = await listen({ bodyBytesMax: '2kB', query: { key: { env: 'TEST_WEATHER_KEY' } } });
    const { told, log } = listening;
    await told.count(1);
    await pollsEnded(listening, 1);
    service.trouble(trouble);
    await minute(listening);
    await minute(listening);
    service.heal();
    await minute(listening);
    expect(tellings(told.readings)).toEqual([
      { temperature: 23.5, rain: 0, sky: '1' },
      allBad(quality),
      allBad(quality),
      { temperature: 23.5, rain: 0, sky: '1' },
    ]);
    expect(log.lines.map(([message]) => message)).toEqual(['a service gives no data', 'a service gives data again']);
    expect(log.lines[0]?.[1]['reason']).toMatch(reason);
    expect(JSON.stringify(log.lines)).not.toContain(key);
  });

  test('no answer within the time-out', async () => {
    const listening = await listen();
    await listening.told.count(1);
    await pollsEnded(listening, 1);
    service.trouble({ kind: 'silent' });
    await clock.advance(60_000);
    while (service.asked.length < 2) await settle();
    await clock.advance(10_000);
    await listening.told.count(2);
    expect(tellings(listening.told.readings)[1]).toEqual(allBad('bad-no-answer'));
    expect(listening.log.lines[0]?.[1]['reason']).toMatch(/no whole answer within 10000 ms/);
  });

  test('nobody there', async () => {
    const listening = await listen({ url: 'http://127.0.0.1:9' });
    await listening.told.count(1);
    expect(tellings(listening.told.readings)).toEqual([allBad('bad-no-answer')]);
    expect(listening.log.lines[0]?.[1]['reason']).toMatch(/ECONNREFUSED; nobody listens there/);
  });

  test('is left alone for as long as it asks', async () => {
    const listening = await listen();
    await listening.told.count(1);
    await pollsEnded(listening, 1);
    service.trouble({ kind: 'status', status: 429, retryAfter: '300' });
    await minute(listening);
    for (let n = 0; n < 4; n += 1) await clock.advance(60_000);
    expect(service.asked).toHaveLength(2);
    service.heal();
    await minute(listening);
    expect(service.asked).toHaveLength(3);
  });

  test('a value that is none is bad alone; what is not there is a matter of configuration', async () => {
    const body = '{"code":200,"now":{"obsTime":"2026-11-21T09:00+08:00","temp":"warm","precip":null}}';
    const listening = await listen();
    await listening.told.count(1);
    await pollsEnded(listening, 1);
    service.trouble({ kind: 'body', text: body });
    await minute(listening);
    expect(tellings(listening.told.readings)[1]).toEqual({
      temperature: 'bad-decoding',
      rain: 'bad-sensor-failure',
      sky: 'bad-configuration',
    });
    expect(listening.driver.counters()).toMatchObject({ wrong: 1 });
  });
});

test('an observation that never changes is silence, told once; the next one is believed', async () => {
  const still = new ManualClock(start);
  const listening = await listen(
    {},
    { clock: still },
    { sky: { ...weather['sky'], silence: '10min' } as Devices[string] },
  );
  await listening.told.count(1);
  await pollsEnded(listening, 1);
  for (let n = 0; n < 25; n += 1) await minute(listening);
  expect(listening.told.readings).toHaveLength(2);
  expect(tellings(listening.told.readings)[1]).toMatchObject({ temperature: 'bad-no-answer' });
  model.command('temp', 1);
  await minute(listening);
  expect(tellings(listening.told.readings)[2]).toMatchObject({ temperature: 1 });
});

test('records of a list are told once each, whatever else is asked again', async () => {
  const permits: Devices = {
    permits: {
      path: '/now',
      records: [{ name: 'permit', list: 'permits', id: ['no', 'version'], time: 'from' }],
      tags: { open: { path: 'open' } },
    },
  };
  const permit = (no: string, version = 1) => ({ no, version, from: '2026-11-21 09:00', work: '动火' });
  const listening = await listen({}, {}, permits);
  service.trouble({ kind: 'body', text: JSON.stringify({ open: 1, permits: [permit('P1')] }) });
  while (listening.driver.counters()['polls'] !== 1 || clock.waiting !== 2) await settle();
  await minute(listening);
  service.trouble({
    kind: 'body',
    text: JSON.stringify({ open: 2, permits: [permit('P1'), permit('P2'), permit('P1', 2), 'x', { version: 1 }] }),
  });
  await minute(listening);
  const { happenings } = listening.told;
  expect(happenings.map(({ id, at, name }) => [name, id, at])).toEqual([
    ['permit', 'P1/1', Date.UTC(2026, 10, 21, 1)],
    ['permit', 'P2/1', Date.UTC(2026, 10, 21, 1)],
    ['permit', 'P1/2', Date.UTC(2026, 10, 21, 1)],
  ]);
  expect(happenings[0]?.fields).toEqual(permit('P1'));
  expect(listening.driver.counters()).toMatchObject({ records: 3, wrong: 2 });
});

test('a missing secret is told by name before anything is asked', async () => {
  delete process.env['TEST_WEATHER_KEY'];
  await expect(listen({ token: { env: 'TEST_WEATHER_KEY' } })).rejects.toThrow(/TEST_WEATHER_KEY is not set/);
  expect(service.asked).toEqual([]);
});

test('closing ends a request that is under way', async () => {
  const listening = await listen();
  await listening.told.count(1);
  await pollsEnded(listening, 1);
  service.trouble({ kind: 'silent' });
  await clock.advance(60_000);
  while (service.asked.length < 2) await settle();
  await listening.driver.close();
  expect(clock.waiting).toBe(0);
  expect(listening.told.readings).toHaveLength(1);
});

test('the service can be tested in words', async () => {
  const { driver } = await listen();
  expect(await driver.probe(new AbortController().signal)).toEqual({
    en: 'sky: temperature = 23.5, rain = 0, sky = 1, 2026-11-21T01:00:00.000Z',
    zh: 'sky：temperature = 23.5, rain = 0, sky = 1, 2026-11-21T01:00:00.000Z',
  });
  service.trouble({ kind: 'status', status: 404 });
  expect((await driver.probe(new AbortController().signal)).en).toMatch(/^sky: .* answers 404/);
});

test('a redirect to another port of the host is not followed: the key stays here', async () => {
  const other = new WeatherService({ model, clock });
  await other.start();
  try {
    const listening = await listen({ token: { env: 'TEST_WEATHER_KEY' } }, { key });
    await listening.told.count(1);
    await pollsEnded(listening, 1);
    service.trouble({ kind: 'elsewhere', to: `${other.address}/now` });
    await minute(listening);
    expect(other.asked).toEqual([]);
    expect(listening.log.lines[0]?.[1]['reason']).toMatch(/to another host or port, 127\.0\.0\.1:\d+/);
  } finally {
    await other.stop();
  }
});
