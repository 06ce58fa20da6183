import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningPool, startPool } from '../../../gateway/pool/index.js';
import { scratchFolder } from '../../support/scratch.js';

const source = 'urn:sluice:farm-3:e1';
const file = 'farm-3_e1_samples.ndjson';

const event = (offset: number, of: object = {}) => ({
  specversion: '1.0',
  id: `samples-${offset}`,
  source,
  type: 'sluice.frame.v1',
  subject: 'bus/house-1',
  time: '2025-11-24T16:00:00.123Z',
  sequence: String(offset).padStart(16, '0'),
  lane: 'samples',
  datacontenttype: 'application/json',
  data: { values: { temperature: 21.5 } },
  ...of,
});
const events = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => event(first + n));

let folder: string;
let remove: () => Promise<void>;
let running: RunningPool;
const start = async (tokens?: readonly string[]) => {
  running = await startPool({ host: '127.0.0.1', port: 0, folder, ...(tokens && { tokens }) });
};
beforeEach(async () => {
  ({ folder, remove } = await scratchFolder());
  await start();
});
afterEach(async () => {
  await running.stop();
  await remove();
});

interface Answer {
  readonly status: number;
  readonly body: {
    readonly events?: { id: string; outcome: string; reason?: string }[];
    readonly [key: string]: unknown;
  };
}

async function post(key: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await fetch(`${running.url}/v1/batches`, {
    method: 'POST',
    headers: {
      'content-type': 'application/cloudevents-batch+json; charset=utf-8',
      ...(key !== '' && { 'idempotency-key': key }),
      ...headers,
    },
    body: Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}
const outcomesOf = ({ body }: Answer) => body.events?.map(({ outcome }) => outcome);
const get = async (path: string): Promise<unknown> => (await fetch(`${running.url}${path}`)).json();
const storedOffsets = async () =>
  (await readFile(join(folder, file), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => Number((JSON.parse(line) as { sequence: string }).sequence));

describe('taking batches', () => {
  test('each event is stored once, as it was sent', async () => {
    expect(outcomesOf(await post('e1-samples-5-7', events(5, 7)))).toEqual(['accepted', 'accepted', 'accepted']);
    expect(outcomesOf(await post('e1-samples-6-9', events(6, 9)))).toEqual([
      'duplicate',
      'duplicate',
      'accepted',
      'accepted',
    ]);
    const lines = (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(events(5, 9));
    expect(await get('/v1/sources')).toEqual([{ source, lane: 'samples', events: 5, first: 5, expected: 10 }]);
  });

  test('an event twice in one batch is stored once', async () => {
    expect(outcomesOf(await post('e1-samples-1-2', [event(1), event(1), event(2)]))).toEqual([
      'accepted',
      'duplicate',
      'accepted',
    ]);
    expect(await storedOffsets()).toEqual([1, 2]);
  });

  test('the same key and body get the same answer, another body is refused', async () => {
    const first = await post('e1-samples-1-2', events(1, 2));
    expect(await post('e1-samples-1-2', events(1, 2))).toEqual(first);
    expect(await post('e1-samples-1-2', [event(1), event(2, { subject: 'other' })])).toMatchObject({
      status: 409,
      body: { error: 'key-reused' },
    });
  });

  test('a gap is refused with the offset expected, named until it is filled', async () => {
    await post('e1-samples-1-3', events(1, 3));
    expect(await post('e1-samples-6-7', events(6, 7))).toEqual({ status: 409, body: { error: 'gap', expected: 4 } });
    expect(await get('/v1/missing')).toEqual([
      { source, lane: 'samples', missing: [{ first: 4, last: 7 }], closed: [] },
    ]);
    await post('e1-samples-4-7', [event(4), event(7)]);
    expect(await get('/v1/missing')).toEqual([
      { source, lane: 'samples', missing: [], closed: [{ first: 5, last: 6 }] },
    ]);
    expect(outcomesOf(await post('e1-samples-5-5', [event(5)]))).toEqual(['accepted']);
    expect(await get('/v1/missing')).toMatchObject([{ closed: [{ first: 6, last: 6 }] }]);
  });

  test('epochs and lanes are apart: nothing is a duplicate across them', async () => {
    await post('e1-samples-1-3', events(1, 3));
    const other = { source: 'urn:sluice:farm-3:e2' };
    expect(outcomesOf(await post('e2-samples-2-2', [event(2, other)]))).toEqual(['accepted']);
    const alarm = { id: 'alarms-2', lane: 'alarms', type: 'sluice.event.v1' };
    expect(outcomesOf(await post('e1-alarms-2-2', [event(2, alarm)]))).toEqual(['accepted']);
    expect(await get('/v1/sources')).toHaveLength(3);
  });

  test('batches of one lane at the same moment are taken one after the other', async () => {
    await post('e1-samples-1-1', events(1, 1));
    const answers = await Promise.all([
      post('e1-samples-2-50', events(2, 50)),
      post('e1-samples-2-40', events(2, 40)),
      post('e1-samples-2-60', events(2, 60)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await storedOffsets()).sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
  });
});

describe('refusing', () => {
  test.each<[string, object]>([
    ['specversion', { specversion: '0.3' }],
    ['id', { id: 'samples-x' }],
    ['id', { id: 'samples-99' }],
    ['id', { id: 'alarms-2' }],
    ['source', { source: 'urn:sluice:farm-3:e9' }],
    ['source', { source: 'farm' }],
    ['source', { source: 'urn:sluice:..%2F..%2Fetc:e1' }],
    ['type', { type: 'frame' }],
    ['time', { time: 'yesterday' }],
    ['time', { time: '2025-13-24T16:00:00Z' }],
    ['subject', { subject: '' }],
    ['sequence', { sequence: '2' }],
    ['lane', { lane: 'alarms' }],
    ['data', { data: 'text' }],
    ['data', { data: undefined }],
    ['Upper', { Upper: 'x' }],
    ['nested', { nested: {} }],
    ['datacontenttype', { datacontenttype: 'text/plain' }],
  ])('an event with a bad %s is rejected by that name and the rest accepted', async (name, change) => {
    const answer = await post('e1-samples-1-3', [event(1), event(2, change), event(3)]);
    expect(outcomesOf(answer)).toEqual(['accepted', 'rejected', 'accepted']);
    expect(answer.body.events?.[1]?.reason).toMatch(new RegExp(`^${name}: `));
    expect(await storedOffsets()).toEqual([1, 3]);
    expect(outcomesOf(await post('e1-samples-4-4', [event(4)]))).toEqual(['accepted']);
  });

  test('things that are no events, and one that is too large', async () => {
    const large = event(4, { data: { text: 'x'.repeat(70_000) } });
    const answer = await post('e1-samples-1-5', [null, 7, [], large, event(5)]);
    expect(outcomesOf(answer)).toEqual(['rejected', 'rejected', 'rejected', 'rejected', 'accepted']);
    expect(answer.body.events?.[3]?.reason).toMatch(/more than 65536/);
  });

  test.each<[number, string, string, unknown, Record<string, string>]>([
    [400, 'key', '', [event(1)], {}],
    [400, 'key', 'e1-samples-9-1', [event(1)], {}],
    [400, 'json', 'e1-samples-1-1', '[{', {}],
    [400, 'batch', 'e1-samples-1-1', [], {}],
    [400, 'batch', 'e1-samples-1-1', event(1), {}],
    [400, 'source', 'e1-samples-1-1', [event(1, { source: 'x' })], {}],
    [400, 'encoding', 'e1-samples-1-1', [event(1)], { 'content-encoding': 'gzip' }],
    [415, 'encoding', 'e1-samples-1-1', [event(1)], { 'content-encoding': 'br' }],
    [415, 'request', 'e1-samples-1-1', [event(1)], { 'content-type': 'application/json' }],
    [413, 'too-large', 'e1-samples-1-2000', events(1, 1001), {}],
    [413, 'too-large', 'e1-samples-1-1', gzipSync(' '.repeat(5_000_000)), { 'content-encoding': 'gzip' }],
    [413, 'request', 'e1-samples-1-1', ' '.repeat(5_000_000), {}],
  ])('%i %s', async (status, error, key, body, headers) => {
    expect(await post(key, body, headers)).toMatchObject({ status, body: { error } });
    expect(await get('/v1/sources')).toEqual([]);
  });

  test('everyone without a token, when it has tokens', async () => {
    await running.stop();
    await start(['right']);
    expect((await post('e1-samples-1-1', [event(1)])).status).toBe(401);
    expect((await post('e1-samples-1-1', [event(1)], { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await post('e1-samples-1-1', [event(1)], { authorization: 'Bearer right' })).status).toBe(200);
  });
});

describe('after a restart', () => {
  test('goes on where it was: duplicates, gaps and what is closed are known', async () => {
    await post('e1-samples-1-9', [...events(1, 5), ...events(8, 9)]);
    const [sources, missing] = [await get('/v1/sources'), await get('/v1/missing')];
    await running.stop();
    await start();
    expect(await get('/v1/sources')).toEqual(sources);
    expect(await get('/v1/missing')).toEqual(missing);
    expect(outcomesOf(await post('e1-samples-9-10', events(9, 10)))).toEqual(['duplicate', 'accepted']);
  });

  test('a torn last line was never acknowledged: it is cut off and the event taken again', async () => {
    await post('e1-samples-1-3', events(1, 3));
    await running.stop();
    await appendFile(join(folder, file), JSON.stringify(event(4)).slice(0, 60));
    await start();
    expect(await get('/v1/sources')).toMatchObject([{ events: 3, expected: 4 }]);
    expect(outcomesOf(await post('e1-samples-4-5', events(4, 5)))).toEqual(['accepted', 'accepted']);
    expect(await storedOffsets()).toEqual([1, 2, 3, 4, 5]);
  });

  test('a damaged line is missing, and asked for again', async () => {
    await post('e1-samples-1-5', events(1, 5));
    await running.stop();
    const lines = (await readFile(join(folder, file), 'utf8')).split('\n');
    lines[2] = `#${(lines[2] as string).slice(1)}`;
    await writeFile(join(folder, file), lines.join('\n'));
    await start();
    expect(await get('/v1/missing')).toMatchObject([{ missing: [{ first: 3, last: 3 }] }]);
    expect(await post('e1-samples-6-6', events(6, 6))).toMatchObject({ status: 409, body: { expected: 3 } });
    expect(outcomesOf(await post('e1-samples-3-6', events(3, 6)))).toEqual([
      'accepted',
      'duplicate',
      'duplicate',
      'accepted',
    ]);
  });

  test('a file that is not of the pool is left alone', async () => {
    await writeFile(join(folder, 'notes.ndjson'), 'hello');
    await running.stop();
    await start();
    expect(await get('/v1/sources')).toEqual([]);
    expect(await readFile(join(folder, 'notes.ndjson'), 'utf8')).toBe('hello');
  });
});
