import { describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { basic, bearer, declaredRoutes, openConsole } from './console-kit.js';
import { alarm, definition } from './fake-alarms.js';
import { fakeActs, fakeView, link, sink } from './fake-gateway.js';
import { heldRequest, validCall } from './valid-calls.js';

interface Operation {
  readonly security: readonly Record<string, unknown>[];
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: object; description?: string }[];
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: object }> }>>;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

describe('the document and the routes', () => {
  const routes = declaredRoutes();
  const document = async () => (await (await openConsole()).ask('/openapi.json')).json<Document>();

  test('it tells exactly the routes there are', async () => {
    const { openapi, info, paths } = await document();
    expect(openapi).toBe('3.1.0');
    expect(info.version).toBe('0.1.0');
    const told = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(told.sort()).toEqual(
      routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`).sort(),
    );
  });

  test('the server answers at each of them and nowhere else', async () => {
    const { ask, tokens } = await openConsole({ acts: fakeActs({ forget: 'configured' }).acts });
    const headers = bearer(tokens.administrator);
    for (const { method, path } of routes) {
      const { url, question } = validCall({ method, path }, headers);
      const { body } = await ask(url, question);
      expect(body).not.toContain('nothing at this address');
      const other = await ask(url, { method: method === 'GET' ? 'POST' : 'GET', headers });
      expect([other.status, other.body]).toEqual([404, expect.stringContaining('nothing at this address')]);
    }
  });

  test('every name a schema refers to is there', async () => {
    const told = await document();
    const names = [...JSON.stringify(told).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference as string);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names)
      expect(Object.keys(told.components.schemas)).toContain(name.replace('#/components/schemas/', ''));
    expect(Object.keys(told.components.schemas)).toEqual(expect.arrayContaining(['Value', 'Ledger', 'Event', 'Text']));
  });

  test('it says what each parameter is and who may call', async () => {
    const { paths } = await document();
    expect(paths['/api/values']?.['get']?.parameters).toMatchObject([{ name: 'device', in: 'query', required: false }]);
    expect(paths['/api/events']?.['get']?.parameters).toMatchObject([
      { name: 'count', required: false, schema: { type: 'integer', minimum: 1, maximum: 1000, default: 50 } },
    ]);
    expect(paths['/api/sinks/{name}/forget']?.['post']).toMatchObject({
      security: [{ bearer: [] }],
      parameters: [{ name: 'name', in: 'path', required: true }],
    });
    expect(paths['/api/stream']?.['get']?.parameters).toMatchObject([
      { name: 'kinds', in: 'query', required: false, schema: { type: 'string' } },
      { name: 'after', in: 'query', required: false },
      { name: 'last-event-id', in: 'header', required: false },
    ]);
    expect(paths['/api/alarms/shelve']?.['post']).toMatchObject({
      security: [{ bearer: [] }],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { type: 'object', required: ['key', 'for', 'reason'], additionalProperties: false },
          },
        },
      },
    });
    expect(paths['/health/live']?.['get']?.security).toEqual([]);
  });
});

describe('every answer is as declared', () => {
  const explain = async (device: string) => (device === 'climate-1' ? { registers: [236] } : undefined);
  const cases: readonly (readonly [method: 'GET' | 'POST', path: string, url: string, status: number])[] = [
    ['GET', '/health/live', '/health/live', 200],
    ['GET', '/health/ready', '/health/ready', 503],
    ['GET', '/api/overview', '/api/overview', 200],
    ['GET', '/api/status', '/api/status', 200],
    ['GET', '/api/links', '/api/links', 200],
    ['GET', '/api/devices', '/api/devices', 200],
    ['GET', '/api/qualities', '/api/qualities', 200],
    ['GET', '/api/conditions', '/api/conditions', 200],
    ['GET', '/api/sinks', '/api/sinks', 200],
    ['GET', '/api/ledger', '/api/ledger', 200],
    ['GET', '/api/values', '/api/values', 200],
    ['GET', '/api/values', '/api/values?device=nobody', 404],
    ['GET', '/api/events', '/api/events?count=2', 200],
    ['GET', '/api/explain', '/api/explain?device=climate-1&tag=t&time=2026-11-21T03:00:00%2B08:00', 200],
    ['GET', '/api/explain', '/api/explain?device=nobody&tag=t', 404],
    ['GET', '/api/alarms', '/api/alarms', 200],
    ['GET', '/api/alarms/definitions', '/api/alarms/definitions?key=k', 200],
    ['GET', '/api/alarms/requests', '/api/alarms/requests', 200],
    ...(['acknowledge', 'reset', 'shelve', 'unshelve', 'remove-from-service', 'return-to-service'] as const).map(
      (act) => ['POST', `/api/alarms/${act}`, `/api/alarms/${act}`, 200] as const,
    ),
    ['POST', '/api/alarms/requests/:id/agree', '/api/alarms/requests/r/agree', 200],
    ['GET', '/api/report', '/api/report?from=2026-11-20T00:00:00Z&operators=2', 200],
    ['GET', '/api/report', '/api/report?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00%2B08:00', 404],
    ['GET', '/api/modes', '/api/modes', 200],
    ['POST', '/api/modes/begin', '/api/modes/begin', 200],
    ['POST', '/api/modes/end', '/api/modes/end', 200],
    ['GET', '/api/context', '/api/context', 200],
    ['POST', '/api/context/set', '/api/context/set', 200],
    ['GET', '/api/statutory', '/api/statutory', 200],
    ['POST', '/api/statutory/proposal', '/api/statutory/proposal', 200],
    ['POST', '/api/statutory/approve', '/api/statutory/approve', 200],
    ['GET', '/openapi.json', '/openapi.json', 200],
    ['POST', '/api/clock/set', '/api/clock/set', 200],
    ['POST', '/api/sinks/:name/forget', '/api/sinks/%E8%80%81%E5%BA%93/forget', 200],
  ];

  test.each(cases)('%s %s as %s answers %i', async (method, path, url, status) => {
    const since = { since: '2026-11-21T01:02:03.000Z', sinceMs: 61_000 };
    const condition = {
      key: 'k',
      device: 'climate-1',
      tag: 'temperature',
      kind: 'HH',
      limit: 32,
      unit: '°C',
      ...since,
    };
    const view = fakeView({
      alarms: () => [alarm(), alarm({ key: 'k', state: 'shelved', shelf: { who: 'li', reason: 'r', leftMs: 60_000 } })],
      alarmDefinitions: () => [definition, { ...definition, key: 'other' }],
      alarmDefinition: () => definition,
      links: () => [link({ state: 'connecting' })],
      activeConditions: () => [{ ...condition, message: { en: 'too hot', zh: '温度过高' } }],
    });
    const { acts } = fakeActs({ waiting: [heldRequest] });
    const { ask, routes, tokens } = await openConsole({ view, acts, options: { explain } });
    const { question } = validCall({ method, path }, bearer(tokens.administrator));
    const answer = await ask(url, question);
    expect(answer.status).toBe(status);
    const declared = routes.find((route) => route.method === method && route.path === path)?.answers[status];
    const { schema } = declared as { schema: z.ZodType };
    expect(schema.safeParse(answer.json()).error).toBeUndefined();
  });

  test('no JSON answer is left out above', () => {
    const declared = declaredRoutes()
      .filter(({ answers }) => 'schema' in (answers[200] ?? {}))
      .map(({ path }) => path);
    expect([...new Set(cases.map(([, path]) => path))].sort()).toEqual([...declared].sort());
  });
});

describe('reading', () => {
  test('values carry number, unit, quality by name and time', async () => {
    const { ask } = await openConsole();
    const values = (await ask('/api/values?device=climate-1')).json<object[]>();
    expect(values).toEqual([
      expect.objectContaining({
        device: 'climate-1',
        tag: 'temperature',
        value: 23.600000381469727,
        unit: '°C',
        quality: 'good',
        status: 0,
        time: '2026-11-21T01:12:40.250Z',
      }),
      expect.objectContaining({ tag: 'humidity', quality: 'uncertain-stuck' }),
    ]);
  });

  test('a device that was not read yet has no values; one that is not there is said', async () => {
    const { ask } = await openConsole({ view: fakeView({ values: () => [] }) });
    expect((await ask('/api/values?device=climate-1')).json()).toEqual([]);
    const missing = await ask('/api/values?device=climat-1');
    expect(missing.status).toBe(404);
    expect(missing.json<{ error: object }>().error).toEqual({
      en: 'there is no device "climat-1"',
      zh: '没有设备“climat-1”',
    });
  });

  test('an event of a boot without a time says null, the others RFC 3339', async () => {
    const { ask } = await openConsole();
    const events = (await ask('/api/events')).json<{ time: string | null }[]>();
    expect(events.map(({ time }) => time)).toEqual([null, '2026-11-21T01:00:01.000Z', '2026-11-21T01:00:02.000Z']);
  });

  test.each([
    ['/api/values?devcie=climate-1', 'devcie'],
    ['/api/events?count=0', 'count'],
    ['/api/events?count=many', 'count'],
    ['/api/explain?device=climate-1', 'tag'],
    ['/api/explain?device=a&tag=b&time=yesterday', 'time'],
  ])('%s is a mistake that names %s', async (url, named) => {
    const { ask } = await openConsole();
    const answer = await ask(url);
    expect(answer.status).toBe(400);
    expect(answer.json<{ error: { en: string } }>().error.en).toContain(named);
  });

  test('explaining is given the device, the tag and the time in ms', async () => {
    const asked: unknown[] = [];
    const explain = async (...question: unknown[]) => {
      asked.push(question);
      return null;
    };
    const { ask } = await openConsole({ options: { explain } });
    await ask('/api/explain?device=a&tag=b&time=2026-11-21T08:00:00%2B08:00');
    await ask('/api/explain?device=a&tag=b');
    expect(asked).toEqual([
      ['a', 'b', Date.UTC(2026, 10, 21)],
      ['a', 'b', undefined],
    ]);
    expect((await (await openConsole()).ask('/api/explain?device=a&tag=b')).status).toBe(501);
  });
});

describe('acting', () => {
  test('the clock is believed in the name of the user', async () => {
    const { acts, done } = fakeActs();
    const { ask, tokens } = await openConsole({ acts });
    const answer = await ask('/api/clock/set', { method: 'POST', headers: bearer(tokens.engineer) });
    expect(answer.json()).toEqual({ time: '2026-11-21T01:12:41.000Z', isClockTrusted: true });
    expect(done).toEqual([['believeClock', 'engineer']]);
  });

  test.each([
    ['forgotten', 200],
    ['unknown', 404],
    ['configured', 409],
  ] as const)('a sink that is %s: %i', async (outcome, status) => {
    const { acts, done } = fakeActs({ forget: outcome });
    const { ask, tokens } = await openConsole({ acts });
    const headers = bearer(tokens.administrator);
    const answer = await ask(`/api/sinks/${encodeURIComponent('老库')}/forget`, { method: 'POST', headers });
    expect(answer.status).toBe(status);
    expect(done).toEqual([['forgetSink', 'administrator', '老库']]);
  });
});

describe('readiness', () => {
  const ready = async (parts: Parameters<typeof fakeView>[0], journalTrouble: string | null = null) => {
    const status = () => ({ ...fakeView(parts).status(), journalTrouble });
    const { ask } = await openConsole({ view: fakeView({ ...parts, status }) });
    const answer = await ask('/health/ready');
    const { reasons } = answer.json<{ reasons: { text: { en: string; zh: string } }[] }>();
    return { status: answer.status, reasons: reasons.map(({ text }) => text) };
  };

  test('well: 200 and no reasons', async () => {
    expect(await ready({})).toEqual({ status: 200, reasons: [] });
  });

  test('a lost link, a sink that does not take, a disk that refuses: 503 and each in words', async () => {
    const { status, reasons } = await ready(
      {
        links: () => [link({ name: 'bus-2', state: 'connecting' }), link()],
        sinks: () => [sink({ isConnected: false, waiting: 812 })],
      },
      'no space left on device',
    );
    expect(status).toBe(503);
    expect(reasons.map(({ en }) => en)).toEqual([
      'the disk does not take the journal: no space left on device',
      'link bus-2 (modbus) is not connected',
      'sink history (influxdb) is not connected; 812 records wait',
    ]);
    expect(reasons[1]?.zh).toBe('链路 bus-2（modbus）未连接');
  });

  test('a lost link that is an alarm is told once to people, and still takes the gateway out of service', async () => {
    const lost = alarm({ key: 'link/house-bus/LINK', device: 'house-bus', tag: '', kind: 'LINK', limit: null });
    const view = fakeView({ links: () => [link({ state: 'connecting' })], alarms: () => [lost] });
    const { ask } = await openConsole({ view });
    const { attention, alarms } = (await ask('/api/overview')).json<{ attention: { subject: string }[]; alarms: [] }>();
    expect([attention.map(({ subject }) => subject), alarms.length]).toEqual([['ledger'], 1]);
    expect((await ask('/health/ready')).status).toBe(503);
  });

  test('one silent device or a clock not confirmed is shown to people and does not take the gateway out of service', async () => {
    const view = fakeView({
      devices: () => [{ name: 'a', link: 'house-bus', profile: 'p', state: 'offline' }],
      status: () => ({ ...fakeView().status(), isClockTrusted: false, time: null }),
    });
    const { ask, tokens } = await openConsole({ view });
    expect((await ask('/health/ready')).status).toBe(200);
    const headers = basic('viewer', tokens.viewer);
    const { attention } = (await ask('/api/overview', { headers })).json<{ attention: { subject: string }[] }>();
    expect(attention.map(({ subject }) => subject)).toEqual(['clock', 'ledger', 'device']);
  });
});
