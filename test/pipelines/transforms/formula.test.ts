import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkFormula } from '../../../pipelines/index.js';

const tags = ['温度', 'a', 'b', 'pump-1.flow', 'running', "o'clock", 'in  two'];

describe('checkFormula', () => {
  test.each([
    'a + b',
    "'温度' * 1.8 + 32",
    "'pump-1.flow' mod 10",
    'if running then a else b',
    'if a > 1 and not (b > 2) then sqrt(a) else abs(-b)',
    'a in (1, 2, 3)',
    "'o\\'clock' + 1",
    '42',
    ' a\n + b',
    'if(a > 1)then(a)else(b)',
    'a > 1 and(b > 2)or not(running)',
    "'in  two' + 1",
    'a / (a - b)',
  ])('accepts %s', (formula) => {
    expect(checkFormula(formula, tags)).toBeUndefined();
  });

  test.each([
    ['a + c', 'the formula names the tag "c", which this group does not have'],
    ["if running then a else '湿度'", 'the formula names the tag "湿度", which this group does not have'],
    ['constructor', 'the formula names the tag "constructor", which this group does not have'],
    ['avg(a, b)', 'there is no function avg; there are abs, ceil, floor, log, log2, log10, max, min, round, sqrt'],
    ['if running then a else sin(b)', expect.stringContaining('there is no function sin')],
    ['a ) b', 'the formula cannot be read at ") b"'],
    ['a + ', 'the formula cannot be read at its end'],
    ['', 'the formula cannot be read at its end'],
    ['温度 * 2', 'the formula cannot be read at "温度 * 2"'],
    ['a % 2', 'write mod instead of % for the remainder'],
    ['running ? a : b', 'write if … then … else … instead of ? and :'],
    ['a of b', 'the word of has no meaning here: a tag has no parts'],
    ['"text"', 'the formula gives no number: it gives a text or a list'],
    ['(a, b)', 'the formula gives no number: it gives a text or a list'],
    ['if 3 then a else b', expect.stringContaining('the formula gives no number: Expected a logical value')],
  ])('says what is wrong with %s', (formula, sentence) => {
    const told = checkFormula(formula, tags);
    expect(told?.en).toEqual(sentence);
    expect(told?.zh).toMatch(/\p{Script=Han}/u);
  });

  test('answers whatever is typed', () => {
    const piece = fc.constantFrom(
      'a',
      "'温度'",
      "'",
      '"',
      '\\',
      '(',
      ')',
      '+',
      '-',
      'if',
      'then',
      'else',
      '1',
      ',',
      '.',
      ' ',
    );
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join(' ')),
    );
    fc.assert(
      fc.property(typed, (formula) => {
        expect(['object', 'undefined']).toContain(typeof checkFormula(formula, tags));
      }),
      { numRuns: 500 },
    );
  });
});
