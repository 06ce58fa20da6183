import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { packed } from '../../../firmware-sim/hj212/codec.js';
import { Hj212Station } from '../../../firmware-sim/hj212/index.js';
import { NotConnected } from '../../../gateway/contract/index.js';
import { freePort } from '../../support/free-port.js';
import { ManualClock } from '../../support/manual-clock.js';
import { airFactors, airModel, airTags, goodValues, linkOf, run, saidBy, tablesOf } from './station-link.js';
import { airStation, airValues, endAll, ends, mn, never, scene, stationClock } from './station-scene.js';

afterEach(endAll);

describe('a station that dials in', () => {
  test('is told with its values, flags and times, and acknowledged', async () => {
    const { station, listener, driver } = await scene();
    const one = await station();
    one.flag('a01002', 'M');
    const time = Math.floor(one.time / 1000) * 1000;
    expect(await one.sendRealtime(time)).toBe('acknowledged');
    const [reading] = listener.readings;
    if (!reading) throw new Error('nothing was told');
    expect(saidBy(reading)).toEqual([
      [18.4, 'good'],
      [1.2, 'good'],
      [23.6, 'good'],
      [Number.NaN, 'bad-function-check'],
    ]);
    expect([...(reading.times ?? [])]).toEqual([time, time, time, time]);
    expect(reading.late).toBeUndefined();
    expect(one.orders.map(({ cn, mn: of }) => [cn, of])).toEqual([['9014', mn]]);
    expect(driver.counters()).toMatchObject({ frames: 1, readings: 1, acknowledged: 1, damaged: 0, connected: 1 });
  });

  test('that asks for no acknowledgement gets none; a notice is acknowledged as one', async () => {
    const { station, listener } = await scene();
    const one = await station({ wantsAnswers: false });
    await one.sendRealtime();
    await listener.until(() => listener.readings.length === 1);
    expect(one.orders).toEqual([]);
    expect(await one.askForClock()).toBe('acknowledged');
    expect(one.orders.map(({ cn }) => cn)).toEqual(['9013']);
  });

  test('of the version of 2005 is understood, without numbers too, and answered in its way', async () => {
    const { station, listener } = await scene();
    const one = await station({ version: 0 });
    expect(await one.sendRealtime()).toBe('acknowledged');
    const bare = `ST=22;CN=2011;PW=123456;MN=${mn};CP=&&DataTime=20261121090000;a21001-Rtd=9.5&&`;
    await one.sendBytes(packed(bare));
    await listener.until(() => listener.readings.length === 2);
    expect(goodValues(listener.readings)).toEqual([airValues, [9.5, Number.NaN, Number.NaN, Number.NaN]]);
    expect(saidBy(listener.readings[1] as never).map(([, quality]) => quality)).toEqual([
      'good',
      'absent',
      'absent',
      'absent',
    ]);
  });

  test('has its packets joined into one reading, and the raw bytes of all of them kept', async () => {
    const tags = airTags.map((tag) => ({ ...tag, statutory: true }));
    const { station, listener } = await scene({ air: { mn, groups: { main: { tags } } } });
    const one = await station({ contentMax: 60 });
    expect(await one.sendRealtime()).toBe('acknowledged');
    expect(goodValues(listener.readings)).toEqual([airValues]);
    const raw = Buffer.from(listener.readings[0]?.raw ?? []).toString('latin1');
    expect(raw.match(/##\d{4}QN=/g)).toHaveLength(one.orders.length);
    expect(one.orders.length).toBeGreaterThan(2);
  });

  test('that breaks off between packets has told what came', async () => {
    const { station, listener, driver } = await scene();
    const one = await station();
    const part = (number: number) =>
      packed(
        `QN=20261121090100123;ST=22;CN=2011;PW=1;MN=${mn};Flag=6;PNUM=3;PNO=${number};CP=&&a21001-Rtd=${number}&&`,
      );
    await one.sendBytes(Buffer.concat([part(1), part(1)]));
    one.cut();
    await listener.until(() => listener.readings.length === 1);
    expect(saidBy(listener.readings[0] as never)[0]).toEqual([1, 'uncertain-device-clock']);
    expect(driver.counters()).toMatchObject({ incomplete: 1, repeated: 1 });
  });

  test('tells several stations over one connection, each by its own number', async () => {
    const other = '010000A8900016F000169DC1';
    const groups = { main: { tags: airTags } };
    const { station, listener, driver } = await scene({ one: { mn, groups }, other: { mn: other, groups } });
    const logger = await station();
    await logger.sendRealtime();
    await logger.sendBytes(packed(`QN=20261121090100123;CN=2011;MN=${other};Flag=4;CP=&&a21001-Rtd=3&&`));
    await listener.until(() => listener.readings.length === 2);
    expect(listener.readings.map(({ table }) => table.device)).toEqual(['one', 'other']);
    expect(driver.counters()).toMatchObject({ connections: 1, connected: 1 });
  });

  test('that dials anew is heard over the new connection, and the older one is closed', async () => {
    const { station, listener, log } = await scene();
    const older = await station({ redialMs: 60_000 });
    await older.sendRealtime();
    const newer = await station();
    expect(await newer.sendRealtime()).toBe('acknowledged');
    await older.until(() => !older.isConnected);
    expect(await older.sendRealtime()).toBe('offline');
    expect(listener.readings).toHaveLength(2);
    expect(log.messages).toEqual(['a station came anew; its older connection is closed']);
  });
});

describe('damage on the way', () => {
  test.each(['lower-case-checksum', 'missing-end', 'garbage', 'split', 'merged', 'duplicated'] as const)(
    '%s: everything is told once, and acknowledged',
    async (kind) => {
      const { station, listener } = await scene();
      const one = await station();
      one.inject({ kind, share: 1 });
      for (let n = 0; n < 5; n += 1) expect(await one.sendRealtime()).toBe('acknowledged');
      expect(goodValues(listener.readings)).toEqual(Array.from({ length: 5 }, () => airValues));
    },
  );

  test.each(['wrong-checksum', 'wrong-length', 'dropped'] as const)('%s: nothing is told or answered', async (kind) => {
    const { station, listener, driver, log } = await scene();
    const one = await station({ answerWithinMs: 40 });
    one.inject({ kind, share: 1 });
    expect(await one.sendRealtime()).toBe('unanswered');
    expect(listener.readings).toEqual([]);
    one.heal();
    expect(await one.sendRealtime()).toBe('acknowledged');
    expect(goodValues(listener.readings)).toEqual([airValues]);
    expect(driver.counters()['damaged']).toBe(kind === 'dropped' ? 0 : 3);
    expect(log.messages).toEqual(kind === 'dropped' ? [] : ['damaged frames come from a caller']);
  });

  test('an acknowledgement that was lost: the same again is acknowledged again, and told once', async () => {
    const { station, listener, driver } = await scene();
    const one = await station();
    one.inject({ kind: 'duplicated', share: 1 });
    expect(await one.sendRealtime()).toBe('acknowledged');
    await one.until(() => one.orders.length === 2);
    expect(one.orders.map(({ cn }) => cn)).toEqual(['9014', '9014']);
    expect(new Set(one.orders.map(({ qn }) => qn)).size).toBe(1);
    expect(listener.readings).toHaveLength(1);
    expect(driver.counters()).toMatchObject({ repeated: 1, acknowledged: 2 });
  });

  test('any mixture, connections breaking off too: right values, each told once', async () => {
    const { station, listener } = await scene();
    const one = await station({ answerWithinMs: 60, seed: 11, redialMs: 5 });
    const kinds = ['wrong-checksum', 'missing-end', 'garbage', 'split', 'duplicated', 'broken-off', 'dropped'] as const;
    for (const kind of kinds) one.inject({ kind, share: 0.1 });
    let [acknowledged, last] = [0, Math.floor(one.time / 1000) * 1000];
    for (let n = 0; n < 60; n += 1) {
      last += 1000;
      await one.until(() => one.isConnected);
      if ((await one.sendRealtime(last)) === 'acknowledged') acknowledged += 1;
    }
    expect(goodValues(listener.readings)).toEqual(listener.readings.map(() => airValues));
    const times = listener.readings.map((reading) => reading.times?.[0]);
    expect(new Set(times).size).toBe(times.length);
    expect(times.length).toBeGreaterThanOrEqual(acknowledged);
    expect(acknowledged).toBeGreaterThan(30);
  });

  test('a caller that sends noise without end is kept small, and told of once', async () => {
    const { port, driver, log } = await scene();
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    for (let n = 0; n < 50; n += 1) socket.write(Buffer.from('##0999QN=########'.repeat(500)));
    socket.end();
    await once(socket, 'close');
    expect(log.messages).toEqual(['damaged frames come from a caller']);
    expect(driver.counters()).toMatchObject({ frames: 0, connected: 0 });
  });
});

describe('who is let in', () => {
  test('an unknown station is refused by code 4, told of once, and counted', async () => {
    const { station, listener, driver, log } = await scene();
    const stranger = await station({ mn: '99999999999999999999ABCD' });
    expect(await stranger.sendRealtime()).toBe('refused 4');
    expect(await stranger.sendRealtime()).toBe('refused 4');
    expect(listener.readings).toEqual([]);
    expect(driver.counters()).toMatchObject({ refused: 2 });
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]?.fields).toMatchObject({
      mn: '99999999999999999999ABCD',
      why: 'QnRtn 4: wrong station number MN',
    });
  });

  test('a wrong password is refused by code 3, another kind of system by code 5', async () => {
    process.env['HJ212_TEST_PW'] = '654321';
    const { station, listener } = await scene(
      { air: { mn, st: '22', groups: { main: { tags: airTags } } } },
      { password: { env: 'HJ212_TEST_PW' } },
    );
    const [wrong, foreign, right] = [
      await station(),
      await station({ pw: '654321', st: '32' }),
      await station({ pw: '654321' }),
    ];
    expect(await wrong.sendRealtime()).toBe('refused 3');
    expect(await foreign.sendRealtime()).toBe('refused 5');
    expect(await right.sendRealtime()).toBe('acknowledged');
    expect(goodValues(listener.readings)).toEqual([airValues]);
  });

  test('a secret that is not there is named before anything opens', async () => {
    const settings = { password: { env: 'HJ212_TEST_NOWHERE' } };
    await expect(scene(airStation, settings)).rejects.toThrow('the environment variable HJ212_TEST_NOWHERE is not set');
    const file = { password: { file: '/nowhere/pw' } };
    await expect(scene(airStation, file)).rejects.toThrow('the file /nowhere/pw');
  });

  test('a port that is taken is said so', async () => {
    const { port } = await scene();
    const other = run(linkOf({ address: `tcp-listen://127.0.0.1:${port}` }, airStation));
    await expect(other).rejects.toBeInstanceOf(NotConnected);
  });
});

describe('the driver', () => {
  test('says in words who has called', async () => {
    const groups = { main: { tags: airTags } };
    const stations = { air: { mn, groups }, gone: { mn: '010000A8900016F000169DC9', groups } };
    const clock = new ManualClock();
    const { station, driver } = await scene(stations, {}, { clock });
    const one = await station({ clock: stationClock(clock) });
    await one.sendRealtime();
    const probing = driver.probe(never);
    await clock.advance(31_000);
    const { en, zh } = await probing;
    expect(en).toMatch(
      /^tcp-listen:.* is listened on\nair \(MN 01.*\): is connected from 127\.0\.0\.1:\d+, heard \d+ s ago\ngone \(MN .*\): has not called; check/,
    );
    expect(zh).toMatch(/^正在监听 .*\nair（MN 01.*）：已从 .* 连接，\d+ 秒前收到数据\ngone（MN .*）：尚未拨入/);
  });

  test('hears and does not acknowledge before it is subscribed, so that nothing is lost', async () => {
    const port = await freePort();
    const link = linkOf({ address: `tcp-listen://127.0.0.1:${port}` }, airStation);
    const { driver, listener } = await run(link);
    ends.push(() => driver.close());
    await driver.connect(never);
    const one = new Hj212Station({
      gateway: { host: '127.0.0.1', port },
      mn,
      factors: airFactors,
      model: airModel(),
      answerWithinMs: 30,
    });
    ends.push(() => one.stop());
    await one.start();
    expect(await one.sendRealtime()).toBe('unanswered');
    await driver.subscribe(tablesOf(link), listener);
    expect(await one.sendRealtime()).toBe('acknowledged');
    expect(goodValues(listener.readings)).toEqual([airValues]);
  });

  test('tells nothing after it is closed, and leaves nothing behind', async () => {
    const { station, driver, listener } = await scene();
    const one = await station();
    await one.sendRealtime();
    await driver.close();
    await one.until(() => !one.isConnected);
    expect(await one.sendRealtime()).toBe('offline');
    expect(listener.readings).toHaveLength(1);
    await driver.close();
  });
});
