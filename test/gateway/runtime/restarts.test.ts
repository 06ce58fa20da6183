import { describe, expect, test } from '@jest/globals';
import { buildDate } from '../../../gateway/runtime/index.js';
import { World } from '../../prove/clock-world.js';

const today = buildDate + 30 * 86_400_000;

describe('a gateway killed in its first second', () => {
  test('brings every sink what it had written, also one that had taken nothing yet', async () => {
    const world = await World.make(today);
    await world.boot(today);
    await world.pass(400);
    await world.kill();
    await world.boot(world.truth);
    await world.pass(5000);
    const firstOf = (sink: string) =>
      [...(world.destinations[sink]?.frames.values() ?? [])].filter(({ frame }) => frame.values[0] === 0).length;
    expect([firstOf('live'), firstOf('strict')]).toEqual([2, 2]);
    await world.stop();
  });
});

describe('a gateway started on a full disk', () => {
  test('waits for room and then starts', async () => {
    const world = await World.make(today);
    world.disk.capacity = 0;
    let hasStarted = false;
    const starting = world.boot(today).then(() => (hasStarted = true));
    for (let turn = 0; turn < 3; turn += 1) await world.pass(1000);
    expect(hasStarted).toBe(false);
    world.disk.capacity = 2 ** 20;
    while (!hasStarted) await world.pass(1000);
    await starting;
    expect(world.gateway.journalTrouble).toBeNull();
    await world.stop();
  });
});

describe('a first boot that never learned its time', () => {
  test('is labelled between the build of the release and the next boot, and says so', async () => {
    const world = await World.make(today);
    await world.boot(0);
    await world.pass(2000);
    await world.stop();
    world.off(3_600_000);
    await world.boot(world.truth);
    await world.pass(5000);
    const held = [...(world.destinations['strict']?.frames.values() ?? [])].filter(
      ({ frame }) => frame.table.device === 'd1' && frame.values[0] === 0,
    );
    expect(held).toHaveLength(1);
    const { time, timeSpread } = (held[0] as (typeof held)[number]).frame;
    expect(Math.abs(time - today)).toBeLessThanOrEqual(timeSpread);
    expect(time - timeSpread).toBeGreaterThanOrEqual(buildDate - 5);
    await world.stop();
  });
});
