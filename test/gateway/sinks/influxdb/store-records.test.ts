import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WriteOutcome } from '../../../../gateway/contract/index.js';
import { type Point, pointLine } from '../../../../gateway/sinks/influxdb/point.js';
import { RefusedFields } from '../../../../gateway/sinks/influxdb/refused-fields.js';
import { type LinesAnswer, type LineSource, StoreRecords } from '../../../../gateway/sinks/influxdb/store-records.js';

/** A server that stores what it can and answers 400 to a request with anything else in it, as InfluxDB 1.x does. */
class PickyServer {
  readonly stored = new Map<string, Set<string>>();
  requests = 0;
  readonly refusesField: (name: string) => boolean;
  readonly refusesPoint: (key: string) => boolean;

  constructor(refusesField: (name: string) => boolean, refusesPoint: (key: string) => boolean) {
    this.refusesField = refusesField;
    this.refusesPoint = refusesPoint;
  }

  readonly send = async (bytes: Uint8Array): Promise<LinesAnswer> => {
    const lines = Buffer.from(bytes).toString();
    this.requests += 1;
    let words: string | undefined;
    for (const line of lines.trimEnd().split('\n')) {
      const [key, fields, stamp] = line.split(' ') as [string, string, string];
      const names = fields.split(',').map((field) => field.slice(0, field.indexOf('=')));
      const wrong = names.find(this.refusesField);
      if (this.refusesPoint(key)) words = 'point too old';
      else if (wrong) words = `field ${wrong} has another type`;
      else this.#merge(`${key} ${stamp}`, names);
    }
    return words === undefined ? 'stored' : { refused: words };
  };

  #merge(point: string, names: readonly string[]): void {
    const fields = this.stored.get(point) ?? new Set();
    for (const name of names) fields.add(name);
    this.stored.set(point, fields);
  }
}

const pointOf = (index: number, names: readonly string[]): Point => ({
  measurement: 'm',
  key: `m,n=${index}`,
  fields: ['sequence', ...names].map((name) => ({ name, type: 'float', text: `${name}=1` })),
  stamp: '1764000000123000042',
});

const linesOf = (points: readonly Point[]): Pick<LineSource, 'write' | 'point'> => ({
  write: (into, index) => {
    into.text(pointLine(points[index] as Point, points[index]?.fields ?? []));
    return true;
  },
  point: (index) => points[index] as Point,
});

const write = (
  server: PickyServer,
  points: readonly Point[],
  known = new RefusedFields(),
  isOver = () => false,
): Promise<WriteOutcome> =>
  new StoreRecords(
    {
      count: points.length,
      offset: (index) => 1000 + index,
      ...linesOf(points),
    },
    server.send,
    known,
    isOver,
  ).run();

const names = ['a', 'b', 'c', 'd', 'e'];

describe('writing a batch some of which is refused', () => {
  test('stores every good field of every good record and names the others, each once', async () => {
    const batch = fc.array(fc.subarray(names, { minLength: 1 }), { minLength: 1, maxLength: 30 });
    const cases = fc.record({ batch, bad: fc.subarray(names), old: fc.array(fc.nat(29), { maxLength: 5 }) });
    await fc.assert(
      fc.asyncProperty(cases, async ({ batch, bad, old }) => {
        const server = new PickyServer(
          (name) => bad.includes(name),
          (key) => old.includes(Number(key.split('=')[1])),
        );
        const outcome = await write(
          server,
          batch.map((fields, index) => pointOf(index, fields)),
        );
        const isOld = (index: number) => old.includes(index);
        expect(outcome.rejected?.map(({ index }) => index) ?? []).toEqual(
          batch.flatMap((_, index) => (isOld(index) ? index : [])),
        );
        const parked = batch.flatMap((fields, index) =>
          isOld(index) ? [] : fields.filter((name) => bad.includes(name)).map((tag) => `${index} ${tag}`),
        );
        expect((outcome.parked ?? []).map(({ index, tag }) => `${index} ${tag}`).sort()).toEqual(parked.sort());
        batch.forEach((fields, index) => {
          const stored = server.stored.get(`m,n=${index} 1764000000123000042`);
          const wanted = ['sequence', ...fields.filter((name) => !bad.includes(name))];
          expect(stored && [...stored].sort()).toEqual(isOld(index) ? undefined : wanted.sort());
        });
      }),
    );
  });

  test('searches a wrong field once, not once a batch', async () => {
    const server = new PickyServer(
      (name) => name === 'c',
      () => false,
    );
    const known = new RefusedFields();
    const points = Array.from({ length: 1000 }, (_, index) => pointOf(index, names));
    await write(server, points, known);
    expect(server.requests).toBeLessThan(40);
    const before = server.requests;
    const outcome = await write(server, points, known);
    expect(server.requests - before).toBe(1);
    expect(outcome.parked).toHaveLength(1000);
    expect(outcome.parked?.[0]).toEqual({ index: 0, tag: 'c', reason: 'field c has another type' });
  });

  test('tries the field again with records of the next hour', async () => {
    const known = new RefusedFields();
    const server = new PickyServer(
      (name) => name === 'c',
      () => false,
    );
    await write(server, [pointOf(1, names)], known);
    const later = { ...pointOf(1, names), stamp: '1764003600123000042' };
    const healed = new PickyServer(
      () => false,
      () => false,
    );
    await expect(write(healed, [later], known)).resolves.toEqual({});
  });

  test('does not search field by field what is refused whole', async () => {
    const server = new PickyServer(
      () => false,
      () => true,
    );
    const points = Array.from({ length: 64 }, (_, index) => pointOf(index, names));
    const outcome = await write(server, points);
    expect(outcome.rejected).toHaveLength(64);
    expect(server.requests).toBeLessThanOrEqual(64 * 4);
  });

  test('a search that takes too long leaves the rest for the next write, which goes on from there', async () => {
    const server = new PickyServer(
      () => false,
      (key) => Number(key.split('=')[1]) % 2 === 1,
    );
    const points = Array.from({ length: 40 }, (_, index) => pointOf(index, names));
    const rejected: number[] = [];
    let [from, writes] = [0, 0];
    while (from < points.length) {
      const started = server.requests;
      const isOver = () => server.requests - started > 12;
      const outcome = await write(server, points.slice(from), new RefusedFields(), isOver);
      const next = outcome.resumeFrom === undefined ? points.length : from + outcome.resumeFrom - 1000;
      for (const { index } of outcome.rejected ?? []) expect(from + index).toBeLessThan(next);
      rejected.push(...(outcome.rejected ?? []).map(({ index }) => from + index));
      expect(next).toBeGreaterThan(from);
      [from, writes] = [next, writes + 1];
    }
    expect(rejected).toEqual(Array.from({ length: 20 }, (_, n) => 2 * n + 1));
    expect(writes).toBeGreaterThan(3);
  });

  test('halves what is too large, and rejects the record that alone is', async () => {
    const lengths: number[] = [];
    const send = async (lines: Uint8Array): Promise<LinesAnswer> => {
      lengths.push(lines.length);
      return lines.length > 200 ? 'too-large' : 'stored';
    };
    const points = Array.from({ length: 8 }, (_, index) => pointOf(index, index === 5 ? ['x'.repeat(300)] : names));
    const source = {
      count: 8,
      offset: (index: number) => index,
      ...linesOf(points),
    };
    const outcome = await new StoreRecords(source, send, new RefusedFields(), () => false).run();
    expect(outcome.rejected?.map(({ index }) => index)).toEqual([5]);
    expect(outcome.parked).toBeUndefined();
  });
});
