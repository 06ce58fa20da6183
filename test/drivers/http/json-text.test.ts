import { describe, expect, test } from '@jest/globals';
import { parseJson } from '../../../drivers/http/json-text.js';
import { readJsonValue } from '../../../drivers/http/json-value.js';
import { Quality } from '../../../gateway/contract/index.js';

const parse = (text: string): unknown => parseJson(Buffer.from(text));

describe('integers a number cannot hold', () => {
  test('come as text, digit for digit; all others as they are', () => {
    const text =
      '{"a":1859371264512345601,"b":[-1859371264512345602,9007199254740991,0.12345678901234567,1e300],"c":"id 1859371264512345603 \\" 1859371264512345603"}';
    expect(parse(text)).toEqual({
      a: '1859371264512345601',
      b: ['-1859371264512345602', 9_007_199_254_740_991, Number('0.12345678901234567'), 1e300],
      c: 'id 1859371264512345603 " 1859371264512345603',
    });
  });

  test.each(['{12345678901234567890:1}', '[012345678901234567890]', '12345678901234567890x', '"12345678901234567890'])(
    'make no JSON of what is none: %s',
    (text) => expect(() => parse(text)).toThrow('the body is no JSON'),
  );

  test.each<[unknown, 'integer' | undefined, number, number]>([
    ['12345678901234567891', 'integer', Number('12345678901234567891'), Quality['uncertain-precision']],
    ['-12345678901234567891', undefined, Number('-12345678901234567891'), Quality['uncertain-precision']],
    ['9007199254740991', 'integer', 9_007_199_254_740_991, Quality.good],
    [1e300, undefined, 1e300, Quality.good],
  ])('are doubted where a number is wanted: %s', (found, type, value, quality) => {
    expect(readJsonValue(found, { type })).toEqual({ kind: 'number', value, quality });
  });

  test('are compared letter by letter', () => {
    const is = '1859371264512345601';
    expect(readJsonValue(is, { is })).toMatchObject({ value: 1 });
    expect(readJsonValue('1859371264512345602', { is })).toMatchObject({ value: 0 });
  });
});

describe('the charset', () => {
  const gbk = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xd4, 0xcb, 0xd0, 0xd0]), Buffer.from('"}')]);

  test('of the content type is used', () => {
    expect(parseJson(gbk, 'application/json; charset=GBK')).toEqual({ name: '运行' });
    expect(parseJson(gbk, 'application/json;charset="gb18030"')).toEqual({ name: '运行' });
  });

  test.each([
    ['application/json', 'the body is no text in utf-8; send UTF-8, or name the charset in Content-Type'],
    ['application/json; charset=klingon', 'the charset klingon of the body is not known; send UTF-8'],
  ])('%s of other bytes is refused in words', (type, words) => {
    expect(() => parseJson(gbk, type)).toThrow(words);
  });
});
