import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { crc8 } from '../../../drivers/szy206/crc8.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { bytesOf, type Stage, startStage } from './centre-link.js';

let stage: Stage;
let clock: ManualClock;
let socket: Socket;

beforeEach(async () => {
  clock = new ManualClock(Date.parse('2026-11-09T08:46:30+08:00'));
  stage = await startStage({ meter: { station: '5303810D00' } }, clock);
  socket = createConnection({ host: '127.0.0.1', port: stage.port, noDelay: true });
  await once(socket, 'connect');
});

afterEach(async () => {
  socket.destroy();
  await stage.close();
});

const daily = bytesOf('681A68B35303810D00C00059000000826110000001106000004508090A3516');
const linkTest = Buffer.from('B05303810D0002F2', 'hex');
const keepAlive = Buffer.concat([Buffer.of(0x68, linkTest.length, 0x68), linkTest, Buffer.of(crc8(linkTest), 0x16)]);

const heard = async (): Promise<string> => ((await once(socket, 'data'))[0] as Buffer).toString('hex').toUpperCase();

describe('a confirmation', () => {
  test('leaves when the report is on disk, with the time at which it leaves; that of a link test at once', async () => {
    stage.commits.hold();
    socket.write(daily);
    await stage.commits.asked(1);
    socket.write(keepAlive);
    expect(await heard()).toMatch(/^680868305303810D0002F2..16$/);
    clock.stepUtc(15_000);
    stage.commits.commit();
    expect(await heard()).toMatch(/^680D68305303810D00C0004546080900..16$/);
  });

  test('never leaves when the report could not be stored: sent again, it is told again and confirmed', async () => {
    stage.commits.refuse();
    socket.write(daily);
    await stage.commits.asked(1);
    await settle();
    expect(stage.driver.counters()).toMatchObject({ answers: 0, unanswered: 1 });
    stage.commits.commit();
    socket.write(daily);
    expect(await heard()).toMatch(/^680D68305303810D00C0003046080900..16$/);
    expect(stage.readings).toHaveLength(2);
    expect(stage.driver.counters()).toMatchObject({ answers: 1, repeated: 0 });
  });
});
