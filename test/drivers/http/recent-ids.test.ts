import { expect, test } from '@jest/globals';
import { RecentIds } from '../../../drivers/http/recent-ids.js';
import { ManualClock } from '../../support/manual-clock.js';
import { KeptFacts } from '../files/files-link.js';
import { linkOf } from './http-link.js';

const [lab] = linkOf(
  { url: 'http://127.0.0.1' },
  {
    lab: {
      records: [
        { name: 'result', list: 'results', id: 'id' },
        { name: 'permit', list: 'open', id: 'id' },
        { name: 'permit', list: 'closed', id: 'id' },
      ],
      tags: {},
    },
  },
).devices;
const device = lab as NonNullable<typeof lab>;
const learned = new KeptFacts();
const known = () => new RecentIds(device, learned, new ManualClock());
const list = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `${from + n}`);
const news = (ids: RecentIds, name: string, all: readonly string[]) => all.filter((id) => ids.add(name, id)).length;

test('all lists of a body are known across restarts, though full', () => {
  const first = known();
  expect([news(first, 'result', list(1000)), news(first, 'permit', list(2000))]).toEqual([1000, 2000]);
  first.keep(true);
  const second = known();
  expect([news(second, 'result', list(1000)), news(second, 'permit', list(2000))]).toEqual([0, 0]);
});

test('what stands in every body is never forgotten, whatever comes and goes before it', () => {
  const ids = known();
  news(ids, 'result', ['long-lived']);
  for (let body = 1; body < 20; body += 1) {
    const changing = list(999, body * 10_000).toReversed();
    expect(news(ids, 'result', [...changing, 'long-lived'])).toBe(999);
  }
});

test('what is kept is bounded', () => {
  const ids = known();
  news(ids, 'result', list(50_000, 100_000));
  ids.keep(true);
  expect(JSON.stringify(learned.get(device.name)).length).toBeLessThan(8 * (2000 + 4000) + 100);
});
