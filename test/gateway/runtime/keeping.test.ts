import { describe, expect, test } from '@jest/globals';
import { Keeping } from '../../../gateway/runtime/keeping.js';

const pending = (): Promise<void> => new Promise<void>(() => undefined);

describe('what is kept of one subscription', () => {
  test('is one promise for all who wait for the same commit', async () => {
    let commit = pending();
    const keeping = new Keeping(() => commit);
    const first = keeping.kept();
    expect(keeping.kept()).toBe(first);
    commit = pending();
    const second = keeping.kept();
    expect(second).not.toBe(first);
    keeping.end();
    await expect(first).rejects.toThrow('the subscription ended');
    await expect(second).rejects.toThrow('the subscription ended');
    expect(keeping.isWaitedFor).toBe(false);
  });

  test('is refused once, with the first reason, and in its own turn only', async () => {
    const keeping = new Keeping(() => Promise.resolve());
    keeping.refused('no room');
    keeping.refused('and another');
    await expect(keeping.kept()).rejects.toThrow('no room');
    await keeping.kept();
    keeping.refused('of another turn');
    await Promise.resolve();
    await keeping.kept();
  });

  test('is settled when those who wait know, whatever they are told', async () => {
    let fail: (error: Error) => void = () => undefined;
    const keeping = new Keeping(() => new Promise((_, reject) => (fail = reject)));
    const kept = keeping.kept();
    const settled = keeping.settled();
    expect(keeping.isWaitedFor).toBe(true);
    fail(new Error('the disk took no more'));
    await settled;
    await expect(kept).rejects.toThrow('the disk took no more');
    expect(keeping.isWaitedFor).toBe(false);
  });
});
