import { describe, expect, test } from '@jest/globals';
import { type Role, roles } from '../../../gateway/console/index.js';
import { FailedAttempts } from '../../../gateway/console/failed-attempts.js';
import { includesRole } from '../../../gateway/console/roles.js';
import type { Route } from '../../../gateway/console/route.js';
import { ManualClock } from '../../support/manual-clock.js';
import { basic, bearer, declaredRoutes, openConsole, recordingLog } from './console-kit.js';
import { fakeActs, fakeView } from './fake-gateway.js';
import { heldAlarm, heldRequest, validCall } from './valid-calls.js';

const hosts = ['127.0.0.1', '0.0.0.0'] as const;
const visitors = ['nobody', ...roles] as const;

/** What the plan says of a visitor at a route, worked out apart from the code that decides. */
function expectedStatus({ access, method }: Route, host: string, visitor: (typeof visitors)[number]): number {
  if (access === 'anyone') return 200;
  if (visitor === 'nobody') return method === 'GET' && host === '127.0.0.1' ? 200 : 401;
  if (access === 'reader') return 200;
  return includesRole(visitor, access) ? 200 : 403;
}

describe.each(hosts)('every route and every role on %s', (host) => {
  test.each(visitors)('as %s', async (visitor) => {
    const { acts, done } = fakeActs({ waiting: [heldRequest] });
    const view = fakeView({ alarmDefinition: () => heldAlarm });
    const explain = async () => ({ registers: [236] });
    const { ask, routes, tokens } = await openConsole({ acts, view, options: { host, explain } });
    const headers = visitor === 'nobody' ? {} : bearer(tokens[visitor]);
    const found = [];
    for (const route of routes) {
      const { url, question } = validCall(route, headers);
      const { status } = await ask(url, question);
      found.push(`${route.method} ${route.path} ${status}`);
    }
    const expected = routes.map((route) => `${route.method} ${route.path} ${expectedStatus(route, host, visitor)}`);
    expect(found).toEqual(expected);
    const allowedActs = routes.filter(
      (route) =>
        // It asks what files would change, and files do not fit into an address.
        route.path !== '/api/statutory/proposal' &&
        route.method === 'POST' &&
        expectedStatus(route, host, visitor) === 200,
    );
    expect(done.map(([, who]) => who)).toEqual(allowedActs.map(() => visitor));
  });
});

test('only POST changes anything, and every POST needs a named user with a role', () => {
  for (const { method, access } of declaredRoutes()) {
    expect(method === 'POST').toBe(access !== 'anyone' && access !== 'reader');
  }
});

test('each role includes the ones before it', () => {
  const included = (role: Role) => roles.filter((needed) => includesRole(role, needed));
  expect(roles.map((role) => included(role).length)).toEqual([1, 2, 3, 4]);
});

describe('signing in', () => {
  test('a browser is asked for user and token beyond loopback, and may read with them', async () => {
    const { ask, tokens } = await openConsole({ options: { host: '192.168.1.9' } });
    const asked = await ask('/');
    expect(asked.status).toBe(401);
    expect(asked.headers['www-authenticate']).toMatch(/^Basic /);
    const read = await ask('/', { headers: basic('viewer', tokens.viewer) });
    expect(read.status).toBe(200);
    const other = await ask('/', { headers: basic('operator', tokens.viewer) });
    expect(other.status).toBe(401);
  });

  test('what a browser adds by itself opens no write, so another site cannot make it act', async () => {
    const { acts, done } = fakeActs();
    const { ask, tokens } = await openConsole({ acts });
    const headers = basic('administrator', tokens.administrator);
    const { status } = await ask('/api/clock/set', { method: 'POST', headers });
    expect(status).toBe(401);
    expect(done).toEqual([]);
  });

  test('an address that nothing stands at is not told apart without a token', async () => {
    const { ask, tokens } = await openConsole({ options: { host: '0.0.0.0' } });
    expect((await ask('/api/nothing')).status).toBe(401);
    expect((await ask('/api/nothing', { headers: bearer(tokens.viewer) })).status).toBe(404);
  });

  test('a wrong token is refused even where reading is open', async () => {
    const { ask } = await openConsole();
    expect((await ask('/api/status', { headers: bearer('sluice_wrong') })).status).toBe(401);
    expect((await ask('/api/status', { headers: { authorization: 'Digest x' } })).status).toBe(401);
  });

  test('after five wrong tokens an address waits, also with the right one; others do not', async () => {
    const { ask, tokens, clock, lines } = await openConsole({ options: { host: '0.0.0.0' } });
    const sign = (token: string, from: string) => ask('/api/status', { headers: bearer(token), from });
    for (let attempt = 0; attempt < 5; attempt++) expect((await sign('wrong', '127.0.0.7')).status).toBe(401);
    const blocked = await sign(tokens.viewer, '127.0.0.7');
    expect(blocked.status).toBe(429);
    expect(blocked.headers['retry-after']).toBe('60');
    expect((await sign(tokens.viewer, '127.0.0.8')).status).toBe(200);
    expect(lines).toMatchObject([{ level: 'warn', fields: { address: '127.0.0.7' } }]);
    await clock.advance(60_000);
    expect((await sign(tokens.viewer, '127.0.0.7')).status).toBe(200);
  });

  test('the memory of wrong tokens is bounded: the oldest address is forgotten', () => {
    const attempts = new FailedAttempts(new ManualClock(), recordingLog().log);
    const failTimes = (count: number, address: string) => {
      for (let attempt = 0; attempt < count; attempt++) attempts.failed(address);
    };
    failTimes(5, '10.9.9.9');
    for (let index = 0; index < 999; index++) failTimes(1, `10.0.${index >> 8}.${index & 255}`);
    expect(attempts.waitMs('10.9.9.9')).toBe(60_000);
    failTimes(1, '10.1.1.1');
    expect(attempts.waitMs('10.9.9.9')).toBe(0);
  });

  test('while one is blocked on loopback the page stays open', async () => {
    const { ask } = await openConsole();
    for (let attempt = 0; attempt < 6; attempt++) await ask('/api/status', { headers: bearer('wrong') });
    expect((await ask('/api/status')).status).toBe(200);
  });
});

describe('what strangers try', () => {
  test.each(['evil.example', 'evil.example:8080', '127.0.0.1.evil.example', '127.0.0.1@evil.example', '10.0.0.5'])(
    'a page of another site that points the name "%s" here reads nothing',
    async (host) => {
      const { ask } = await openConsole();
      const { status, body } = await ask('/api/values', { headers: { host } });
      expect(status).toBe(421);
      expect(body).not.toContain('climate-1');
    },
  );

  test.each(['localhost', 'LOCALHOST:8080', '127.0.0.1:8080', '127.9.9.9', '[::1]:8080'])(
    '"%s" is this machine',
    async (host) => {
      const { ask } = await openConsole();
      expect((await ask('/api/values', { headers: { host } })).status).toBe(200);
    },
  );

  test('a body of more than 16 KiB is not read', async () => {
    const { ask, tokens } = await openConsole();
    const headers = { ...bearer(tokens.engineer), 'content-type': 'application/json' };
    const payload = JSON.stringify({ text: 'x'.repeat(17_000) });
    expect((await ask('/api/clock/set', { method: 'POST', headers, payload })).status).toBe(413);
  });

  test('every answer forbids sniffing, framing, caching and anything from elsewhere', async () => {
    const { ask } = await openConsole({ options: { host: '0.0.0.0' } });
    for (const url of ['/', '/health/live', '/api/values', '/nothing']) {
      const { headers } = await ask(url);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  test('neither a token nor the inside of a failure is in an answer or in the log', async () => {
    const canary = 'canary-7f3a';
    const { acts } = fakeActs();
    const broken = { ...acts, believeClock: () => Promise.reject(new Error(`disk ${canary}`)) };
    const { ask, tokens, lines } = await openConsole({ acts: broken });
    const question = { method: 'POST', headers: bearer(tokens.engineer) };
    const first = await ask('/api/clock/set', question);
    const second = await ask('/api/clock/set', question);
    const refused = await ask('/api/status', { headers: bearer(`wrong-${canary}`) });
    expect([first.status, second.status, refused.status]).toEqual([500, 500, 401]);
    for (const { body } of [first, second, refused]) expect(body).not.toMatch(/canary|sluice_|at .*\.ts/);
    expect(lines.map(({ message }) => message)).toEqual(['a request failed']);
    expect(JSON.stringify(lines)).not.toContain(tokens.engineer);
  });
});
