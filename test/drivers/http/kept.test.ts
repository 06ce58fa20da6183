import { once } from 'node:events';
import { createConnection } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Laboratory } from '../../../firmware-sim/http/index.js';
import { settle } from '../../support/manual-clock.js';
import { said } from '../files/told-log.js';
import { type Devices, linkOf, type Listening, openLink } from './http-link.js';

const token = 'canary-token-0815';
const devices: Devices = {
  lab: {
    records: [{ name: 'lab-result', list: 'results', id: 'sample', time: 'takenAt' }],
    tags: { ash: { path: 'results[-1].ash' } },
  },
  meter: { time: 'at', tags: { level: { path: 'level' } } },
};

let open: Listening;
let lab: Laboratory;

beforeEach(async () => {
  process.env['TEST_LAB_TOKEN'] = token;
  const settings = { listen: '127.0.0.1:0', token: { env: 'TEST_LAB_TOKEN' }, requestsPerSecond: 1000 };
  open = await openLink(linkOf(settings, devices));
  lab = new Laboratory({ address: `http://127.0.0.1:${open.driver.port}`, path: '/lab', token });
});

afterEach(async () => {
  await open.driver.close();
  delete process.env['TEST_LAB_TOKEN'];
});

const result = { sample: 'M-1', takenAt: '2026-11-21T09:00:00+08:00', ash: 12.5 };
const level = (metres: number) =>
  lab.send(JSON.stringify({ at: '2026-11-21T09:00:00+08:00', level: metres }), { path: '/meter' });

describe('a post', () => {
  test('is answered when what it told is on disk', async () => {
    const { commits } = open.told;
    commits.hold();
    let isAnswered = false;
    const posted = lab.post([result]).finally(() => {
      isAnswered = true;
    });
    await commits.asked(1);
    await settle();
    expect([isAnswered, open.told.happenings.length]).toEqual([false, 1]);
    commits.commit();
    expect((await posted).status).toBe(202);
  });

  test('that could not be stored is refused in words, and told again when it is sent again', async () => {
    open.told.commits.refuse();
    expect(await level(3)).toEqual({
      status: 503,
      body: {
        error: {
          en: 'the gateway could not store it, for its disk is full or refuses, or it is being stopped; send it again',
          zh: '网关无法存储：磁盘已满或拒绝写入，或网关正在停止，请稍后重发',
        },
      },
    });
    open.told.commits.commit();
    expect(await level(3)).toEqual({ status: 202, body: { values: 1, records: 0, repeated: 0 } });
    expect(await level(3)).toEqual({ status: 202, body: { values: 0, records: 0, repeated: 1 } });
    expect(open.told.readings.map(said)).toEqual([{ level: 3 }, { level: 3 }]);
    expect(open.driver.counters()).toMatchObject({ accepted: 2, refused: 1 });
  });

  test('whose happenings could not be stored has them told again when it is sent again, and once', async () => {
    open.told.commits.refuse();
    expect((await lab.post([result])).status).toBe(503);
    open.told.commits.commit();
    expect(await lab.post([result])).toMatchObject({ status: 202, body: { records: 1, repeated: 0 } });
    expect(await lab.post([result])).toMatchObject({ status: 202, body: { records: 0, repeated: 1 } });
    expect(open.told.happenings).toHaveLength(2);
  });

  test('that was told is known again when its sender sends another in between, also as history', async () => {
    const at = (minute: number) =>
      lab.send(JSON.stringify({ at: `2026-11-21T09:0${minute}:00+08:00`, level: minute }), { path: '/meter' });
    for (let round = 0; round < 3; round += 1) for (const minute of [2, 3, 1]) await at(minute);
    expect(open.told.readings.map(said)).toEqual([{ level: 2 }, { level: 3 }, { level: 1 }]);
    expect(open.driver.counters()).toMatchObject({ accepted: 9, repeated: 6, late: 1 });
  });

  test('is refused while 32 MiB wait for the disk, but for one alone', async () => {
    await open.driver.close();
    const settings = { listen: '127.0.0.1:0', token: { env: 'TEST_LAB_TOKEN' }, bodyBytesMax: '16MiB' };
    open = await openLink(linkOf(settings, devices));
    open.told.commits.hold();
    const send = (level: number, mebibytes: number) =>
      new Laboratory({ address: `http://127.0.0.1:${open.driver.port}`, path: '/meter', token }).send(
        `{"level":${level},"rest":"${'x'.repeat(mebibytes * 2 ** 20)}"}`,
      );
    const taken = [send(1, 15), send(2, 15)];
    await open.told.commits.asked(2);
    expect((await send(3, 3)).status).toBe(503);
    const small = send(4, 1);
    await open.told.commits.asked(3);
    open.told.commits.commit();
    expect((await Promise.all([...taken, small])).map(({ status }) => status)).toEqual([202, 202, 202]);
  });

  test('is refused when with it more than 64 MiB would be read at once', async () => {
    await open.driver.close();
    const settings = { listen: '127.0.0.1:0', token: { env: 'TEST_LAB_TOKEN' }, bodyBytesMax: '16MiB' };
    open = await openLink(linkOf(settings, devices));
    const head = `POST /meter HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${2 ** 24}\r\n\r\n`;
    const sockets = Array.from({ length: 5 }, () => createConnection(open.driver.port as number, '127.0.0.1'));
    const answers = sockets.map(async (socket) => String((await once(socket, 'data'))[0]).slice(0, 12));
    for (const socket of sockets) socket.write(Buffer.concat([Buffer.from(head), Buffer.alloc(15 * 2 ** 20, ' ')]));
    expect(await Promise.race(answers)).toBe('HTTP/1.1 503');
    const left = Promise.allSettled(answers);
    for (const socket of sockets) socket.on('error', () => undefined).destroy(new Error('hung up'));
    await left;
  });

  test('is refused, and nothing of it told, while 256 wait for the disk, also for senders that have given up', async () => {
    const { commits } = open.told;
    commits.hold();
    const waitingMax = 256;
    const address = `http://127.0.0.1:${open.driver.port}/meter`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    for (let n = 1; n <= waitingMax; n += 1) {
      const leaving = new AbortController();
      const posted = fetch(address, { method: 'POST', headers, body: `{"level":${n}}`, signal: leaving.signal });
      await commits.asked(n);
      leaving.abort();
      await posted.catch(() => undefined);
    }
    expect((await level(0)).status).toBe(503);
    expect(open.told.readings).toHaveLength(waitingMax);
    commits.commit();
    await settle();
    expect((await level(0)).status).toBe(202);
  });
});
