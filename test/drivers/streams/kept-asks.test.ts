import { expect, test } from '@jest/globals';
import { askedMax, KeptAsks } from '../../../drivers/streams/kept-asks.js';
import { Commits } from '../../support/commits.js';
import { settle } from '../../support/manual-clock.js';

test('1,024 tellings of a station wait for the disk; what is told beyond is not stored for it, until these are', async () => {
  const [asks, commits] = [new KeptAsks(), new Commits()];
  commits.hold();
  const waiting = Array.from({ length: askedMax }, () => asks.ask(commits));
  await expect(asks.ask(commits)).rejects.toThrow('1024 tellings wait');
  expect(commits.count).toBe(askedMax);
  commits.commit();
  await Promise.all(waiting);
  await settle();
  await asks.ask(commits);
  expect(commits.count).toBe(askedMax + 1);
});
