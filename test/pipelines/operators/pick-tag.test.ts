import { describe, expect, test } from '@jest/globals';
import { Quality } from '../../../gateway/contract/index.js';
import { pickTag } from '../../../pipelines/operators/pick-tag.js';
import { pickTags } from '../../../pipelines/operators/pick-tags.js';
import { frameOf, tableOf } from '../../contracts/rule-inputs.js';
import { marbles, nothing, sample, tick, told } from './samples.js';

const temperature = { name: 'temperature', type: 'number', unit: '°C' } as const;
const humidity = { name: 'humidity', type: 'number', unit: '%' } as const;
const firmware = { name: 'firmware', type: 'text', unit: '' } as const;
const table = tableOf([temperature, humidity]);
const turned = tableOf([humidity, firmware, temperature], 2);
const elsewhere = { ...tableOf([temperature], 3), device: 'house-2' };
const name = { device: 'house-1', tag: 'temperature' };

describe('pickTag', () => {
  test('finds its tag in each frame of its device, whatever the table, and lets ticks pass', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const input$ = hot('  a-t-e-b-|', {
        a: { frame: frameOf(table, 1000, [21, 60]) },
        t: tick(2),
        e: { frame: frameOf(elsewhere, 2000, [30]) },
        b: { frame: frameOf(turned, 3000, [61, { quality: Quality.good }, 22]) },
      });
      const expected = '    x-t---y-|';
      expectObservable(input$.pipe(pickTag(name))).toBe(expected, { x: sample(1, 21), t: tick(2), y: sample(3, 22) });
      expectSubscriptions(input$.subscriptions).toBe('^-------!');
    });
  });

  test('tells a bad reading, but nothing of a slot that was not read, a text or a late frame', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b-c', {
        a: { frame: frameOf(table, 1000, [{ quality: Quality['bad-no-answer'] }, 60]) },
        b: { frame: frameOf(table, 2000, [{ quality: Quality.absent }, 61]) },
        c: { frame: frameOf(table, 3000, [21, 62], { late: true }) },
      });
      expectObservable(input$.pipe(pickTag(name))).toBe('x----', { x: nothing(1) });
    });
    const text = { frame: frameOf(turned, 1000, [60, { quality: Quality.good }, 21]) };
    expect(told(pickTag({ device: 'house-1', tag: 'firmware' }), [text])).toEqual([]);
  });

  test('a tag nobody has is silent, and an error is passed on', () => {
    marbles(({ cold, expectObservable }) => {
      const input$ = cold('a-#', { a: { frame: frameOf(table, 1000, [21, 60]) } });
      expectObservable(input$.pipe(pickTag({ device: 'house-1', tag: 'pressure' }))).toBe('--#');
    });
  });
});

describe('pickTags', () => {
  test('names the samples of several tags, in the order they were asked for', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a---t-e', {
        a: { frame: frameOf(table, 1000, [21, 60]) },
        t: tick(2),
        e: { frame: frameOf(elsewhere, 2000, [30]) },
      });
      const expected = '    (xy)t-z';
      const sources = {
        inside: name,
        damp: { device: 'house-1', tag: 'humidity' },
        next: { device: 'house-2', tag: 'temperature' },
      };
      expectObservable(input$.pipe(pickTags(sources))).toBe(expected, {
        x: { ...sample(1, 21), source: 'inside' },
        y: { ...sample(1, 60), source: 'damp' },
        t: tick(2),
        z: { ...sample(2, 30), source: 'next' },
      });
    });
  });
});
