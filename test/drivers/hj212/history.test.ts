import { afterEach, describe, expect, test } from '@jest/globals';
import { packed } from '../../../firmware-sim/hj212/codec.js';
import { DeviceFault, NotConnected } from '../../../gateway/contract/index.js';
import { ManualClock } from '../../support/manual-clock.js';
import { airTags, goodValues, linkOf, run, saidBy } from './station-link.js';
import { airStation, airValues, endAll, ends, mn, never, scene, stationClock } from './station-scene.js';

const hour = 3_600_000;

afterEach(endAll);

describe('silence', () => {
  test('of a station is told once, as a reading that is bad throughout, and ends with the next message', async () => {
    const clock = new ManualClock();
    const { station, listener } = await scene(airStation, {}, { clock });
    const one = await station({ clock: stationClock(clock) });
    await one.sendRealtime();
    await clock.advance(89_000);
    expect(listener.readings).toHaveLength(1);
    await clock.advance(200_000);
    expect(listener.readings.slice(1).map((reading) => saidBy(reading))).toEqual([
      airTags.map(() => [Number.NaN, 'bad-no-answer']),
    ]);
    // Its connection was given up with it; it dials again.
    await one.until(() => one.isConnected && one.dials > 1);
    expect(await one.sendRealtime()).toBe('acknowledged');
    expect(goodValues(listener.readings.slice(2))).toEqual([airValues]);
  });
});

describe('history', () => {
  const groups = {
    main: { tags: airTags },
    hour: {
      everyMs: hour,
      tags: [
        { code: 'a21001', data: 'hour' },
        { code: 'a21001', data: 'hour', of: 'Max' },
      ],
    },
  };
  const start = Date.UTC(2026, 10, 21, 1);

  test('the newest record is news, an older one late, and none is told twice', async () => {
    const clock = new ManualClock(start + 3 * hour + 60_000);
    const { station, listener, driver } = await scene({ air: { mn, groups } }, {}, { clock });
    const one = await station({ clock: stationClock(clock) });
    for (const n of [2, 1, 2, 1]) expect(await one.sendRecord('2061', start + n * hour)).toBe('acknowledged');
    expect(listener.of('hour').map(({ times, late = false }) => [((times?.[0] ?? 0) - start) / hour, late])).toEqual([
      [2, false],
      [1, true],
    ]);
    expect(goodValues(listener.of('hour'))).toEqual([
      [18.4, 20.2],
      [18.4, 20.2],
    ]);
    expect(driver.counters()).toMatchObject({ repeated: 2, late: 1 });
  });

  test('after an outage the hours that are missing are asked for, and told late, once', async () => {
    const clock = new ManualClock(start + hour + 60_000);
    const { station, listener } = await scene({ air: { mn, groups } }, { backfill: true }, { clock });
    const one = await station({ clock: stationClock(clock) });
    await one.sendRecord('2061', start);
    one.cut();
    await one.until(() => !one.isConnected);
    for (const n of [1, 2, 3]) {
      clock.stepUtc(hour);
      expect(await one.sendRecord('2061', start + n * hour)).toBe('offline');
    }
    clock.stepUtc(hour);
    one.heal();
    await one.until(() => one.isConnected);
    expect(await one.sendRecord('2061', start + 4 * hour)).toBe('acknowledged');
    await listener.until(() => listener.of('hour').length === 5);
    expect(listener.of('hour').map(({ times, late = false }) => [((times?.[0] ?? 0) - start) / hour, late])).toEqual([
      [0, false],
      [4, false],
      [1, true],
      [2, true],
      [3, true],
    ]);
    const requests = one.orders.filter(({ cn }) => cn === '2061');
    expect(requests.map(({ parameters }) => parameters)).toEqual([
      { BeginTime: '20261121090001', EndTime: '20261121125959' },
    ]);
  });

  test('what was missed while the gateway was off is known from what it learned', async () => {
    const clock = new ManualClock(start + hour + 60_000);
    const before = await scene({ air: { mn, groups } }, { backfill: true }, { clock });
    const one = await before.station({ clock: stationClock(clock) });
    await one.sendRecord('2061', start);
    await before.driver.close();
    await one.until(() => !one.isConnected);
    clock.stepUtc(2 * hour);
    await one.sendRecord('2061', start + hour);
    const link = linkOf({ address: `tcp-listen://127.0.0.1:${before.port}`, backfill: true }, { air: { mn, groups } });
    const { listener, driver } = await run(link, { clock, learned: before.learned });
    ends.push(() => driver.close());
    await one.until(() => one.isConnected);
    await one.sendRecord('2061', start + 2 * hour);
    await listener.until(() => listener.of('hour').length === 2);
    expect(listener.of('hour').map(({ times, late = false }) => [((times?.[0] ?? 0) - start) / hour, late])).toEqual([
      [2, false],
      [1, true],
    ]);
  });

  test('a record of the future does not keep the hours after it from being asked for', async () => {
    const clock = new ManualClock(start + hour + 60_000);
    const { station, listener } = await scene({ air: { mn, groups } }, { backfill: true }, { clock });
    const one = await station({ clock: stationClock(clock) });
    await one.sendRecord('2061', start);
    await one.sendRecord('2061', start + 8760 * hour);
    one.cut();
    await one.until(() => !one.isConnected);
    clock.stepUtc(hour);
    expect(await one.sendRecord('2061', start + hour)).toBe('offline');
    clock.stepUtc(hour);
    one.heal();
    await one.until(() => one.isConnected);
    await one.sendRecord('2061', start + 2 * hour);
    await listener.until(() => listener.of('hour').length === 4);
    expect(listener.of('hour').map(({ times }) => ((times?.[0] ?? 0) - start) / hour)).toEqual([0, 8760, 2, 1]);
  });

  test('is learned 30 s after it was told: a power cut before costs none of it', async () => {
    const clock = new ManualClock(start + hour + 60_000);
    const { station, driver, learned } = await scene({ air: { mn, groups } }, { backfill: true }, { clock });
    const newest = (): unknown => (learned.get('air') as { newest: unknown } | undefined)?.newest;
    const one = await station({ clock: stationClock(clock) });
    await one.sendRecord('2061', start);
    await clock.advance(29_999);
    expect(newest()).toBeUndefined();
    await clock.advance(1);
    expect(newest()).toEqual({ hour: start });
    await one.sendRecord('2061', start + hour);
    expect(newest()).toEqual({ hour: start });
    await driver.close();
    expect(newest()).toEqual({ hour: start + hour });
  });

  test('realtime data that waited in a station is late, the oldest first as it comes', async () => {
    const clock = new ManualClock(start);
    const { station, listener } = await scene(airStation, {}, { clock });
    const one = await station({ clock: stationClock(clock) });
    await one.sendRealtime(start);
    clock.stepUtc(hour);
    for (const minutes of [10, 20, 59.5]) await one.sendRealtime(start + minutes * 60_000);
    await one.sendRealtime(clock.utc());
    expect(listener.readings.map(({ late = false }) => late)).toEqual([false, true, true, false, false]);
  });

  test('is asked for by hand; a station without it says so', async () => {
    const { station, listener, driver } = await scene({ air: { mn, groups } });
    const one = await station();
    await one.sendRealtime();
    await one.sendRecord('2061', start);
    expect(await driver.askHistory('air', 'hour', start - hour, start + hour, never)).toBe('done');
    expect(await driver.askHistory('air', 'day', start - hour, start, never)).toBe('no data');
    expect(listener.of('hour').map(({ late }) => late)).toEqual([true]);
  });
});

describe('requests', () => {
  test('set the clock of a station by hand, and not by itself unless the link says so', async () => {
    const clock = new ManualClock();
    const { station, driver, log } = await scene(airStation, {}, { clock });
    const one = await station({ clock: stationClock(clock) });
    one.setOffset(-600_000);
    await one.sendRealtime();
    await clock.advance(30_000);
    await one.sendRealtime();
    expect(log.messages).toEqual(["a station's clock is off"]);
    expect(one.orders.filter(({ cn }) => cn === '1012')).toEqual([]);
    await driver.setClock('air', never);
    expect(Math.abs(one.time - clock.utc())).toBeLessThan(1000);
  });

  test('set a clock that is off where the link says so, once', async () => {
    const clock = new ManualClock();
    const { station, listener, log } = await scene(airStation, { setClock: true }, { clock });
    const one = await station({ clock: stationClock(clock) });
    one.setOffset(-600_000);
    for (let n = 0; n < 3; n += 1) {
      await one.sendRealtime();
      await clock.advance(30_000);
    }
    await log.until(() => log.messages.includes("a station's clock was set"));
    expect(Math.abs(one.time - clock.utc())).toBeLessThan(1000);
    expect(one.orders.filter(({ cn }) => cn === '1012')).toHaveLength(1);
    // The first could not be told from old data; then the clock was known to be slow.
    expect(listener.readings.slice(0, 2).map(({ late = false }) => late)).toEqual([true, false]);
  });

  test('a notice that the clock is wanted has it set, where the link says so', async () => {
    const { station, log } = await scene(airStation, { setClock: true });
    const one = await station();
    one.setOffset(5000);
    expect(await one.askForClock()).toBe('acknowledged');
    await log.until(() => log.messages.includes("a station's clock was set"));
    expect(Math.abs(one.time - Date.now())).toBeLessThan(2000);
  });

  test('a refusal, a silence and a station that is gone are told apart', async () => {
    const clock = new ManualClock();
    const { station, driver, listener } = await scene(airStation, {}, { clock });
    const ask = (): Promise<unknown> => driver.setClock('air', never).catch((error: unknown) => error);
    expect(await ask()).toBeInstanceOf(NotConnected);
    const one = await station({ clock: stationClock(clock) });
    await one.sendRealtime();
    one.inject({ kind: 'half-open' });
    const silent = ask();
    for (let tries = 1; tries <= 3; tries += 1) {
      await one.until(() => one.orders.filter(({ cn }) => cn === '1012').length === tries);
      await clock.advance(10_000);
    }
    const silence = (await silent) as DeviceFault;
    expect(silence).toMatchObject({ answered: false });
    expect(silence.message).toBe(`station ${mn}, request 1012: no answer, asked 3 times`);
    one.heal();
    // Another password than the one it sends: it refuses what is asked with the wrong one.
    await one.sendBytes(
      Buffer.from(packed(`QN=20261121000000000;ST=22;CN=2011;PW=0;MN=${mn};Flag=4;CP=&&a21001-Rtd=1&&`)),
    );
    await listener.until(() => listener.readings.length === 2);
    const refused = (await ask()) as DeviceFault;
    expect(refused).toBeInstanceOf(DeviceFault);
    expect(refused).toMatchObject({ answered: true });
    expect(refused.message).toBe(`station ${mn}, request 1012: QnRtn 3: wrong password PW`);
    await expect(driver.setClock('nobody', never)).rejects.toThrow('no device nobody');
  });
});
