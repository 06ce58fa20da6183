import { expect, test } from '@jest/globals';
import { TransactionIds } from '../../../drivers/modbus/transaction-ids.js';

test('every id comes once before any comes again', () => {
  const ids = new TransactionIds(1000);
  const seen = new Set(Array.from({ length: 65_536 }, () => ids.take(0)));
  expect(seen.size).toBe(65_536);
});

test('an id is given again only after its last use is out of the lateness bound', () => {
  const ids = new TransactionIds(1000);
  for (let n = 0; n < 65_535; n += 1) ids.take(n / 100);
  expect(ids.waitMs(655)).toBe(0);
  ids.take(655);
  expect(ids.waitMs(655)).toBeCloseTo(1000 + 2.55 - 655, 5);
  expect(ids.waitMs(1003)).toBe(0);
});
