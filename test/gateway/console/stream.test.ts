import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { removeUser, Users } from '../../../gateway/console/index.js';
import { heartbeatMs } from '../../../gateway/console/event-stream.js';
import { stallMs, streamsMax } from '../../../gateway/console/open-streams.js';
import type { Entry } from '../../../gateway/contract/index.js';
import { settle } from '../../support/manual-clock.js';
import { bearer, openConsole, usersOfEveryRole } from './console-kit.js';
import { alarm, alarmEntry, FakeLane, transition } from './fake-alarms.js';
import { viewOfLane } from './fake-gateway.js';
import { type Connection, type Message, StreamClient } from './stream-client.js';

const epoch = '6f1c0b7e9d2a4c58';
const audit = { kind: 'audit', who: 'li', action: 'x', detail: null, previous: '', hash: '' } as const;
const unwanted: Entry = { ...audit, instant: 1, time: 1 };

const clients: StreamClient[] = [];
afterEach(() => clients.splice(0).forEach((client) => client.cut()));

async function connect(port: number, connection: Connection = {}): Promise<StreamClient> {
  const client = await StreamClient.open(port, connection);
  clients.push(client);
  return client;
}

async function opened(lane: FakeLane, parts: Parameters<typeof viewOfLane>[1] = {}) {
  return openConsole({ view: viewOfLane(lane, parts) });
}

describe('a stream without an id', () => {
  test('begins with the alarms as they stand and goes on from there', async () => {
    const lane = new FakeLane();
    lane.append(transition('a'), alarmEntry());
    const { port } = await opened(lane, { alarms: () => [alarm()], isFlooded: true });
    const client = await connect(port);
    expect(client.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(client.headers['content-security-policy']).toContain("default-src 'none'");
    const [snapshot] = await client.next(1);
    expect(snapshot).toMatchObject({
      event: 'snapshot',
      id: `${epoch}-1`,
      data: { offset: 2, isFlooded: true, alarms: [{ key: 'pit-1/h2s/HH' }] },
    });
    expect(client.retryMs).toBe(2000);
    lane.append(unwanted, alarmEntry({ change: 'acknowledged', comment: '已到\n现场' }));
    const [entry] = await client.next(1);
    expect(entry).toMatchObject({
      event: 'alarm',
      id: `${epoch}-3`,
      data: {
        change: 'acknowledged',
        comment: '已到\n现场',
        time: '2026-11-21T01:00:00.000Z',
        state: { raised: { instant: 1000, time: '2026-11-21T01:00:00.000Z' } },
      },
    });
  });

  test('loses nothing that is journaled while the snapshot is made', async () => {
    const lane = new FakeLane();
    lane.append(transition('a'));
    const alarms = () => {
      lane.append(alarmEntry());
      return [alarm()];
    };
    const { port } = await opened(lane, { alarms });
    const client = await connect(port);
    const [snapshot, raised] = await client.next(2);
    expect([snapshot?.event, raised?.event, raised?.id]).toEqual(['snapshot', 'alarm', `${epoch}-1`]);
  });

  test('gives the kinds asked for; a time not known is null', async () => {
    const lane = new FakeLane();
    const { port } = await opened(lane);
    const client = await connect(port, { path: '/api/stream?kinds=transition,flood' });
    await client.next(1);
    const flood = { kind: 'flood', instant: 3, time: Number.NaN, state: 'began', count: 11 } as const;
    lane.append(alarmEntry(), transition('a'), alarmEntry(), flood);
    const found = await client.next(2);
    expect(found.map(({ event, id }) => [event, id])).toEqual([
      ['transition', `${epoch}-1`],
      ['flood', `${epoch}-3`],
    ]);
    expect(found[1]?.data).toMatchObject({ time: null, count: 11 });
  });
});

test('a change of a protected stream reaches whoever follows, unasked', async () => {
  const lane = new FakeLane();
  const { port } = await opened(lane);
  const client = await connect(port);
  await client.next(1);
  const change = { device: 'west', tag: 'methane', what: 'scale', from: 0.01, to: 0.005, who: 'zhang + li' } as const;
  lane.append({ kind: 'statutory', instant: 3, time: Date.UTC(2026, 10, 21, 1), ...change, configuration: 'ab' });
  expect(await client.next(1)).toMatchObject([
    { event: 'statutory', id: `${epoch}-0`, data: { ...change, time: '2026-11-21T01:00:00.000Z' } },
  ]);
});

describe('a stream that goes on', () => {
  test.each([
    ['/api/stream', `${epoch}-0`],
    [`/api/stream?after=${epoch}-0`, ''],
    [`/api/stream?after=${epoch}-2`, `${epoch}-0`],
  ])('at %s with the header "%s" leaves nothing out and says nothing twice', async (path, lastId) => {
    const lane = new FakeLane();
    lane.append(transition('a'), transition('b'), transition('c'), transition('d'));
    const { port } = await opened(lane);
    const found = await (await connect(port, { path, lastId })).next(3);
    expect(found.map(({ id }) => id)).toEqual([1, 2, 3].map((offset) => `${epoch}-${offset}`));
  });

  test.each([
    ['of another journal', 'ffff-1', 'other-epoch'],
    ['of a place this journal never reached', `${epoch}-900`, 'other-epoch'],
    ['older than what is kept', `${epoch}-0`, 'not-kept'],
  ])('after an id %s says so first, then gives what is kept', async (_, lastId, reason) => {
    const lane = new FakeLane();
    lane.append(...['a', 'b', 'c', 'd'].map(transition));
    lane.forgetBefore(2);
    const { port } = await opened(lane);
    const found = await (await connect(port, { lastId })).next(3);
    expect(found).toMatchObject([
      { event: 'gap', id: `${epoch}-1`, data: { reason, from: 2 } },
      { event: 'transition', id: `${epoch}-2` },
      { event: 'transition', id: `${epoch}-3` },
    ]);
  });

  test('says so, too, when what it has not sent yet is removed', async () => {
    const lane = new FakeLane();
    lane.append(transition('a'));
    const { port } = await opened(lane);
    const client = await connect(port);
    await client.next(1);
    lane.forgetBefore(3);
    lane.append(...['b', 'c', 'd'].map(transition));
    expect(await client.next(2)).toMatchObject([
      { event: 'gap', data: { reason: 'not-kept', from: 3 } },
      { event: 'transition', id: `${epoch}-3` },
    ]);
  });

  test.each(['?after=17', '?after=x-y', '?kinds=alarm,frames', '?aftr=x'])('%s is a mistake', async (query) => {
    const { ask } = await opened(new FakeLane());
    expect((await ask(`/api/stream${query}`)).status).toBe(400);
  });

  test('through any cuts, wherever they fall, each entry comes exactly once and in order', async () => {
    const kinds = ['alarm', 'transition', 'unwanted'] as const;
    const append = fc.record({ append: fc.array(fc.constantFrom(...kinds), { maxLength: 6 }) });
    const cut = fc.record({ characters: fc.integer({ min: 1, max: 6000 }) });
    const made = { alarm: () => alarmEntry(), transition: () => transition('a'), unwanted: () => unwanted };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(append, cut), { maxLength: 12 }), async (steps) => {
        const lane = new FakeLane();
        const { port, close } = await opened(lane);
        const wanted: string[] = [];
        const seen: Message[] = [];
        const add = (kind: (typeof kinds)[number]): void => {
          if (kind !== 'unwanted') wanted.push(`${epoch}-${lane.end}`);
          lane.append(made[kind]());
        };
        let lastId = '';
        const visit = async (client: StreamClient, isEnough: () => boolean): Promise<void> => {
          for (let message = await client.message(); message; message = await client.message()) {
            seen.push(message);
            if (isEnough()) break;
          }
          client.cut();
          lastId = client.lastId;
        };
        const isUpToDate = (): boolean => seen.length > wanted.length;
        // The snapshot comes first, and with it an id to come back with.
        lane.append(unwanted);
        await visit(await StreamClient.open(port), isUpToDate);
        for (const step of steps) {
          if ('append' in step) step.append.forEach(add);
          else {
            const client = await StreamClient.open(port, { lastId, charactersMax: step.characters });
            add('transition');
            await visit(client, isUpToDate);
          }
        }
        add('transition');
        await visit(await StreamClient.open(port, { lastId }), isUpToDate);
        const [snapshot, ...entries] = seen;
        expect(snapshot?.event).toBe('snapshot');
        expect(entries.map(({ id }) => id)).toEqual(wanted);
        await close();
      }),
      { numRuns: 40 },
    );
  });
});

describe('a stream that stays open', () => {
  test('says each 15 s that it is there, and moves the id past what was not asked for', async () => {
    const lane = new FakeLane();
    const { port, clock } = await opened(lane);
    const client = await connect(port);
    await client.next(1);
    lane.append(unwanted, unwanted);
    await settle();
    await clock.advance(heartbeatMs);
    lane.append(transition('a'));
    await client.next(1);
    expect(client.comments).toBe(1);
    lane.append(unwanted);
    await settle();
    const beat = client.something();
    await clock.advance(heartbeatMs);
    await beat;
    expect([client.comments, client.lastId]).toEqual([2, `${epoch}-3`]);
  });

  test('is closed when its client takes nothing, and the journal keeps what it missed', async () => {
    const lane = new FakeLane();
    lane.append(transition('a'));
    const { port, clock } = await opened(lane);
    const client = await connect(port);
    await client.next(1);
    client.hang();
    const large = alarmEntry({ comment: '长'.repeat(20_000) });
    for (let count = 0; count < 400; count += 1) lane.append(large);
    for (let waited = 0; lane.followers > 0 && waited < 10; waited += 1) {
      for (let turn = 0; turn < 50; turn += 1) await settle();
      await clock.advance(stallMs);
    }
    expect(lane.followers).toBe(0);
    const again = await connect(port, { lastId: client.lastId });
    expect((await again.next(1))[0]).toMatchObject({ event: 'alarm' });
  });

  test(`has ${streamsMax - 1} beside it and no more; one that leaves makes room`, async () => {
    const lane = new FakeLane();
    const { port, ask, lines } = await opened(lane);
    const open = await Promise.all(Array.from({ length: streamsMax }, () => connect(port)));
    for (const client of open) await client.next(1);
    const refused = await ask('/api/stream');
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('10');
    expect(refused.json<{ error: { zh: string } }>().error.zh).toContain('20 路');
    expect(lines).toEqual([]);
    open[0]?.cut();
    while (lane.followers === streamsMax) await settle();
    await settle();
    expect((await connect(port)).status).toBe(200);
  });

  test('ends at once when the server stops', async () => {
    const lane = new FakeLane();
    const { port, close } = await opened(lane);
    const client = await connect(port);
    await client.next(1);
    await close();
    await client.ended();
    expect(lane.followers).toBe(0);
  });

  test('ends when its user is removed', async () => {
    const lane = new FakeLane();
    const { file, tokens } = usersOfEveryRole();
    const users = new Users(file, { debug() {}, info() {}, warn() {}, error() {} });
    const { port, clock } = await openConsole({ view: viewOfLane(lane), options: { users, host: '0.0.0.0' } });
    const client = await connect(port, { headers: bearer(tokens.viewer) });
    await client.next(1);
    expect(client.status).toBe(200);
    removeUser(file, 'viewer');
    await clock.advance(heartbeatMs);
    await client.ended();
    expect(lane.followers).toBe(0);
  });
});
