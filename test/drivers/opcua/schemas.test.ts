import { describe, expect, test } from '@jest/globals';
import { opcua } from '../../../drivers/opcua/index.js';
import { endpointAddress } from '../../../drivers/opcua/link-schema.js';
import { linkOf, type TagSpecs } from './opcua-link.js';

/** Where and what the first issue is, and what to write instead. */
function issueOf(schema: typeof opcua.tag | typeof opcua.device | typeof opcua.link, value: unknown) {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  const params = issue?.code === 'custom' ? (issue.params as { remedy?: { en: string; zh: string } }) : undefined;
  return { path: issue?.path, message: issue?.message, remedy: params?.remedy };
}

describe('a tag', () => {
  test('is a node by namespace URI, or a browse path, with an element or a field', () => {
    expect(opcua.tag.parse({ node: 'nsu=http://v.example/a;s=Tank;1=x' })).toMatchObject({
      place: { start: { namespace: 'http://v.example/a', id: 's=Tank;1=x' }, path: [] },
      type: 'number',
      field: [],
    });
    expect(opcua.tag.parse({ path: ['nsu=http://v.example/a;Tank', 'Level'], index: 2 })).toMatchObject({
      place: {
        start: undefined,
        path: [
          { namespace: 'http://v.example/a', name: 'Tank' },
          { namespace: undefined, name: 'Level' },
        ],
      },
      index: 2,
    });
    const field = ['Pump', 'Speed'];
    expect(opcua.tag.parse({ node: 'i=2258', field: 'Pump.Speed', type: 'integer' })).toMatchObject({ field });
    for (const node of ['g=72962B91-FA75-4AE6-8D28-B404DC7DAF63', 'b=AAECAw==']) {
      expect(opcua.tag.safeParse({ node }).success).toBe(true);
    }
  });

  test('has its own sampling, queue and deadband', () => {
    const written = { node: 's=a', sampling: 'on-change', queue: 20, deadband: '2.5 %' };
    const deadband = { kind: 'percent', value: 2.5 };
    expect(opcua.tag.parse(written)).toMatchObject({ sampling: 0, queue: 20, deadband });
    expect(opcua.tag.parse({ node: 's=a', sampling: '250ms', deadband: 0.5 })).toMatchObject({
      sampling: 250,
      deadband: { kind: 'absolute', value: 0.5 },
    });
  });

  test('is the active state of an alarm by its names, a boolean', () => {
    const alarm = { condition: 'HighLevel', source: 'Tank1' };
    expect(opcua.tag.parse({ alarm })).toEqual({ alarm, type: 'boolean' });
    expect(opcua.tag.parse({ alarm: { condition: 'HighLevel' }, type: 'boolean' })).toMatchObject({
      alarm: { condition: 'HighLevel', source: undefined },
    });
    expect(opcua.tag.safeParse({ alarm: { source: 'Tank1' } }).success).toBe(false);
    for (const [key, value] of Object.entries({ node: 's=a', field: 'x', queue: 2, type: 'number' })) {
      const { path, message, remedy } = issueOf(opcua.tag, { alarm, [key]: value });
      expect(path).toEqual([key]);
      expect(message).toMatch(/active state of an alarm is a boolean of no node/);
      expect(remedy).toMatchObject({ en: `leave \`${key}\` out`, zh: `去掉 \`${key}\`` });
    }
  });

  test.each([
    [{}, ['node'], /either a node or a path/],
    [{ node: 's=a', path: ['b'] }, ['node'], /either a node or a path/],
    [{ node: 'ns=2;s=a' }, ['node'], /namespace is given by its index/],
    [{ path: ['2:Tank'] }, ['path', 0], /namespace is given by its index/],
    [{ node: 'Tank' }, ['node'], /`Tank` is no node/],
    [{ node: 'i=x' }, ['node'], /`i=x` is no node/],
    [{ node: 'i=4294967296' }, ['node'], /is no node/],
    [{ node: 'g=1234' }, ['node'], /is no node/],
    [{ path: ['nsu=http://v.example/a'] }, ['path', 0], /is no step of a browse path/],
    [{ node: 's=a', deadband: '200 %' }, ['deadband'], /`200 %` is no deadband/],
  ])('%j is refused', (value, path, message) => {
    const issue = issueOf(opcua.tag, value);
    expect(issue.path).toEqual(path);
    expect(issue.message).toMatch(message);
    expect(issue.remedy?.en).toMatch(/write/);
    expect(issue.remedy?.zh).toMatch(/写/);
  });
});

describe('a link', () => {
  test('is signed and encrypted when nothing else is said', () => {
    expect(opcua.link.parse({ endpoint: 'opc.tcp://10.0.0.5:4840/UA' })).toMatchObject({
      security: { policy: 'Basic256Sha256', mode: 'sign-and-encrypt' },
      keepAlive: 10_000,
      timeout: 10_000,
      sessionTimeout: 60_000,
      history: false,
    });
    expect(endpointAddress('opc.tcp://[fe80::1]:4840')).toEqual({ host: 'fe80::1', port: 4840 });
  });

  test.each([
    [{ endpoint: 'http://box:4840' }, ['endpoint'], /is no endpoint/],
    [{ endpoint: 'opc.tcp://box' }, ['endpoint'], /is no endpoint/],
    [{ endpoint: 'opc.tcp://box:70000' }, ['endpoint'], /is no endpoint/],
    [{ endpoint: 'opc.tcp://box:1', sessionTimeout: '20s' }, ['sessionTimeout'], /would end between two keep-alives/],
  ])('%j is refused', (value, path, message) => {
    expect(issueOf(opcua.link, value)).toMatchObject({ path, message: expect.stringMatching(message) });
  });

  test('knows no obsolete policy, and no password in the file', () => {
    const endpoint = 'opc.tcp://box:4840';
    expect(opcua.link.safeParse({ endpoint, security: { policy: 'Basic128Rsa15' } }).success).toBe(false);
    expect(opcua.link.safeParse({ endpoint, user: { name: 'a', password: 'secret' } }).success).toBe(false);
    expect(opcua.link.safeParse({ endpoint, user: { name: 'a', password: { env: 'P' } } }).success).toBe(true);
  });
});

test('a notifier is of alarms: records, or tags', () => {
  const problems = (settings: object, tags: TagSpecs) =>
    opcua.plan(linkOf({ endpoint: 'opc.tcp://box:4840' }, { plant: { settings: { ...settings }, tags } })).problems;
  const notifier = 's=Plant';
  const node = { level: { node: 's=a' } };
  expect(problems({ notifier }, node)).toMatchObject([{ path: ['devices', 'plant', 'notifier'] }]);
  expect(problems({ notifier, alarms: true }, node)).toEqual([]);
  expect(problems({ notifier }, { high: { alarm: { condition: 'HighLevel' } } })).toEqual([]);
});

describe('the plan', () => {
  const tags = { a: { node: 's=A' }, b: { node: 's=B', index: 0 }, c: { node: 's=B', index: 1 } };

  test('says what is subscribed and what is polled, and counts a node once', () => {
    const link = linkOf(
      { endpoint: 'opc.tcp://box:4840' },
      {
        one: { tags },
        two: { tags, everyMs: 500, settings: { read: 'polled' } },
        three: { tags: { a: tags.a, high: { alarm: { condition: 'HighLevel' } } } },
      },
    );
    const plan = opcua.plan(link);
    expect(plan.requests.map(({ device, text, fetched }) => [device, text, fetched])).toEqual([
      ['one', 'subscribes to 2 nodes, each 100 ms', 2],
      ['two', 'reads 2 nodes, each 500 ms', 2],
      ['three', 'subscribes to 1 nodes, each 100 ms; watches 1 alarms', 1],
    ]);
    expect(plan).toMatchObject({ busLoad: 0, requestsPerSecond: 2.1, problems: [] });
  });

  test('warns of what has no effect', () => {
    const endpoint = 'opc.tcp://box:4840';
    const polled = linkOf({ endpoint }, { one: { tags, settings: { read: 'polled', queue: 5 } } });
    const filled = linkOf({ endpoint, history: true }, { one: { tags, settings: { deadband: 1 } } });
    const paths = [polled, filled].map((link) => opcua.plan(link).problems.map(({ path, warning }) => [path, warning]));
    expect(paths).toEqual([[[['devices', 'one', 'read'], true]], [[['devices', 'one', 'deadband'], true]]]);
  });
});
