import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type Registries, registries, siteLoader } from '../../../config/index.js';
import {
  type CompiledRule,
  type Judgement,
  type RuleDefinition,
  silentLog,
  type TagTableSpec,
} from '../../../gateway/contract/index.js';
import { Gateway } from '../../../gateway/runtime/index.js';
import { countingDriver } from '../../prove/counting-driver.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { readLane } from '../../support/read-lane.js';

const site = `version: 1
site: { id: farm, timezone: "+08:00" }
profiles:
  meter: { driver: counting, poll: 1s, tags: { counter: { cell: 0, unit: "" } } }
links:
  bus: { driver: counting, devices: { d1: { profile: meter } } }
rules:
  heat: { type: fragile, devices: [d1] }
journal: { folder: /journal }
alarms: { settling: none }
`;

/** Finds the counter too high from 2 to 7 and says each change once; fails at 5. */
const fragile: RuleDefinition<object> = {
  summary: { en: 'fails at five', zh: '到五就出错' },
  config: z.strictObject({}),
  judges: 'values',
  create: (name, _, tables) => tables.map((table) => compileOn(name, table)),
};

function compileOn(name: string, table: TagTableSpec): CompiledRule {
  const { device } = table;
  const key = `${name}/${device}/counter/H`;
  let isActive = false;
  return {
    key: device,
    tables: [table],
    rule: {
      next({ values, quality, instant }): readonly Judgement[] {
        const value = values[0] as number;
        if (value === 5) throw new Error('five');
        const isHigh = value >= 2 && value <= 7;
        if (isHigh === isActive) return [];
        isActive = isHigh;
        return [{ key, condition: isHigh, value, quality: quality[0] as number, limit: 2, instant, since: instant }];
      },
      tick: () => [],
      snapshot: () => isActive,
      restore(state) {
        isActive = state === true;
      },
      isActive: () => isActive,
      assumeActive() {
        isActive = true;
      },
    },
    conditions: [
      { key, device, tag: 'counter', kind: 'H', limit: 2, unit: '', message: { en: 'too high', zh: '过高' } },
    ],
  };
}

describe('a rule that fails while it has something active', () => {
  test('begins anew with what stands by the journal: it neither ends for that nor comes twice', async () => {
    let counter = 0;
    const driver = countingDriver((_device, _phase, _cells, into) => into.set(0, counter++));
    const known = {
      ...registries,
      drivers: { ...registries.drivers, counting: driver },
      rules: { ...registries.rules, fragile },
    } as unknown as Registries;
    const io = { read: async () => Buffer.from(site), list: async () => [], shippedProfiles: '' };
    const loaded = await siteLoader(known)('site.yaml', io);
    expect(loaded.problems).toEqual([]);
    const clock = new ManualClock(Date.UTC(2026, 11, 21));
    const gateway = await Gateway.start({
      site: loaded.site as NonNullable<typeof loaded.site>,
      registries: known,
      clock,
      log: silentLog,
      version: 'test',
      disk: new MemoryDisk(),
    });
    await clock.advance(11_000);
    const events = (await readLane(gateway.journal.alarms)).flatMap(({ record }) =>
      record.kind === 'event' ? [record] : [],
    );
    expect(events.map(({ state, value }) => [state, value])).toEqual([
      ['active', 2],
      ['normal', 8],
    ]);
    expect(gateway.journal.active.size).toBe(0);
    let isDone = false;
    const stopping = gateway.stop().then(() => (isDone = true));
    while (!isDone) await clock.advance(100);
    await stopping;
  });
});
