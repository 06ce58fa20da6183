import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Registries, registries, siteLoader } from '../../../config/index.js';
import { szy206 } from '../../../drivers/szy206/index.js';
import { crc8 } from '../../../drivers/szy206/crc8.js';
import { type Json, Quality } from '../../../gateway/contract/index.js';
import { memoryIo } from '../../config/fakes.js';
import { ManualClock } from '../../support/manual-clock.js';
import { bytesOf, linkOf, type Stage, startStage, stationSpec, valuesOf } from './centre-link.js';

let stage: Stage;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await stage.close();
});

const meter = { station: '110108-1284' } as const;

async function answerTo(hex: string): Promise<string> {
  const socket = createConnection({ host: '127.0.0.1', port: stage.port, noDelay: true });
  sockets.push(socket);
  await once(socket, 'connect');
  const answer = once(socket, 'data');
  socket.write(bytesOf(hex));
  return ((await answer)[0] as Buffer).toString('hex').toUpperCase();
}

describe('a published frame', () => {
  test('of a meter is told and confirmed, with the time of this box in its own form', async () => {
    const clock = new ManualClock(Date.parse('2026-11-09T08:46:30+08:00'));
    stage = await startStage({ meter: { station: '5303810D00' } }, clock);
    // Control 30H, address, C0H, mode 00, 30 s 46 min 8 h day 9, no limit of delay.
    expect(await answerTo('681A68B35303810D00C00059000000826110000001106000004508090A3516')).toMatch(
      /^680D68305303810D00C0003046080900..16$/,
    );
    expect(stage.readings.map((reading) => valuesOf(reading))).toEqual([
      { flow: 5.9, volume: 106_182, alarm: 0x1001, doorOpen: 0 },
    ]);
    expect(stage.readings[0]?.times?.[2]).toBe(Date.parse('2026-11-09T08:45:00+08:00'));
  });

  const daily = '681A68B35303810D00C00059000000826110000001106000004508090A3516';

  test('is a report of its own a month later, and an hour later', async () => {
    const clock = new ManualClock(Date.parse('2026-10-09T08:46:30+08:00'));
    stage = await startStage({ meter: { station: '5303810D00', silentAfter: '60d' } }, clock);
    for (const stepMs of [0, 1000, 31 * 86_400_000]) {
      clock.stepUtc(stepMs);
      await answerTo(daily);
    }
    const times = ['2026-10-09T08:45:00+08:00', '2026-11-09T08:45:00+08:00'].map((text) => Date.parse(text));
    expect(stage.readings.map((reading) => reading.times?.[2])).toEqual(times);
    await clock.advance(3_599_999);
    await answerTo(daily);
    expect(stage.readings).toHaveLength(2);
    await clock.advance(1);
    await answerTo(daily);
    expect(stage.readings).toHaveLength(3);
  });

  test('is learned 30 s after it was told: when a power cut takes it, its repetition is told', async () => {
    const clock = new ManualClock(Date.parse('2026-11-09T08:46:30+08:00'));
    const learned = new Map<string, Json>();
    const meters = { meter: { station: '5303810D00' } };
    stage = await startStage(meters, clock, learned);
    await answerTo(daily);
    await clock.advance(29_999);
    const atPowerCut = new Map(learned);
    await clock.advance(1);
    await stage.close();
    for (const [facts, readings] of [
      [atPowerCut, 1],
      [learned, 0],
    ] as const) {
      stage = await startStage(meters, clock, facts);
      await answerTo(daily);
      expect(stage.readings).toHaveLength(readings);
      await stage.close();
    }
  });

  test('from a clock that was hours ahead makes none late once it is right', async () => {
    const clock = new ManualClock(Date.parse('2026-11-09T00:46:30+08:00'));
    stage = await startStage({ meter: { station: '5303810D00' } }, clock);
    await answerTo(daily);
    const user = Buffer.from('B35303810D00C000590000008261100000011060000045000900', 'hex');
    const checked = Buffer.concat([user, Buffer.of(crc8(user), 0x16)]).toString('hex');
    await answerTo(`681A68${checked}`);
    expect(stage.readings.map(({ times, late = false }) => [times?.[2], late])).toEqual([
      [Date.parse('2026-11-09T08:45:00+08:00'), false],
      [Date.parse('2026-11-09T00:45:00+08:00'), false],
    ]);
  });

  test('of a voltage is told each time', async () => {
    stage = await startStage({ meter });
    expect(await answerTo('6809688D1101080405843012A116')).toMatch(/^6808680011010804058400..16$/);
    await answerTo('6809688D1101080405843012A116');
    expect(stage.readings.map((reading) => valuesOf(reading))).toEqual([{ voltage: 12.3 }, { voltage: 12.3 }]);
  });
});

describe('simulated stations', () => {
  test.each([false, true])('report and are confirmed; long time tag %s', async (hasLongTag) => {
    stage = await startStage({ meter });
    const [station] = stage.simulate({ stations: [{ ...stationSpec(), hasLongTag }] }).stations;
    for (const kind of ['login', 'keep-alive', 'level', 'rain', 'flow', 'alarm', 'voltage'] as const) {
      const confirmation = await station?.report(kind);
      expect([kind, confirmation?.count]).toEqual([kind, 3]);
      if (kind === 'login') expect([...(confirmation?.data ?? [])]).toEqual([0xf0]);
    }
    const bits = { alarm: 0x2000, doorOpen: 1 };
    expect(stage.readings.map((reading) => valuesOf(reading))).toEqual([
      { level: -3.141, ...bits },
      { rain: 12.5, ...bits },
      { flow: 0.01, volume: 106_182, ...bits },
      { level: -3.141, ...bits },
      { voltage: 12.3 },
    ]);
    expect(stage.driver.counters()).toMatchObject({ messages: 7, answers: 7, damaged: 0, unsupported: 0 });
  });

  test('what befalls frames costs none that was confirmed, and none comes twice', async () => {
    stage = await startStage({ meter });
    const spec = stationSpec();
    const simulator = stage.simulate({ stations: [{ ...spec, hasLongTag: true }], seed: 3, resendAfterMs: 100 });
    for (const kind of ['dropped', 'duplicated', 'merged', 'truncated', 'garbage', 'foreign-frame'] as const) {
      simulator.inject({ kind, share: 0.08 });
    }
    simulator.inject({ kind: 'wrong-checksum', share: 0.06 });
    simulator.inject({ kind: 'split', share: 0.1 });
    const confirmed: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      spec.model.command('levelM', 10 + round / 1000);
      if (await simulator.stations[0]?.report('level')) confirmed.push(10 + round / 1000);
    }
    const levels = stage.readings.map((reading) => valuesOf(reading)['level']);
    expect(levels).toEqual([...new Set(levels)]);
    expect(levels).toEqual(expect.arrayContaining(confirmed));
    expect(confirmed.length).toBeGreaterThan(25);
    expect(stage.driver.counters()['repeated']).toBeGreaterThan(0);
  });

  test('a frame of another function is kept as it came, counted, named once and not confirmed', async () => {
    stage = await startStage({ meter });
    const [station] = stage.simulate({ stations: [stationSpec()], resendAfterMs: 20 }).stations;
    expect(await station?.report('unknown')).toBeUndefined();
    await station?.report('level');
    expect(stage.happenings.length).toBeGreaterThan(0);
    expect(stage.happenings[0]).toMatchObject({
      device: 'meter',
      name: 'unsupported-frame',
      fields: { function: '5FH', why: 'function 5FH is not known here' },
    });
    expect(stage.warnings).toHaveLength(1);
  });

  test('a station that is not configured is refused', async () => {
    stage = await startStage({ meter });
    const stranger = stage.simulate({ stations: [stationSpec(1, '0012345678')], resendAfterMs: 10 });
    expect(await stranger.stations[0]?.report('level')).toBeUndefined();
    const known = stage.simulate({ stations: [stationSpec()] });
    expect(await known.stations[0]?.report('level')).toBeDefined();
    expect(stage.driver.counters()['refused']).toBeGreaterThan(0);
    expect(stage.warnings.map(({ why }) => why)).toEqual([
      'this link has no station 0012345678; compare its address with the link',
    ]);
    const { en } = await stage.driver.probe(new AbortController().signal);
    expect(en).toMatch(/meter \(station 1101080405\): report C0H 0 s ago\nrefused: station 0012345678/);
  });

  test('one that falls silent is bad throughout, once', async () => {
    const clock = new ManualClock();
    stage = await startStage({ meter: { ...meter, silentAfter: '1h' } }, clock);
    await clock.advance(3_599_000);
    expect(stage.readings).toEqual([]);
    await clock.advance(7_200_000);
    expect(stage.readings).toHaveLength(1);
    expect([...new Set(stage.readings[0]?.quality)]).toEqual([Quality['bad-no-answer']]);
  });
});

describe('schemas', () => {
  test.each([
    ['110108-1284', '1101080405'],
    ['12345678', '0012345678'],
    ['5303810d00', '5303810D00'],
  ])('station %s is sent as %s', async (given, sent) => {
    stage = await startStage({ meter });
    expect(szy206.device.parse({ station: given }).station).toBe(sent);
  });

  test('what cannot be is refused', async () => {
    stage = await startStage({ meter });
    for (const station of ['110108-60001', '110108-0', '1234', 12345678]) {
      expect(szy206.device.safeParse({ station }).success).toBe(false);
    }
    expect(szy206.tag.safeParse({ quantity: 'level', bit: 1 }).success).toBe(false);
    expect(szy206.tag.safeParse({ quantity: 'alarm', number: 2 }).success).toBe(false);
    expect(szy206.link.safeParse({ address: 'serial:/dev/ttyS1' }).success).toBe(false);
    const { problems } = szy206.plan(linkOf(7652, { one: meter, other: meter }));
    expect(problems.map(({ path }) => path)).toEqual([['devices', 'other', 'station']]);
  });
});

const withSzy206 = { ...registries, drivers: { ...registries.drivers, szy206 } } as unknown as Registries;

test.each(['szy206-water-meter', 'szy206-water-level'])('the shipped profile %s', async (profile) => {
  stage = await startStage({ meter });
  const site = `version: 1
site: { id: works }
links:
  water:
    driver: szy206
    address: tcp-listen://0.0.0.0:7652
    devices:
      intake: { profile: ${profile}, station: 110108-1284 }
context: {}
`;
  const shipped = readFileSync(join(process.cwd(), 'config/profiles', `${profile}.yaml`));
  const io = memoryIo({ 'site.yaml': site, [`shipped/${profile}.yaml`]: shipped });
  const { site: loaded, problems } = await siteLoader(withSzy206)('site.yaml', io);
  expect(problems).toEqual([]);
  expect(loaded?.links[0]?.devices[0]?.groups[0]?.tags.map(({ name }) => name)).toContain('battery');
});
