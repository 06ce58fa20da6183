import { describe, expect, test } from '@jest/globals';
import type { Role } from '../../../gateway/console/index.js';
import type { AlarmDefinitionView } from '../../../gateway/runtime/index.js';
import { asJson, basic, bearer, openConsole } from './console-kit.js';
import { alarm, definition, request } from './fake-alarms.js';
import { fakeActs, fakeView } from './fake-gateway.js';

const { key } = definition;
const refused = (en: string, zh: string) =>
  ({ outcome: 'refused', refusal: { reason: 'no-reason', text: { en, zh } } }) as const;

async function opened(outcomes: Parameters<typeof fakeActs>[0] = {}, facts: Partial<AlarmDefinitionView> = {}) {
  const { acts, done } = fakeActs(outcomes);
  const own = { ...definition, ...facts };
  const view = fakeView({
    alarms: () => [alarm({ state: 'acknowledged' })],
    alarmDefinition: (asked) => (asked === own.key ? own : undefined),
    alarmDefinitions: () => [own, { ...own, key: 'boiler/pressure/HH' }],
  });
  const { ask, tokens } = await openConsole({ acts, view });
  const act = (name: string, body: unknown, role: Role = 'operator') =>
    ask(`/api/alarms/${name}`, asJson(body, bearer(tokens[role])));
  return { ask, act, done, tokens };
}

const sentence = (answer: { json<Body>(): Body }): { en: string; zh: string } =>
  answer.json<{ error: { en: string; zh: string } }>().error;

describe('an act on one alarm', () => {
  test.each([
    ['acknowledge', { key, comment: '已到现场' }, { act: 'acknowledge', comment: '已到现场' }],
    ['acknowledge', { key }, { act: 'acknowledge', comment: '' }],
    ['reset', { key, comment: 'dry again' }, { act: 'reset', comment: 'dry again' }],
    ['shelve', { key, for: '90min', reason: 'r' }, { act: 'shelve', forMs: 5_400_000, reason: 'r' }],
    ['unshelve', { key }, { act: 'unshelve', comment: '' }],
    ['return-to-service', { key, comment: 'c' }, { act: 'return-to-service', comment: 'c' }],
  ])('%s %j is done in the name of the user, and the answer tells the state', async (name, body, act) => {
    const { act: send, done } = await opened({}, { outOfServiceRole: 'operator' });
    const answer = await send(name, body);
    expect([answer.status, answer.json()]).toEqual([200, { outcome: 'done', key, state: 'acknowledged' }]);
    expect(done).toEqual([['alarm', 'operator', key, act]]);
  });

  test('that is not there is not found, and nothing is asked of the gateway', async () => {
    const { act, done } = await opened();
    const answer = await act('acknowledge', { key: 'pit-1/h2s/H' });
    expect(answer.status).toBe(404);
    expect(sentence(answer)).toEqual({ en: 'there is no alarm "pit-1/h2s/H"', zh: '没有报警“pit-1/h2s/H”' });
    expect(done).toEqual([]);
  });

  test('that the gateway refuses is told in its words', async () => {
    const { act } = await opened({ alarm: refused('say why', '请写明原因') });
    const answer = await act('shelve', { key, for: '1h', reason: ' ' });
    expect([answer.status, sentence(answer).zh]).toEqual([409, '请写明原因']);
  });

  test.each([
    [[{ key }, { key: 'boiler/pressure/HH' }]],
    [{ key: [key, 'boiler/pressure/HH'], comment: 'all seen' }],
    [{ keys: [key], comment: 'all seen' }],
  ])('several at once, as %j, are refused with the reason', async (body) => {
    const { act, done } = await opened();
    const answer = await act('acknowledge', body);
    expect(answer.status).toBe(400);
    expect(sentence(answer).en).toContain('one alarm a call');
    expect(sentence(answer).zh).toContain('每次只处理一个报警');
    expect(done).toEqual([]);
  });

  test.each([
    ['shelve', { key, for: 'long', reason: 'r' }],
    ['shelve', { key, reason: 'r' }],
    ['shelve', { key, for: '1h' }],
    ['remove-from-service', { key }],
    ['acknowledge', { comment: 'c' }],
    ['acknowledge', { key, coment: 'c' }],
    ['acknowledge', { key, comment: 'x'.repeat(501) }],
    ['acknowledge', null],
    ['acknowledge', 'k'],
  ])('%s with %j is a mistake', async (name, body) => {
    const { act, done } = await opened();
    expect((await act(name, body, 'administrator')).status).toBe(400);
    expect(done).toEqual([]);
  });
});

describe('who may', () => {
  const outcomes = async (facts: Partial<AlarmDefinitionView>, name: string) => {
    const { act } = await opened({}, facts);
    const body = { key, ...(name === 'remove-from-service' && { reason: 'r' }) };
    const found = [];
    for (const role of ['viewer', 'operator', 'engineer', 'administrator'] as const) {
      found.push((await act(name, body, role)).status);
    }
    return found;
  };

  test('acknowledge, whatever the class says: operators and above', async () => {
    expect(await outcomes({}, 'acknowledge')).toEqual([403, 200, 200, 200]);
  });

  test.each(['remove-from-service', 'return-to-service'])('%s: whom the class names, and above', async (name) => {
    expect(await outcomes({ outOfServiceRole: 'operator' }, name)).toEqual([403, 200, 200, 200]);
    expect(await outcomes({ outOfServiceRole: 'engineer' }, name)).toEqual([403, 403, 200, 200]);
    expect(await outcomes({ outOfServiceRole: 'administrator' }, name)).toEqual([403, 403, 403, 200]);
  });

  test('the refusal names the class and the role in both languages', async () => {
    const { act, done } = await opened();
    const answer = await act('remove-from-service', { key, reason: 'r' }, 'engineer');
    expect(sentence(answer)).toEqual({
      en: 'alarms of class "toxic" need the role administrator or above for this',
      zh: '“toxic”类报警的这一操作需要 administrator 或更高的角色',
    });
    expect(done).toEqual([]);
  });
});

describe('two people', () => {
  test('what needs a second person waits, and says for how long', async () => {
    const waiting = request({ key, lapses: 1_600_000 });
    const { act, ask } = await opened({ alarm: { outcome: 'waits', request: waiting }, waiting: [waiting] });
    const answer = await act('shelve', { key, for: '1h', reason: 'gauge is being changed' });
    expect(answer.status).toBe(202);
    const { lapses: _, ...rest } = waiting;
    expect(answer.json()).toEqual({ outcome: 'waits', request: { ...rest, leftMs: 600_000 } });
    expect((await ask('/api/alarms/requests')).json()).toEqual([{ ...rest, leftMs: 600_000 }]);
  });

  const agreeing = async (
    outcomes: Parameters<typeof fakeActs>[0],
    role: Role = 'operator',
    facts: Partial<AlarmDefinitionView> = {},
  ) => {
    const { ask, tokens, done } = await opened(outcomes, facts);
    const headers = bearer(tokens[role]);
    const answer = await ask(`/api/alarms/requests/${request().id}/agree`, { method: 'POST', headers });
    return { answer, done };
  };

  test('the second one agrees, and it is done', async () => {
    const { answer, done } = await agreeing({ waiting: [request({ key })] });
    expect([answer.status, answer.json()]).toEqual([200, { outcome: 'done', key, state: 'acknowledged' }]);
    expect(done).toEqual([['agree', 'operator', request().id]]);
  });

  test('nobody is their own second person', async () => {
    const { answer } = await agreeing({ waiting: [request({ key })], agree: 'own' });
    expect(answer.status).toBe(403);
    expect(sentence(answer)).toEqual({
      en: 'you asked for it yourself: a second person has to agree',
      zh: '这是您自己提出的：须由另一人同意',
    });
  });

  test.each([
    ['none waits', {}],
    ['it has lapsed meanwhile', { waiting: [request({ key })], agree: 'unknown' as const }],
  ])('%s: 404', async (_, outcomes) => {
    expect((await agreeing(outcomes)).answer.status).toBe(404);
  });

  test('what the alarm refuses by then is told', async () => {
    const { answer } = await agreeing({ waiting: [request({ key })], agree: refused('it is shelved', '已被搁置') });
    expect([answer.status, sentence(answer).zh]).toEqual([409, '已被搁置']);
  });

  test('the second one needs the role the act needs', async () => {
    const removal = request({ key, act: { act: 'remove-from-service', reason: 'r' } });
    const facts = { outOfServiceRole: 'engineer' } as const;
    const operator = await agreeing({ waiting: [removal] }, 'operator', facts);
    expect([operator.answer.status, operator.done]).toEqual([403, []]);
    expect((await agreeing({ waiting: [removal] }, 'engineer', facts)).answer.status).toBe(200);
  });
});

describe('what a page of another site could send', () => {
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'a body of type %s is not looked at',
    async (type) => {
      const { ask, tokens, done } = await opened();
      const headers = { ...bearer(tokens.operator), 'content-type': type };
      const payload = JSON.stringify({ key });
      expect((await ask('/api/alarms/acknowledge', { method: 'POST', headers, payload })).status).toBe(415);
      expect(done).toEqual([]);
    },
  );

  test('credentials that a browser adds by itself open nothing', async () => {
    const { ask, tokens, done } = await opened();
    const answer = await ask('/api/alarms/acknowledge', asJson({ key }, basic('operator', tokens.operator)));
    expect([answer.status, done]).toEqual([401, []]);
  });

  test('a body of more than 16 KiB is not read', async () => {
    const { act } = await opened();
    expect((await act('acknowledge', { key, comment: 'x'.repeat(17_000) })).status).toBe(413);
  });
});

describe('the list', () => {
  test('has the alarms as they stand, as of a place a stream can go on from', async () => {
    const { ask } = await opened();
    expect((await ask('/api/alarms')).json()).toMatchObject({ offset: 40, isFlooded: false, alarms: [{ key }] });
  });

  test('of definitions can be asked for a part of a key', async () => {
    const { ask } = await opened();
    const keys = async (query: string) =>
      (await ask(`/api/alarms/definitions${query}`)).json<{ key: string }[]>().map((one) => one.key);
    expect(await keys('')).toEqual([key, 'boiler/pressure/HH']);
    expect(await keys('?key=h2s/HH')).toEqual([key]);
    expect(await keys('?key=nothing')).toEqual([]);
  });
});
