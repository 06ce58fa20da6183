import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boxTags, type Registries, type SiteConfig } from '../../../config/index.js';
import { flashLoad, frameBytes } from '../../../gateway/cli/plan/flash-load.js';
import { planSite } from '../../../gateway/cli/plan/site-plan.js';

/** A frame whose record is 460 B, `perSecond` times a second. */
const stream = (perSecond: number) => [{ everyMs: 1000 / perSecond, tags: (460 - frameBytes(0)) / 9 }];

describe('bytes a day on flash', () => {
  // What the process was seen to write, for frames of 460 B (design, section 6).
  test.each([
    { perSecond: 20, commitEveryMs: 200, measured: 2.6 },
    { perSecond: 20, commitEveryMs: 1000, measured: 1.2 },
    { perSecond: 20, commitEveryMs: 10_000, measured: 0.8 },
    { perSecond: 2, commitEveryMs: 1000, measured: 0.4 },
  ])('agree with the measured table: $perSecond frames/s, commit each $commitEveryMs ms', (row) => {
    const { bytesPerDay } = flashLoad(stream(row.perSecond), row.commitEveryMs, 0);
    expect(Math.abs(bytesPerDay / 1e9 - row.measured)).toBeLessThan(0.06);
  });

  test('commits no more often than frames come', () => {
    expect(flashLoad([{ everyMs: 60_000, tags: 3 }], 1000, 0).commitsPerSecond).toBeCloseTo(1 / 60);
  });

  test('never grow when commits are rarer, and always exceed the records alone', () => {
    const streams = fc.array(fc.record({ everyMs: fc.integer({ min: 10, max: 1e6 }), tags: fc.nat(200) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(streams, fc.integer({ min: 50, max: 10_000 }), fc.nat(5), (some, commitEveryMs, sinks) => {
        const often = flashLoad(some, commitEveryMs, sinks);
        const rarely = flashLoad(some, commitEveryMs * 2, sinks);
        expect(rarely.bytesPerDay).toBeLessThanOrEqual(often.bytesPerDay);
        expect(rarely.bytesPerDay).toBeGreaterThan(rarely.recordBytesPerDay);
      }),
    );
  });
});

const registries = {
  drivers: {
    line: {
      plan: () => ({
        requests: [{ device: 'd1', group: 'main', text: 'unit 1', fetched: 2, needed: 2, busMs: 300 }],
        busLoad: 0.3,
        requestsPerSecond: 1,
        problems: [],
      }),
    },
  },
  sinks: { store: { bytesPerFrame: (_: never, tags: number) => 100 + 10 * tags } },
  rules: {},
} as unknown as Registries;

const tag = { name: 't', unit: '', type: 'number' };

function siteOf({ everyMs = 1000, backlogPerSecond = 2000, memoryBytesMax = 16 * 2 ** 20 } = {}): SiteConfig {
  const group = { name: 'main', everyMs, tags: [tag, tag], derived: [] };
  return {
    site: { id: 'farm', name: 'farm', timezone: '+08:00', kind: 'general' },
    links: [
      {
        name: 'bus',
        driver: 'line',
        settings: {},
        probeShare: 0.1,
        devices: [{ name: 'd1', profile: 'p', settings: {}, groups: [group] }],
      },
    ],
    context: [],
    rules: [],
    sinks: [{ name: 'out', type: 'store', settings: {}, backlogPerSecond }],
    journal: {
      folder: 'x',
      commitEveryMs: 1000,
      bytesMax: 1e9,
      freeBytesMin: 1e8,
      samplesAgeMaxMs: 86_400_000,
      memoryBytesMax,
    },
    box: { everyMs: 10_000 },
  } as unknown as SiteConfig;
}

const kinds = (site: SiteConfig, freeBytes: number | undefined = 1e12): string[] =>
  planSite(site, registries, freeBytes).unfit.map(({ kind }) => kind);

describe('the plan of a site', () => {
  test('counts frames, values and what goes to a sink, the box among them', () => {
    const plan = planSite(siteOf(), registries, undefined);
    expect(plan.framesPerSecond).toBeCloseTo(1.1);
    expect(plan.valuesPerSecond).toBeCloseTo(2 + boxTags.length / 10);
    expect(plan.sinks[0]?.bytesPerDay).toBeCloseTo(86_400 * (120 + (100 + 10 * boxTags.length) / 10));
    expect(plan.keptDays).toBeCloseTo(1);
    expect(plan.unfit).toEqual([]);
  });

  test('names a round that takes longer than its interval', () => {
    expect(kinds(siteOf({ everyMs: 200 }))).toEqual(['round']);
  });

  test('names a backlog that would never end', () => {
    expect(kinds(siteOf({ backlogPerSecond: 1 }))).toEqual(['backlog']);
  });

  test('names a disk that is smaller than the journal may grow', () => {
    expect(kinds(siteOf(), 1e9)).toEqual(['disk']);
    expect(kinds(siteOf(), undefined)).toEqual([]);
  });

  test('names memory that does not last two seconds of a stalled disk', () => {
    expect(kinds(siteOf({ memoryBytesMax: 128 * 1024 }))).toEqual(['memory']);
  });
});
