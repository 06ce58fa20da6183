import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { editDistance, nearest } from '../../config/check/nearest.js';
import { catalogue, messages, text } from '../../config/index.js';
import { normaliseUnit } from '../../config/schema/units.js';
import { repairTyping } from '../../config/source/typography.js';

describe('units have one spelling', () => {
  test.each([
    ['℃', '°C'],
    ['ºC', '°C'],
    ['m3/h', 'm³/h'],
    ['m^3/h', 'm³/h'],
    ['㎥/h', 'm³/h'],
    ['mg/m3', 'mg/m³'],
    ['ug/m3', 'μg/m³'],
    ['µg/m³', 'μg/m³'],
    ['uS/cm', 'μS/cm'],
    ['％', '%'],
    ['%RH', '%RH'],
    ['kW', 'kW'],
    ['ppm', 'ppm'],
    ['CO2', 'CO2'],
  ])('%s → %s', (written, expected) => {
    expect(normaliseUnit(written)).toBe(expected);
    expect(normaliseUnit(expected)).toBe(expected);
  });
});

describe('typing is repaired', () => {
  test.each([
    ['name： 猪场', 'name: 猪场'],
    ['name：猪场', 'name: 猪场'],
    ['links：', 'links:'],
    ['a: { b：1，c：2 }', 'a: { b: 1, c: 2 }'],
    ['a: [x，y、z]', 'a: [x, y, z]'],
    ['a: 【x，y】', 'a: [x, y]'],
    ['a: ｛ b: 1 ｝', 'a: { b: 1 }'],
    ['a: “x y”', 'a: "x y"'],
    ['a: ‘x’', 'a: "x"'],
    ['port:8080', 'port: 8080'],
    ['address:tcp', 'address: tcp'],
    ['a: { b:1, c: 2 }', 'a: { b: 1, c: 2 }'],
    ['－ x', '- x'],
    ['a: 1　# x', 'a: 1　# x'],
    ['a: 1 ＃ x', 'a: 1 # x'],
  ])('%s → %s', (typed, expected) => {
    const [repaired] = repairTyping([typed], 2);
    expect(repaired?.text ?? typed).toBe(expected);
  });

  test.each([
    'name: 猪场：一号，二号',
    'name: "a：b，c"',
    "name: 'it：s'",
    '# 说明：如下，',
    'a: 1 # 见：表',
    'url: http://127.0.0.1:8086',
    'time: 08:00',
    'a: [tcp://x:1, "b：c"]',
    'devices: [profile:xy-md02]',
    '- profile:xy-md02',
    'name: “未完',
  ])('%s stays as it is', (typed) => {
    expect(repairTyping([typed], 2)).toEqual([]);
  });

  test.each(['note: >-', 'note: |', '- >', '  zh: >2 # 说明', 'note： >-'])(
    'what follows `%s` on deeper lines is text',
    (head) => {
      const lines = [head, '      寄存器：请对照', '', '      # 倍率，见表头', '      \tx:1', '键：值'];
      expect(repairTyping(lines, 2).flatMap(({ line }) => (line === 1 ? [] : [line]))).toEqual([6]);
    },
  );

  test('what is repaired needs no second repair', () => {
    const character = fc.constantFrom(
      'a',
      '：',
      ':',
      '，',
      ',',
      ' ',
      '　',
      '“',
      '”',
      '"',
      '[',
      ']',
      '【',
      '】',
      '{',
      '}',
      '#',
      '＃',
      '-',
      '1',
    );
    fc.assert(
      fc.property(fc.array(character, { maxLength: 30 }), (characters) => {
        const line = characters.join('');
        const once = repairTyping([line], 2)[0]?.text ?? line;
        const twice = repairTyping([once], 2)[0]?.text ?? once;
        expect(repairTyping([twice], 2)[0]?.text ?? twice).toBe(twice);
      }),
    );
  });
});

describe('the nearest word', () => {
  const keys = ['driver', 'framing', 'address', 'timeout', 'devices', 'probeShare', 'H', 'HH', 'L', 'LL'];
  test.each([
    ['drvier', 'driver'],
    ['Driver', 'driver'],
    ['device', 'devices'],
    ['adress', 'address'],
    ['probe_share', 'probeShare'],
    ['ｄriver', 'driver'],
    ['h', 'H'],
    ['password', undefined],
    ['x', undefined],
    ['', undefined],
  ])('of %s is %s', (word, expected) => {
    expect(nearest(word, keys)).toBe(expected);
  });

  test('the distance is a metric of edits', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(Array.from(a).length, Array.from(b).length));
      }),
    );
  });
});

describe('sentences', () => {
  test('are filled in by name, lists joined as the language does it', () => {
    expect(messages('en').remedy.oneOf({ choices: ['a', 'b'] })).toBe('what may stand here: a, b');
    expect(messages('zh').remedy.oneOf({ choices: ['a', 'b'] })).toBe('此处可用：a、b');
    expect(text((m) => m.problem.wrongType({ key: 'x', kind: { en: 'a list', zh: '列表' } }))).toEqual({
      en: '`x` must be a list',
      zh: '`x` 应为列表',
    });
  });

  test('braces with spaces are YAML and stay', () => {
    expect(messages('en').remedy.referToSecret({ key: 'password' })).toContain('`password: { env: NAME }`');
  });

  test('a value may hold braces of its own', () => {
    const { messages: own } = catalogue({ a: { b: '{x} and {y}' } }, { a: { b: '{y}、{x}' } });
    expect(own('zh').a.b({ x: '{y}', y: '2' })).toBe('2、{y}');
  });

  test('a translation that lacks a sentence or a placeholder does not compile', () => {
    // @ts-expect-error the key b is missing
    catalogue({ a: { b: 'x' } }, { a: {} });
    // @ts-expect-error the placeholder n is missing
    catalogue({ a: { b: '{n} x' } }, { a: { b: 'x' } });
    // @ts-expect-error the placeholder m is too many
    catalogue({ a: { b: '{n} x' } }, { a: { b: '{n} {m}' } });
    // @ts-expect-error the placeholder key is not given
    expect(messages('en').problem.tooSmall({})).toContain('undefined');
  });
});
