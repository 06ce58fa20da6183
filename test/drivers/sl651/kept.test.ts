import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { answersMax } from '../../../drivers/streams/station-answers.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { hexMessage } from './messages.js';
import { bytesOf, publishedKeepAlives } from './published.js';
import { type Stage, startStage, valuesOf } from './station-link.js';

let stage: Stage;
let clock: ManualClock;
let socket: Socket;
/** What came back, as far as it was not looked at. */
let received: string;

beforeEach(async () => {
  clock = new ManualClock(Date.parse('2026-11-21T09:12:00+08:00'));
  stage = await startStage({ clock });
  received = '';
  socket = createConnection({ host: '127.0.0.1', port: stage.port, noDelay: true });
  socket.on('data', (bytes: Buffer) => {
    received += bytes.toString('hex').toUpperCase();
  });
  await once(socket, 'connect');
});

afterEach(async () => {
  socket.destroy();
  await stage.close();
});

/** Serial number and time of each answer of the gateway, of `count` of them. */
async function answers(count: number): Promise<string[]> {
  const answered = (): string[] =>
    [...received.matchAll(/7E7E001234567801123432800802(\d{4})(\d{12})1B..../g)].map(
      ([, serial, time]) => `${serial} ${time}`,
    );
  while (answered().length < count) await once(socket, 'data');
  const all = answered();
  received = '';
  return all;
}

/** A timed report of one level. */
const report = (serial: number, level = 29_026): Buffer =>
  hexMessage({
    code: 0x32,
    body: `${String(serial).padStart(4, '0')}261121091200F1F100123456784BF0F026112109103B23${String(level).padStart(8, '0')}`,
  });

const levels = (): unknown[] => stage.ear.readings.map((reading) => valuesOf(reading)['level']);

describe('an answer', () => {
  test('leaves when the report is on disk, with the time at which it leaves; those of one station in order', async () => {
    const { commits } = stage.ear;
    commits.hold();
    socket.write(Buffer.concat([report(1, 1000), report(2, 2000)]));
    await commits.asked(2);
    clock.stepUtc(5000);
    commits.commit();
    expect(await answers(2)).toEqual(['0001 261121091205', '0002 261121091205']);
    expect(stage.driver.counters()).toMatchObject({ answers: 2, unanswered: 0 });
  });

  test('never leaves when the report could not be stored: sent again, it is told again and answered', async () => {
    const { commits } = stage.ear;
    commits.refuse();
    // The repetition is read in one piece with the report: nobody knows yet that it was refused.
    socket.write(Buffer.concat([report(1), report(1)]));
    await commits.asked(1);
    await settle();
    expect(stage.driver.counters()).toMatchObject({ answers: 0, unanswered: 2, repeated: 1 });
    commits.commit();
    socket.write(report(1));
    expect(await answers(1)).toEqual(['0001 261121091200']);
    expect(stage.ear.readings).toHaveLength(2);
    await clock.advance(60_000);
    expect([...stage.learned.values()]).toEqual([{ last: '32H-1-261121091200' }]);
  });

  test('of a repetition waits for what it repeats, which is told once', async () => {
    const { commits } = stage.ear;
    commits.hold();
    socket.write(report(1));
    await commits.asked(1);
    clock.stepUtc(1000);
    socket.write(report(1));
    while (stage.driver.counters()['repeated'] !== 1) await settle();
    expect(stage.driver.counters()).toMatchObject({ answers: 0 });
    clock.stepUtc(1000);
    commits.commit();
    expect(await answers(2)).toEqual(['0001 261121091202', '0001 261121091202']);
    expect(levels()).toHaveLength(1);
  });

  test('of a backlog that is sent again and again while the disk refuses is given for each once it is stored', async () => {
    const { commits } = stage.ear;
    commits.hold();
    const serials = Array.from({ length: 48 }, (_, n) => n + 1);
    const backlog = Buffer.concat(serials.map((serial) => report(serial, serial)));
    for (let round = 0; round < 4; round += 1) socket.write(backlog);
    while (stage.driver.counters()['repeated'] !== 3 * serials.length) await settle();
    expect(stage.ear.readings).toHaveLength(serials.length);
    commits.commit();
    await answers(answersMax);
  });

  test('to a report that cannot be read is given when that is kept as a record', async () => {
    socket.write(hexMessage({ code: 0x32, body: '0002' }));
    await stage.ear.commits.asked(1);
    expect(stage.ear.happenings).toMatchObject([
      { name: 'unreadable-report', id: '', fields: { function: '32H', bytes: 2, body: '0002' } },
    ]);
    while (stage.driver.counters()['answers'] !== 1) await settle();
  });

  test('nothing of what is not on disk is learned, also at an end', async () => {
    const { commits } = stage.ear;
    commits.hold();
    socket.write(report(1));
    await commits.asked(1);
    await stage.driver.close();
    expect(stage.learned.size).toBe(0);
  });

  test('waits beside so many others at most: of more the oldest is given up, and counted', async () => {
    const { commits } = stage.ear;
    commits.hold();
    const beyond = 3;
    const serials = Array.from({ length: answersMax + beyond }, (_, n) => n + 1);
    socket.write(Buffer.concat(serials.map((serial) => report(serial))));
    await commits.asked(serials.length);
    commits.commit();
    const left = await answers(answersMax);
    expect(left.map((answer) => Number(answer.slice(0, 4)))).toEqual(serials.slice(beyond));
    expect(stage.driver.counters()).toMatchObject({ answers: answersMax, unanswered: beyond });
  });

  test('of a line that is gone goes nowhere, and keeps no other waiting', async () => {
    const { commits } = stage.ear;
    commits.hold();
    socket.write(report(1));
    await commits.asked(1);
    socket.destroy();
    await once(socket, 'close');
    socket = createConnection({ host: '127.0.0.1', port: stage.port, noDelay: true });
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString('hex').toUpperCase();
    });
    socket.write(Buffer.concat([bytesOf(publishedKeepAlives[0].message), report(1), report(2)]));
    await commits.asked(2);
    commits.commit();
    expect((await answers(2)).map((answer) => answer.slice(0, 4))).toEqual(['0001', '0002']);
  });
});
