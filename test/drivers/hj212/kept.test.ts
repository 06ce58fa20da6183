import { afterEach, describe, expect, test } from '@jest/globals';
import { packed } from '../../../firmware-sim/hj212/codec.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { airTags, goodValues, linkOf, run } from './station-link.js';
import { airStation, airValues, endAll, ends, mn, scene, stationClock } from './station-scene.js';

afterEach(endAll);

const hour = 3_600_000;

describe('an acknowledgement', () => {
  test('leaves when the data is on disk; that of a notice, which tells nothing, at once', async () => {
    const { station, listener } = await scene();
    const one = await station({ answerWithinMs: 10_000 });
    listener.commits.hold();
    const sent = one.sendRealtime();
    await listener.until(() => listener.readings.length === 1);
    expect(await one.askForClock()).toBe('acknowledged');
    expect(one.orders.map(({ cn }) => cn)).toEqual(['9013']);
    listener.commits.commit();
    expect(await sent).toBe('acknowledged');
    expect(one.orders.map(({ cn }) => cn)).toEqual(['9013', '9014']);
  });

  test('of what no tag takes leaves at once, and asks nobody', async () => {
    const { station, listener } = await scene();
    const one = await station({ answerWithinMs: 10_000 });
    listener.commits.hold();
    expect(await one.sendContent('2061', 'DataTime=20261121090000;a21001-Avg=1')).toBe('acknowledged');
    expect([listener.commits.count, listener.readings.length]).toEqual([0, 0]);
  });

  test('of a first packet stands over a stop and a start: the second makes the message whole', async () => {
    const before = await scene();
    const one = await before.station();
    const part = (number: number, value: string) =>
      packed(`QN=20261121090100123;ST=22;CN=2011;PW=1;MN=${mn};Flag=7;PNUM=2;PNO=${number};CP=&&${value}&&`);
    await one.sendBytes(part(1, 'a21001-Rtd=3'));
    await one.until(() => one.orders.length === 1);
    await before.driver.close();
    expect(before.listener.readings).toEqual([]);
    await one.until(() => !one.isConnected);
    const clock = new ManualClock(0);
    const link = linkOf({ address: `tcp-listen://127.0.0.1:${before.port}` }, airStation);
    const { listener, driver, learned } = await run(link, { clock, learned: before.learned });
    ends.push(() => driver.close());
    await one.until(() => one.isConnected);
    await one.sendBytes(part(2, 'a21028-Rtd=4'));
    await listener.until(() => listener.readings.length === 1);
    expect(goodValues(listener.readings)).toEqual([[3, 4, Number.NaN, Number.NaN]]);
    await one.until(() => one.orders.length === 2);
    await clock.advance(30_000);
    expect(learned.get('air')).toEqual({});
  });

  test('never leaves when the data could not be stored: sent again it is told again, live data and history', async () => {
    const { station, listener, driver } = await scene({
      air: { mn, groups: { main: { tags: airTags }, hours: { tags: [{ code: 'a21001', data: 'hour' }] } } },
    });
    const one = await station({ answerWithinMs: 100 });
    const at = Math.floor(one.time / hour) * hour - hour;
    listener.commits.refuse();
    expect(await one.sendRealtime()).toBe('unanswered');
    expect(await one.sendRecord('2061', at)).toBe('unanswered');
    // Each of the three times it was sent.
    expect([listener.of('main').length, listener.of('hours').length]).toEqual([3, 3]);
    expect(driver.counters()).toMatchObject({ acknowledged: 0, unacknowledged: 6, repeated: 0 });
    listener.commits.commit();
    expect(await one.sendRecord('2061', at)).toBe('acknowledged');
    expect(listener.of('hours').map((reading) => reading.times?.[0])).toEqual([at, at, at, at]);
  });

  test('of the last packet stands for all of them: sent again alone, it makes the message whole again', async () => {
    const { station, listener } = await scene();
    const one = await station({ contentMax: 60, answerWithinMs: 100 });
    listener.commits.refuse();
    expect(await one.sendRealtime()).toBe('unanswered');
    const whole = listener.readings.length;
    expect(goodValues(listener.readings)).toEqual(Array.from({ length: whole }, () => airValues));
    expect(whole).toBe(3);
  });

  test('after a back-fill that could not be stored the gap stays, and is asked for with the next connection', async () => {
    const start = Date.UTC(2026, 10, 21, 1);
    const clock = new ManualClock(start + 60_000);
    const hours = { everyMs: hour, tags: [{ code: 'a21001', data: 'hour' }] };
    const stations = { air: { mn, groups: { main: { tags: airTags }, hours } } };
    const { station, listener } = await scene(stations, { backfill: true }, { clock });
    const one = await station({ clock: stationClock(clock) });
    const cutOff = async (): Promise<void> => {
      one.cut();
      await one.until(() => !one.isConnected);
    };
    const dialAnew = async (): Promise<void> => {
      one.heal();
      await one.until(() => one.isConnected);
    };
    await one.sendRecord('2061', start);
    await cutOff();
    for (const n of [1, 2, 3]) {
      clock.stepUtc(hour);
      await one.sendRecord('2061', start + n * hour);
    }
    clock.stepUtc(hour);
    await dialAnew();
    const newest = one.sendRecord('2061', start + 4 * hour);
    await listener.until(() => listener.of('hours').length === 2);
    listener.commits.refuse();
    expect(await newest).toBe('acknowledged');
    await listener.until(() => listener.of('hours').length === 5);
    listener.commits.commit();
    await cutOff();
    await dialAnew();
    await one.sendRealtime();
    await listener.until(() => listener.of('hours').length === 8);
    const times = listener.of('hours').map((reading) => ((reading.times?.[0] ?? 0) - start) / hour);
    expect(times).toEqual([0, 4, 1, 2, 3, 1, 2, 3]);
  });

  test('of what is sent twice in one piece is given twice, or not at all', async () => {
    const { station, listener, driver } = await scene(airStation);
    const one = await station();
    const bytes = packed(`QN=20261121090100123;ST=22;CN=2011;PW=1;MN=${mn};Flag=5;CP=&&a21001-Rtd=3&&`);
    listener.commits.refuse();
    await one.sendBytes(Buffer.concat([bytes, bytes]));
    while (driver.counters()['unacknowledged'] !== 2) await settle();
    listener.commits.commit();
    await one.sendBytes(Buffer.concat([bytes, bytes]));
    await one.until(() => one.orders.length === 2);
    expect(listener.readings).toHaveLength(2);
    expect(driver.counters()).toMatchObject({ repeated: 2, acknowledged: 2 });
  });
});
