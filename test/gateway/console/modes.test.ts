import { describe, expect, test } from '@jest/globals';
import type { AlarmReport } from '../../../gateway/runtime/index.js';
import { ManualClock } from '../../support/manual-clock.js';
import { bearer, openConsole } from './console-kit.js';
import { alarm, alarmEntry, definition, FakeLane } from './fake-alarms.js';
import { fakeActs, fakeView, mode, viewOfLane } from './fake-gateway.js';

const post = (payload: object, token: string) => ({
  method: 'POST',
  headers: { ...bearer(token), 'content-type': 'application/json' },
  payload: JSON.stringify(payload),
});

const onPit = [
  { ...definition, key: 'pit-1/h2s/HH', device: 'pit-1', tag: 'h2s' },
  { ...definition, key: 'pit-1/level/H', device: 'pit-1', tag: 'level' },
  { ...definition, key: 'pit-2/h2s/HH', device: 'pit-2', tag: 'h2s' },
];

describe('work on a device', () => {
  test('is told with what is left of it', async () => {
    const { ask } = await openConsole({ view: fakeView({ modes: () => [mode({ tag: 'nh3', mode: 'calibration' })] }) });
    expect((await ask('/api/modes')).json()).toEqual([
      {
        mode: 'calibration',
        device: 'climate-1',
        tag: 'nh3',
        who: 'engineer',
        reason: 'new fan',
        since: '2026-11-21T01:00:00.000Z',
        until: '2026-11-21T03:00:00.000Z',
        leftMs: 6_600_000,
      },
    ]);
    expect((await ask('/api/overview')).json()).toMatchObject({ modes: [{ tag: 'nh3' }] });
  });

  test('begins in the name of an engineer, with what that role may put out of service', async () => {
    const { acts, done } = fakeActs();
    const { ask, tokens } = await openConsole({ acts });
    const body = { device: 'climate-1', tag: 'nh3', mode: 'calibration', for: '30min', reason: 'new cell' };
    expect((await ask('/api/modes/begin', post(body, tokens.engineer))).status).toBe(200);
    await ask('/api/modes/begin', post(body, tokens.administrator));
    const request = { device: 'climate-1', tag: 'nh3', mode: 'calibration', forMs: 1_800_000, reason: 'new cell' };
    expect(done).toEqual([
      ['beginMode', 'engineer', request, true, false],
      ['beginMode', 'administrator', request, true, true],
    ]);
    expect((await ask('/api/modes/begin', post(body, tokens.operator))).status).toBe(403);
  });

  test('says which alarms go on calling all the same', async () => {
    const out = { who: 'engineer', reason: 'maintenance: new fan', since: null };
    const view = fakeView({
      modes: () => [mode({ device: 'pit-1' })],
      alarmDefinitions: () => onPit,
      alarms: () => [alarm({ key: 'pit-1/level/H', device: 'pit-1', state: 'out-of-service', outOfService: out })],
    });
    const { ask, tokens } = await openConsole({ view });
    const answer = await ask(
      '/api/modes/begin',
      post({ device: 'pit-1', for: '2h', reason: 'new fan' }, tokens.engineer),
    );
    expect(answer.json()).toMatchObject({ mode: { device: 'pit-1', tag: null }, stillCalling: ['pit-1/h2s/HH'] });
  });

  test('that the gateway refuses is told in its words, at its end too', async () => {
    const text = { en: 'eight hours at most; ask again then', zh: '最长八小时，届时可再次申请' };
    const { ask, tokens } = await openConsole({ acts: fakeActs({ mode: text }).acts });
    for (const [path, more] of [
      ['/api/modes/begin', { for: '9h', reason: 'r' }],
      ['/api/modes/end', {}],
    ] as const) {
      const answer = await ask(path, post({ device: 'climate-1', ...more }, tokens.engineer));
      expect([answer.status, answer.json()]).toEqual([409, { error: text }]);
    }
  });

  test('ends for a tag or a whole device', async () => {
    const { acts, done } = fakeActs();
    const { ask, tokens } = await openConsole({ acts });
    await ask('/api/modes/end', post({ device: 'climate-1' }, tokens.engineer));
    const ended = await ask('/api/modes/end', post({ device: 'climate-1', tag: 'nh3' }, tokens.engineer));
    expect([ended.status, ended.json()]).toEqual([200, { device: 'climate-1', tag: 'nh3' }]);
    expect(done).toEqual([
      ['endMode', 'engineer', 'climate-1', null],
      ['endMode', 'engineer', 'climate-1', 'nh3'],
    ]);
  });
});

describe('the alarm report', () => {
  const hour = 3_600_000;
  const at = (hours: number) => alarmEntry({ time: Date.UTC(2026, 10, 21, hours), instant: hours * hour });

  test('is of the period asked for, a week up to now without one', async () => {
    const lane = new FakeLane();
    lane.append(at(1), at(2), at(3), at(23));
    const evening = new ManualClock(Date.UTC(2026, 10, 21, 23, 30));
    const { ask } = await openConsole({ view: viewOfLane(lane), options: { clock: evening } });
    const asked = await ask('/api/report?from=2026-11-21T02:00:00Z&to=2026-11-21T22:00:00Z&operators=2');
    expect(asked.json<AlarmReport>()).toMatchObject({ operators: 2, load: { total: 2 } });
    const { from, to, load } = (await ask('/api/report')).json<AlarmReport>();
    // The journal begins with the first of them, and what is to come is not counted as quiet.
    expect([from, to, load.total]).toEqual([Date.UTC(2026, 10, 21, 1), evening.utc(), 4]);
    expect((await ask('/api/report?to=2026-11-30T00:00:00Z')).json<AlarmReport>().to).toBe(evening.utc());
    expect(lane.followers).toBe(0);
  });

  test('of a lane that holds nothing is not found, and nobody waits for it', async () => {
    const { ask } = await openConsole({ view: viewOfLane(new FakeLane()) });
    expect((await ask('/api/report')).status).toBe(404);
  });

  test.each(['from=yesterday', 'operators=0', 'operators=x', 'form=svg'])('with %s is refused', async (query) => {
    const { ask } = await openConsole();
    expect((await ask(`/api/report?${query}`)).status).toBe(400);
  });
});
