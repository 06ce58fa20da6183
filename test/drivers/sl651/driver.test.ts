import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Quality } from '../../../gateway/contract/index.js';
import { ManualClock } from '../../support/manual-clock.js';
import { hexMessage } from './messages.js';
import { bytesOf, published, publishedKeepAlives } from './published.js';
import { reservoir, type Stage, type StageOptions, startStage, stationSpec, valuesOf } from './station-link.js';

let stage: Stage;
const sockets: Socket[] = [];

const start = async (options: StageOptions = {}): Promise<Stage> => {
  stage = await startStage(options);
  return stage;
};

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await stage.close();
});

/** A bare station: writes bytes, gives what comes back. */
async function dial(): Promise<{ readonly socket: Socket; readonly answerTo: (bytes: Buffer) => Promise<string> }> {
  const socket = createConnection({ host: '127.0.0.1', port: stage.port, noDelay: true });
  sockets.push(socket);
  await once(socket, 'connect');
  return {
    socket,
    async answerTo(bytes) {
      const answer = once(socket, 'data');
      socket.write(bytes);
      return ((await answer)[0] as Buffer).toString('hex').toUpperCase();
    },
  };
}

const at = (text: string): number => Date.parse(`${text}+08:00`);
const messageOf = (name: string): Buffer => bytesOf(published[name]?.message ?? '');

describe('published exchanges', () => {
  test.each([
    ['test report of a river station', '2059-10-11T15:49:47', '0012345678'],
    ['timed report of a river station', '2017-07-18T11:00:16', '0011223344'],
  ])('the answer to the %s, byte for byte', async (name, now, station) => {
    await start({ clock: new ManualClock(at(now)), devices: { river: { station } } });
    expect(await (await dial()).answerTo(messageOf(name))).toBe(published[name]?.answer);
  });

  test('the answer to an extra report of a reservoir, and what is told of it', async () => {
    const { ear } = await start({ clock: new ManualClock(at('2026-11-21T09:12:31')) });
    expect(await (await dial()).answerTo(messageOf('extra report of a reservoir'))).toBe(
      '7E7E00123456780112343380080200042611210912311B610F',
    );
    expect(ear.readings).toHaveLength(1);
    const [reading] = ear.readings;
    expect(valuesOf(reading as never)).toEqual({ level: 29.026, rain: 12.5, rainTotal: 183, battery: 12.31 });
    const times = [...(reading?.times ?? [])].slice(0, 4);
    expect(times).toEqual(Array(4).fill(at('2026-11-21T09:10:00')));
    expect(reading?.late).toBeUndefined();
  });

  test('a uniform report is twelve readings in order, all but the newest late', async () => {
    const { ear } = await start({ clock: new ManualClock(at('2026-11-21T09:00:20')) });
    await (await dial()).answerTo(messageOf('uniform report of a reservoir'));
    expect(ear.readings.map((reading) => [reading.values[0], reading.times?.[0], reading.late === true])).toEqual(
      [28.96, 28.961, 28.963, 28.966, 28.97, 28.975, 28.981, 28.988, 28.996, 29.005, 29.015, 29.026].map((level, n) => [
        level,
        at('2026-11-21T08:05:00') + n * 300_000,
        n < 11,
      ]),
    );
  });

  test('an answer ends as the station is configured', async () => {
    await start({
      clock: new ManualClock(at('2026-11-21T09:12:31')),
      devices: { dam: { ...reservoir, answer: 'end' } },
    });
    expect(await (await dial()).answerTo(messageOf('extra report of a reservoir'))).toMatch(/^7E7E.*04....$/);
  });
});

describe('reports over a wire', () => {
  test('keep-alives are heard and not answered', async () => {
    const { driver } = await start();
    const station = await dial();
    station.socket.write(bytesOf(publishedKeepAlives[0].message));
    // The only answer is the one to the report that follows.
    expect(await station.answerTo(messageOf('extra report of a reservoir'))).toContain('12343380080200042');
    expect(driver.counters()).toMatchObject({ messages: 2, answers: 1, damaged: 0 });
  });

  test('a repeated report is answered again and told once, also after a restart', async () => {
    const { ear, driver, learned } = await start();
    const report = messageOf('extra report of a reservoir');
    const station = await dial();
    const answers = [await station.answerTo(report), await station.answerTo(report)];
    expect(answers[1]?.slice(0, 36)).toBe(answers[0]?.slice(0, 36));
    expect(ear.readings).toHaveLength(1);
    expect(driver.counters()).toMatchObject({ repeated: 1, answers: 2 });
    await stage.close();
    const again = await start({ learned });
    await (await dial()).answerTo(report);
    expect(again.ear.readings).toEqual([]);
  });

  test('a report is learned 30 s after it was told: when a power cut takes it, its repetition is told', async () => {
    const clock = new ManualClock(at('2026-11-21T09:12:31'));
    const { ear, learned } = await start({ clock });
    const report = messageOf('extra report of a reservoir');
    await (await dial()).answerTo(report);
    await clock.advance(29_999);
    expect(ear.readings).toHaveLength(1);
    const atPowerCut = new Map(learned);
    await clock.advance(1);
    expect(learned.size).toBe(1);
    await stage.close();
    const again = await start({ clock, learned: atPowerCut });
    await (await dial()).answerTo(report);
    expect(again.ear.readings).toHaveLength(1);
  });

  test('a station that is not configured is refused, counted and named once; nothing else suffers', async () => {
    const { ear, driver, warnings } = await start();
    const station = await dial();
    const stranger = messageOf('extra report of a rain station');
    station.socket.write(Buffer.concat([stranger, stranger]));
    await station.answerTo(messageOf('extra report of a reservoir'));
    expect(driver.counters()).toMatchObject({ refused: 2, answers: 1 });
    expect(ear.readings).toHaveLength(1);
    expect(warnings.map(({ why }) => why)).toEqual([
      'station 2222622222: this link has no such station; compare its address, centre and password with the link',
    ]);
  });

  test.each([
    [{ password: '9999' }, /its password is not the configured one/],
    [{ centre: 7 }, /it calls centre 1, configured is 7/],
  ])('a station with another %j is refused', async (own, why) => {
    const { ear, driver, warnings } = await start({
      devices: { dam: { ...reservoir, ...own }, rain: { station: '2222622222' } },
    });
    const station = await dial();
    station.socket.write(messageOf('extra report of a reservoir'));
    await station.answerTo(messageOf('extra report of a rain station'));
    expect(driver.counters()).toMatchObject({ refused: 1 });
    expect(warnings.map((one) => String(one['why'])).join()).toMatch(why);
    expect(ear.readings.map(({ table }) => table.device)).toEqual(['rain']);
  });

  test('a report of another function is answered, and kept as it came', async () => {
    const { ear, driver, warnings } = await start();
    const body = '0005261121091230F1F10012345678DEADBEEF';
    const answer = await (await dial()).answerTo(hexMessage({ code: 0x4e, body }));
    expect(answer).toMatch(/^7E7E00123456780112344E8008020005/);
    expect(ear.happenings).toEqual([
      {
        device: 'dam',
        name: 'unknown-report',
        at: at('2026-11-21T09:12:30'),
        id: '4EH-5-261121091230',
        fields: { function: '4EH', bytes: 19, body },
      },
    ]);
    expect(driver.counters()).toMatchObject({ unknownReports: 1 });
    expect(warnings).toHaveLength(1);
  });

  test('a report that cannot be read whole gives what can, is answered, and is told once', async () => {
    const { ear, driver, warnings } = await start();
    const station = await dial();
    for (const serial of ['0001', '0002']) {
      const body = `${serial}261121091230F1F100123456784BF0F026112109123812123139`;
      await station.answerTo(hexMessage({ code: 0x32, body }));
    }
    expect(ear.readings.map((reading) => valuesOf(reading))).toEqual([{ battery: 12.31 }, { battery: 12.31 }]);
    expect(driver.counters()).toMatchObject({ faultyReports: 2 });
    expect(warnings.map(({ why }) => why)).toEqual([
      'report 32H cannot be read whole: the definition of element 39 needs 1 bytes, 0 are left',
    ]);
  });

  test('bits of the status are tags of their own', async () => {
    const { ear } = await start();
    await (await dial()).answerTo(hexMessage({ code: 0x46, body: '0005261121091230F1F10012345678452000000080' }));
    expect(ear.readings.map((reading) => valuesOf(reading))).toEqual([{ status: 0x80, doorOpen: 1 }]);
    expect(ear.readings[0]?.times?.[4]).toBe(at('2026-11-21T09:12:30'));
  });

  test('an observation sent long after it was made is history, one before what is known too', async () => {
    const { ear } = await start({ clock: new ManualClock(at('2026-11-21T09:12:31')) });
    const station = await dial();
    const reports = [
      ['0001', '261121091230', '2611210912'],
      ['0002', '261121091231', '2611210800'],
      ['0003', '261121091131', '2611210911'],
      // A clock that stands somewhere else cannot say that anything is old.
      ['0004', '270101000100', '2701010000'],
      ['0005', '261121091330', '2611210913'],
    ] as const;
    for (const [serial, sent, observed] of reports) {
      await station.answerTo(hexMessage({ code: 0x32, body: `${serial}${sent}F0F0${observed}38121231` }));
    }
    expect(ear.readings.map(({ late }) => late === true)).toEqual([false, true, true, false, false]);
  });

  test('a clock that was hours ahead makes nothing late once it is right', async () => {
    const { ear } = await start({ clock: new ManualClock(at('2026-11-21T09:12:31')) });
    const station = await dial();
    const reports = [
      ['0001', '261121171230', '2611211712'],
      ['0002', '261121091230', '2611210912'],
      ['0003', '261121091231', '2611210913'],
    ] as const;
    for (const [serial, sent, observed] of reports) {
      await station.answerTo(hexMessage({ code: 0x32, body: `${serial}${sent}F0F0${observed}38121231` }));
    }
    expect(ear.readings.map(({ late }) => late === true)).toEqual([false, false, false]);
  });

  test('groups are readings of their own, with the bytes as received where a tag is statutory', async () => {
    const groups = { level: { level: { element: '3B', statutory: true } }, power: { battery: { element: '38' } } };
    const { ear } = await start({ devices: { dam: { ...reservoir, groups } } });
    const report = messageOf('extra report of a reservoir');
    await (await dial()).answerTo(report);
    expect(ear.readings.map(({ table, raw }) => [table.group, raw && Buffer.from(raw).equals(report)])).toEqual([
      ['level', true],
      ['power', undefined],
    ]);
  });
});

describe('a station and its connection', () => {
  test('one that calls anew has its old connection closed', async () => {
    await start();
    const [old, fresh] = [await dial(), await dial()];
    await old.answerTo(messageOf('extra report of a reservoir'));
    const closed = once(old.socket, 'close');
    fresh.socket.write(bytesOf(publishedKeepAlives[0].message));
    await closed;
    expect(await fresh.answerTo(hexMessage({ code: 0x30, body: '0009261121091230' }))).toContain('0009');
  });

  test('one that falls silent is bad throughout, once', async () => {
    const clock = new ManualClock(at('2026-11-21T09:12:31'));
    const { ear } = await start({ clock, devices: { dam: { ...reservoir, silentAfter: '2h' } } });
    await clock.advance(3_600_000);
    const station = await dial();
    await station.answerTo(messageOf('extra report of a reservoir'));
    await clock.advance(7_100_000);
    expect(ear.readings).toHaveLength(1);
    await clock.advance(200_000);
    await clock.advance(10_000_000);
    expect(ear.readings).toHaveLength(2);
    expect([...new Set(ear.readings[1]?.quality)]).toEqual([Quality['bad-no-answer']]);
  });

  test('the test of the connection names who was heard', async () => {
    const { driver } = await start({ devices: { dam: reservoir, rain: { station: '2222622222' } } });
    await (await dial()).answerTo(messageOf('extra report of a reservoir'));
    const { en, zh } = await driver.probe(new AbortController().signal);
    expect(en).toMatch(/^tcp-listen:\/\/127\.0\.0\.1:\d+ is listened on/);
    expect(en).toMatch(/dam \(station 0012345678\): extra report 0 s ago/);
    expect(en).toMatch(/rain \(station 2222622222\): not heard yet; check the centre's address/);
    expect(zh).toMatch(/dam（测站 0012345678）：0 秒前收到加报报/);
  });
});

describe('simulated stations', () => {
  test('a reservoir reports all there is', async () => {
    const { ear, simulate, driver } = await start();
    const simulator = simulate({ stations: [stationSpec()] });
    const [station] = simulator.stations;
    for (let n = 0; n < 12; n += 1) station?.sample();
    for (const kind of ['keep-alive', 'test', 'timed', 'extra', 'hourly', 'uniform', 'status', 'clock'] as const) {
      const answer = await station?.report(kind);
      expect([kind, answer?.end]).toEqual([kind, kind === 'keep-alive' ? undefined : 0x1b]);
    }
    expect(valuesOf(ear.readings[0] as never)).toMatchObject({ level: 29.026, rainTotal: 183, doorOpen: 1 });
    const levels = ear.readings.flatMap((reading) => valuesOf(reading)['levels'] ?? []);
    const rains = ear.readings.flatMap((reading) => valuesOf(reading)['rains'] ?? []);
    expect([levels, rains]).toEqual([Array(12).fill(29.03), Array(12).fill(0.5)]);
    expect(driver.counters()).toMatchObject({ damaged: 0, faultyReports: 0, unknownReports: 0, answers: 7 });
  });

  test('a manual report is a happening with its text', async () => {
    const { ear, simulate } = await start();
    await simulate({ stations: [stationSpec()] }).stations[0]?.report('manual', { text: 'TT 2611210912 Z 29.03' });
    expect(ear.happenings).toMatchObject([
      { device: 'dam', name: 'manual-report', fields: { text: 'TT 2611210912 Z 29.03', bytes: 21 } },
    ]);
  });

  test('a picture in many packets is a happening with its size and digest', async () => {
    const { ear, simulate } = await start();
    const picture = Buffer.concat([Buffer.of(0xff, 0xd8), Buffer.alloc(40_000, 0x7e), Buffer.of(0xff, 0xd9)]);
    const answer = await simulate({ stations: [stationSpec()] }).stations[0]?.report('picture', { picture });
    expect(answer?.end).toBe(0x1b);
    const sha256 = createHash('sha256').update(picture).digest('hex');
    expect(ear.happenings).toMatchObject([{ name: 'picture', fields: { bytes: 40_004, sha256, format: 'jpeg' } }]);
    expect(ear.happenings[0]?.fields).not.toHaveProperty('base64');
  });

  test('the packet that is missing is asked for by its number', async () => {
    const { ear } = await start({ clock: new ManualClock(at('2026-11-21T09:12:31')) });
    const station = await dial();
    const packet = (sequence: number, body: string): Buffer =>
      hexMessage({ code: 0x36, packet: [3, sequence], body, end: sequence === 3 ? 0x03 : 0x17 });
    station.socket.write(packet(1, '0007261121091230F3F3FFD8'));
    // SYN, packet 2 of 3, serial number 7, NAK.
    expect(await station.answerTo(packet(3, 'FFD9'))).toMatch(
      /^7E7E001234567801123436800B16003002000726112109123115....$/,
    );
    expect(await station.answerTo(packet(2, 'AABBCC'))).toMatch(/^7E7E00123456780112343680080200072611210912311B....$/);
    expect(ear.happenings[0]?.fields).toMatchObject({ bytes: 7, packets: 3 });
  });

  test('packets that were lost are asked for again', async () => {
    const { ear, simulate, driver } = await start();
    const simulator = simulate({ stations: [stationSpec()], seed: 5 });
    simulator.inject({ kind: 'dropped', share: 0.1 });
    const picture = Buffer.from(Array.from({ length: 8000 }, (_, n) => n % 251));
    const answer = await simulator.stations[0]?.report('picture', { picture });
    expect(answer?.end).toBe(0x1b);
    expect(ear.happenings).toMatchObject([{ fields: { bytes: 8000, base64: picture.toString('base64') } }]);
    expect(driver.counters()['packetsAskedAgain']).toBeGreaterThan(0);
  });

  test('ASCII stations are read and answered in ASCII', async () => {
    const { ear, simulate } = await start();
    const [station] = simulate({ stations: [{ ...stationSpec(), encoding: 'ascii' }] }).stations;
    for (let n = 0; n < 12; n += 1) station?.sample();
    expect((await station?.report('timed'))?.end).toBe(0x1b);
    expect((await station?.report('hourly'))?.end).toBe(0x1b);
    const picture = Buffer.from(Array.from({ length: 3000 }, (_, n) => n % 256));
    expect((await station?.report('picture', { picture }))?.end).toBe(0x1b);
    expect(valuesOf(ear.readings[0] as never)).toMatchObject({ level: 29.026, battery: 12.31 });
    expect(ear.readings.flatMap((reading) => valuesOf(reading)['levels'] ?? [])).toEqual(Array(12).fill(29.03));
    expect(ear.happenings).toMatchObject([{ name: 'picture', fields: { bytes: 3000 } }]);
  });

  test('a wrong definition byte and a clock in the year 59 cost no value', async () => {
    const { ear, simulate } = await start();
    const simulator = simulate({ stations: [stationSpec()] });
    simulator.inject({ kind: 'wrong-definition' });
    simulator.inject({ kind: 'clock', year: 59 });
    simulator.stations[0]?.sample();
    await simulator.stations[0]?.report('hourly');
    const hour = ear.readings.filter((reading) => 'levels' in valuesOf(reading));
    expect(hour).toHaveLength(12);
    expect(valuesOf(hour[11] as never)).toMatchObject({ levels: 29.03, level: 29.026 });
    expect(new Date(hour[11]?.times?.[0] ?? 0).getUTCFullYear()).toBe(2059);
  });

  test('whatever befalls messages, each report is told once with its values', async () => {
    const { ear, simulate, driver } = await start({ devices: { dam: reservoir, up: { station: '00418D2337' } } });
    const specs = [stationSpec(1), stationSpec(2, '00418D2337')];
    const simulator = simulate({ stations: specs, seed: 7, resendAfterMs: 100 });
    for (const kind of ['dropped', 'duplicated', 'merged', 'truncated', 'garbage', 'foreign-frame'] as const) {
      simulator.inject({ kind, share: 0.08 });
    }
    simulator.inject({ kind: 'wrong-checksum', share: 0.06 });
    simulator.inject({ kind: 'wrong-length', share: 0.06 });
    simulator.inject({ kind: 'split', share: 0.1 });
    const told: Record<string, number[]> = { dam: [], up: [] };
    for (let round = 0; round < 30; round += 1) {
      for (const [n, device] of (['dam', 'up'] as const).entries()) {
        specs[n]?.model.command('levelM', 20 + n + round / 1000);
        const answer = await simulator.stations[n]?.report('extra');
        if (answer) told[device]?.push(20 + n + round / 1000);
      }
    }
    for (const device of ['dam', 'up']) {
      const levels = ear.readings
        .filter(({ table }) => table.device === device)
        .map((reading) => valuesOf(reading)['level']);
      // An unanswered report may have been told too, and never another value.
      expect(levels).toEqual([...new Set(levels)]);
      expect(levels).toEqual(expect.arrayContaining(told[device] ?? []));
      for (const level of levels) expect(level).toBeCloseTo(device === 'dam' ? 20 : 21, 1);
    }
    expect(told['dam']?.length).toBeGreaterThan(25);
    expect(driver.counters()).toMatchObject({ faultyReports: 0, unknownReports: 0 });
  });
});
