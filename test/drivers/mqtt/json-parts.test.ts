import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJsonPath, valueAt } from '../../../drivers/mqtt/json/json-path.js';
import { readMessage } from '../../../drivers/mqtt/json/json-message.js';
import { decodeValue } from '../../../drivers/mqtt/json/json-value.js';
import { readTime } from '../../../drivers/mqtt/json/written-time.js';
import { mqtt } from '../../../drivers/mqtt/index.js';

const runs = Number(process.env['SLUICE_FUZZ_RUNS'] ?? 20_000);
const at = (root: unknown, path: string): unknown => valueAt(root, parseJsonPath(path) ?? [{ key: 'no path' }]);

describe('a path', () => {
  const root = {
    a: { b: [{ c: 1 }, { c: 2 }] },
    'with.dot': { 'and [brackets]': 3 },
    温度: 4,
    params: [{ name: 'x', value: 5 }, null, { name: 7, value: 6 }],
    0: 'zero',
  };

  test.each([
    ['a.b[1].c', 2],
    ['$.a.b[0]["c"]', 1],
    ["['with.dot']['and [brackets]']", 3],
    ['温度', 4],
    ['params[name=x].value', 5],
    ['params[name=7].value', 6],
    ['0', 'zero'],
    ['a.b[2].c', undefined],
    ['a.b.c', undefined],
    ['a.b[name=x]', undefined],
    ['a.constructor', undefined],
    ['a.b.length', undefined],
    ['__proto__', undefined],
    ['a[0]', undefined],
  ])('%s leads to %j', (path, value) => expect(at(root, path)).toBe(value));

  test('that is empty, or `$`, leads to everything', () => {
    expect(at(root, '$')).toBe(root);
    expect(at(root, '')).toBe(root);
  });

  test.each(['a..b', 'a[', 'a]', 'a[b]', '.a', 'a.', "a['b]", 'a[-1]', 'a b[', 'x'.repeat(300)])('%s is none', (path) =>
    expect(parseJsonPath(path)).toBeUndefined(),
  );

  test('of any text is read or refused, and leads nowhere that was not said', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40, unit: fc.constantFrom('a', 'b', '.', '[', ']', '0', '"', "'", '=', '$', ' ') }),
        fc.jsonValue(),
        (text, json) => {
          const path = parseJsonPath(text);
          if (path) valueAt(json, path);
        },
      ),
      { numRuns: runs },
    );
  });

  test('in quotes leads to any key there may be', () => {
    const key = fc.string({ minLength: 1, maxLength: 20 }).filter((one) => !one.includes("'"));
    fc.assert(fc.property(key, (one) => expect(at({ x: 2, [one]: 1 }, `['${one}']`)).toBe(1)));
  });
});

test('a payload is read whatever it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const { isJson, root } = readMessage(Buffer.from(bytes));
      if (!isJson) expect(root).toBeUndefined();
    }),
    { numRuns: runs },
  );
  expect(readMessage(Buffer.from('\uFEFF{"a":1}')).root).toEqual({ a: 1 });
  const deep = (levels: number) => readMessage(Buffer.from('['.repeat(levels) + ']'.repeat(levels)));
  expect([64, 65, 200_000].map((levels) => deep(levels).isJson)).toEqual([true, false, false]);
  const wide = { a: Array.from({ length: 100 }, () => [{ b: '[[{\\"[' }]), 温: '"{' };
  expect(readMessage(Buffer.from(JSON.stringify(wide))).root).toEqual(wide);
  const texts = { [`\\"${'['.repeat(100)}`]: `${'{'.repeat(100)}\\` };
  expect(readMessage(Buffer.from(JSON.stringify(texts))).root).toEqual(texts);
});

describe('a value', () => {
  const tag = (settings: object) => mqtt.tag.parse(settings);

  test.each([
    [{}, 23.5, 23.5],
    [{}, '23.5', undefined],
    [{ inText: true }, ' -23.5 ', -23.5],
    [{ inText: true }, 7, 7],
    [{ inText: true }, '23,5', undefined],
    [{ inText: true }, '0x1F', undefined],
    [{ inText: true }, '', undefined],
    [{ inText: true }, 'Infinity', undefined],
    [{ inText: true, type: 'integer' }, '1e3', 1000],
    [{ inText: true, type: 'integer' }, '1.5', undefined],
    [{ type: 'integer' }, 1.5, undefined],
    [{ type: 'boolean' }, true, 1],
    [{ type: 'boolean' }, 1, undefined],
    [{ type: 'boolean' }, 'true', undefined],
    [{ is: 1 }, '1', 1],
    [{ is: true }, true, 1],
    [{ is: 'ON' }, 'on', 0],
    [{ is: 'ON' }, { a: 1 }, undefined],
    [{ is: 'ON' }, undefined, undefined],
    [{ type: 'text' }, 'x', 'x'],
    [{ type: 'text' }, 5, undefined],
    [{}, Number.POSITIVE_INFINITY, undefined],
    [{}, [1], undefined],
  ])('of a tag %j: %j is %j', (settings, raw, value) => expect(decodeValue(raw, tag(settings))).toBe(value));
});

describe('a time', () => {
  const utc = Date.UTC(2026, 11, 1, 8, 0, 0);
  test.each([
    ['ms', utc, utc],
    ['ms', String(utc), utc],
    ['ms', 'soon', undefined],
    ['ms', true, undefined],
    ['ms', 1e300, undefined],
    ['ms', -1, undefined],
    ['ms', 0, 0],
    ['ms', 253_402_300_799_999, 253_402_300_799_999],
    ['ms', 253_402_300_800_000, undefined],
    ['s', 253_402_300_800, undefined],
    ['text', '1969-12-31T23:59:59Z', undefined],
    ['text', '9999-12-31T23:59:59-01:00', undefined],
    ['s', utc / 1000 + 0.25, utc + 250],
    ['text', '2026-12-01T08:00:00Z', utc],
    ['text', '2026-12-01T16:00:00+08:00', utc],
    ['text', '2026-12-01 16:00:00.125 +0800', utc + 125],
    ['text', '2026-12-01T08:00:00', undefined],
    ['text', '2026-02-30T08:00:00Z', undefined],
    ['text', '2026-12-01T25:00:00Z', undefined],
    ['text', '2026-12-01', undefined],
    ['text', utc, undefined],
  ] as const)('%s: %j', (format, value, ms) => expect(readTime(value, { format, zone: undefined })).toBe(ms));

  test('without a zone is that of the file', () => {
    expect(readTime('2026-12-01 16:00:00', { format: 'text', zone: '+08:00' })).toBe(utc);
    expect(readTime('2026-12-01 08:00:00Z', { format: 'text', zone: '+08:00' })).toBe(utc);
  });
});
