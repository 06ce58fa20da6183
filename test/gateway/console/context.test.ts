import { describe, expect, test } from '@jest/globals';
import type { Role } from '../../../gateway/console/index.js';
import { asJson, bearer, openConsole } from './console-kit.js';
import { contextItem, fakeActs, fakeView } from './fake-gateway.js';

const name = 'batch-start';

async function opened(outcomes: Parameters<typeof fakeActs>[0] = {}, by: 'operator' | 'engineer' = 'operator') {
  const { acts, done } = fakeActs(outcomes);
  const view = fakeView({ context: () => [contextItem({ by })] });
  const { ask, tokens } = await openConsole({ acts, view });
  const set = (body: unknown, role: Role = 'operator') => ask('/api/context/set', asJson(body, bearer(tokens[role])));
  return { ask, set, done };
}

describe('the context', () => {
  test('is read by anybody who may read, with who said so and what is planned', async () => {
    const { ask } = await opened();
    const answer = await ask('/api/context');
    expect([answer.status, answer.json()]).toEqual([200, [contextItem()]]);
  });

  test('is set in the name of the user, from now or from a time with a zone', async () => {
    const { set, done } = await opened();
    const answer = await set({ name, value: '2026-11-21' });
    expect([answer.status, answer.json<{ name: string }>().name]).toEqual([200, name]);
    await set({ name, value: null, from: '2026-11-22T06:00:00+08:00', reason: 'house empty' });
    expect(done).toEqual([
      ['setContext', 'operator', { name, value: '2026-11-21', from: undefined, reason: '' }],
      ['setContext', 'operator', { name, value: null, from: Date.UTC(2026, 10, 21, 22), reason: 'house empty' }],
    ]);
  });

  test.each<[Role, 'operator' | 'engineer', number]>([
    ['viewer', 'operator', 403],
    ['operator', 'engineer', 403],
    ['engineer', 'engineer', 200],
  ])('a %s may not set what needs more than that (%s): %d', async (role, by, status) => {
    const { set, done } = await opened({}, by);
    expect((await set({ name, value: '2026-11-21' }, role)).status).toBe(status);
    expect(done).toHaveLength(status === 200 ? 1 : 0);
  });

  test('that is not there is not found; what the gateway refuses is told in its words', async () => {
    const { set, done } = await opened({ context: { en: 'its value is a day', zh: '它的值应为日期' } });
    expect((await set({ name: 'nobody', value: 1 })).status).toBe(404);
    expect(done).toEqual([]);
    const refused = await set({ name, value: 12 });
    expect([refused.status, refused.json<{ error: { zh: string } }>().error.zh]).toEqual([409, '它的值应为日期']);
  });

  test.each([{ name }, { name, value: true }, { name, value: 1, from: 'tomorrow' }, { value: 1 }])(
    '%j is no such request',
    async (body) => {
      const { set, done } = await opened();
      expect((await set(body)).status).toBe(400);
      expect(done).toEqual([]);
    },
  );
});
