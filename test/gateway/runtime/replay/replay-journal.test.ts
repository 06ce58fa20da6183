import { describe, expect, test } from '@jest/globals';
import { type Registries, registries, type SiteConfig, siteLoader } from '../../../../config/index.js';
import { Quality, silentLog } from '../../../../gateway/contract/index.js';
import type { Journal } from '../../../../gateway/journal/index.js';
import {
  type BlindSpan,
  type JournalReplay,
  type JournalReplayOptions,
  type Occurrence,
  replayJournal,
  tagHistory,
  tunableAlarms,
} from '../../../../gateway/runtime/index.js';
import { countingDriver, type FillReading } from '../../../prove/counting-driver.js';
import type { MemoryDisk } from '../../../support/memory-disk.js';
import { open } from '../../../support/open-in-memory.js';
import { VirtualSite } from '../../../support/virtual-site.js';

const minute = 60_000;
const start = Date.UTC(2027, 0, 1);

/** A tank that is read each second. */
const siteText = (rules: string): string => `version: 1
site: { id: works, timezone: "+08:00" }
profiles: { tank: { driver: counting, poll: 1s, tags: { level: { cell: 0, unit: m, resolution: 0.1 } } } }
links: { bus: { driver: counting, devices: { tank: { profile: tank } } } }
alarms: { settling: none }
rules:
${rules}
journal: { folder: /journal }
box: { poll: 1h }
`;

const ofLevel = (settings: string, name = 'level'): string =>
  `  ${name}: { type: limits, devices: [tank], tag: level, ${settings}, alarm: { action: open the outlet } }`;
const applied = siteText(ofLevel('H: 10, deadband: 0.5'));

const known = { ...registries, drivers: { ...registries.drivers, counting: countingDriver(() => undefined) } };
const load = siteLoader(known as unknown as Registries);

async function siteOf(text: string): Promise<SiteConfig> {
  const io = { read: async () => Buffer.from(text), list: async () => [], shippedProfiles: '' };
  const { site, problems } = await load('site.yaml', io);
  if (!site) throw new Error(JSON.stringify(problems));
  return site;
}

/** Beyond the limit for 20 s in each of the first ten minutes, and from the twelfth on. */
const levelAt = (ms: number): number => {
  if (ms >= 12 * minute) return 12;
  return ms < 10 * minute && ms % minute >= 20_000 && ms % minute < 40_000 ? 11 : 8;
};

/** Fourteen minutes of the tank, with a restart in the middle; then the gateway is stopped, or killed. */
async function recorded(end: 'stop' | 'kill' = 'stop'): Promise<Journal> {
  const site: VirtualSite = new VirtualSite({
    startUtc: start,
    fill: (_device, _phase, _cells, into) => into.set(0, levelAt(site.clock.utc() - start), Quality.good),
  });
  await site.boot(applied);
  await site.pass(6 * minute);
  await site.stop();
  await site.boot(applied);
  await site.pass(8 * minute);
  if (end === 'stop') await site.stop();
  else site.kill();
  return open(site.disk);
}

const replay = (journal: Journal, more: Partial<JournalReplayOptions> = {}): Promise<JournalReplay> =>
  replayJournal({
    journal,
    registries: known as unknown as Registries,
    siteOf: (files) => siteOf(files['site.yaml'] ?? ''),
    log: silentLog,
    ...more,
  });

const began = ({ raised }: Occurrence): number => Math.floor(((raised.time ?? Number.NaN) - start) / 1000);

describe('a journal judged again', () => {
  test('gives what was journaled: nothing is new, nothing gone', async () => {
    const shares: number[] = [];
    const journal = await recorded();
    const found = await replay(journal, { onShare: (share) => shares.push(share) });
    expect(found.alarms.map(began)).toEqual([20, 80, 140, 200, 260, 320, 380, 440, 500, 560, 720]);
    expect(found.journaled.map(began)).toEqual(found.alarms.map(began));
    expect([found.added, found.gone, found.unjudged]).toEqual([[], [], 0]);
    expect(found.alarms.at(-1)).toMatchObject({ key: 'level/tank/level/H', returned: null, value: 12, limit: 10 });
    expect([found.from, found.to].map((time) => Math.round(((time ?? 0) - start) / minute))).toEqual([0, 14]);
    await journal.close();
  });

  test('by other rules tells what would be new and what would be gone', async () => {
    const journal = await recorded();
    // The short ones are no longer told, a low limit comes in their place.
    const instead = await siteOf(
      siteText(`${ofLevel('H: 10, onDelay: 30s')}\n${ofLevel('L: 8.5, onDelay: 2min', 'low')}`),
    );
    const { alarms, added, gone } = await replay(journal, { instead });
    expect(alarms.map(({ key }) => key)).toEqual(['low/tank/level/L', 'level/tank/level/H']);
    expect(alarms.map(began)).toEqual([700, 750]);
    expect(added.map(({ key }) => key)).toEqual(['low/tank/level/L']);
    expect(gone.map(began)).toEqual([20, 80, 140, 200, 260, 320, 380, 440, 500, 560]);
    await journal.close();
  });

  test('by rules of another name is held against what they were called', async () => {
    const journal = await recorded();
    const instead = await siteOf(
      siteText(ofLevel('H: 10, deadband: 0.5', 'filling').replace('{ type', '{ formerly: [level], type')),
    );
    const { alarms, journaled, added, gone } = await replay(journal, { instead });
    expect(alarms).toHaveLength(11);
    expect([added, gone]).toEqual([[], []]);
    expect(new Set(journaled.map(({ key }) => key))).toEqual(new Set(['filling/tank/level/H']));
    await journal.close();
  });

  test('is judged from its beginning and told for a period', async () => {
    const journal = await recorded();
    const from = start + 4 * minute;
    const found = await replay(journal, { from, to: start + 8 * minute });
    expect(found.alarms.map(began)).toEqual([260, 320, 380, 440]);
    expect(found.journaled.map(began)).toEqual([260, 320, 380, 440]);
    expect([found.from, found.to]).toEqual([from, start + 8 * minute]);
    await journal.close();
  });

  test('goes on to the last second the gateway counted: a delay that ended after the last frame is told', async () => {
    const fill: FillReading = (_device, _phase, _cells, into) => into.set(0, 12, Quality.good);
    const site = new VirtualSite({ startUtc: start, fill });
    const text = siteText(ofLevel('H: 10, onDelay: 2s')).replace('poll: 1s', 'poll: 4s');
    await site.boot(text);
    await site.pass(3900);
    await site.stop();
    const journal = await open(site.disk);
    const { alarms, added, gone } = await replay(journal);
    expect(alarms).toHaveLength(1);
    expect([added, gone]).toEqual([[], []]);
    await journal.close();
  });

  test('of a gateway that was killed, or that goes on, tells what is sure', async () => {
    const journal = await recorded('kill');
    const killed = await replay(journal);
    expect(killed.alarms).toHaveLength(11);
    expect([killed.added, killed.gone]).toEqual([[], []]);
    const growing = await replay(journal, { isGrowing: true });
    expect(growing.to).toBe((killed.to ?? 0) - 10_000);
    await journal.close();
  });

  test('says which starts could not be judged', async () => {
    const journal = await recorded();
    const found = await replay(journal, { siteOf: async () => undefined });
    expect(found).toMatchObject({ unjudged: 1, alarms: [] });
    expect(found.gone).toHaveLength(11);
    await journal.close();
  });
});

/** What the disk does to part of a lane: zeros, from one share of its newest segment to another. */
function spoil(disk: MemoryDisk, lane: 'samples' | 'alarms', from: number, to: number): void {
  const path = disk.paths.filter((one) => one.includes(lane)).at(-1) as string;
  const content = Buffer.from(disk.content(path));
  content.fill(0, Math.floor(content.length * from), Math.floor(content.length * to));
  disk.setContent(path, content);
}

/** Seconds of the site that two ends of a blind span lie at. */
const ends = ({ from, to }: BlindSpan): (number | null)[] =>
  [from, to].map((end) => end && Math.round(((end.time ?? Number.NaN) - start) / 1000));

describe('a journal that is damaged in its middle', () => {
  /** Six minutes, damage while the gateway is off, then eight minutes into a segment of their own. */
  async function damaged(lane: 'samples' | 'alarms'): Promise<Journal> {
    const site: VirtualSite = new VirtualSite({
      startUtc: start,
      fill: (_device, _phase, _cells, into) => into.set(0, levelAt(site.clock.utc() - start), Quality.good),
    });
    await site.boot(applied);
    await site.pass(6 * minute);
    await site.stop();
    spoil(site.disk, lane, 0.4, 0.75);
    await site.boot(applied);
    await site.pass(8 * minute);
    await site.stop();
    return open(site.disk);
  }

  test('is judged before and behind, and says from when to when it is blind', async () => {
    const journal = await damaged('samples');
    const found = await replay(journal);
    expect(found.blind).toMatchObject([{ lane: 'samples' }]);
    const [gap] = found.blind as [BlindSpan];
    const [from, to] = ends(gap) as [number, number];
    expect(from).toBeGreaterThan(100);
    expect(to).toBeLessThan(300);
    // A frame a second lacks between the two.
    expect(gap.records).toBe(to - from - 1);
    const seen = found.alarms.map(began);
    for (const at of [20, 80, 320, 380, 440, 500, 560, 720]) expect(seen).toContain(at);
    // What came unseen was journaled. It is not called gone, since nobody can say so.
    const unseen = [140, 200, 260].filter((at) => at > from && at < to);
    expect(unseen.length).toBeGreaterThan(0);
    for (const at of unseen) expect(seen).not.toContain(at);
    expect(found.journaled.map(began)).toEqual(expect.arrayContaining(unseen));
    expect([found.added, found.gone]).toEqual([[], []]);
    await journal.close();
  });

  test('says so only of the period that is told', async () => {
    const journal = await damaged('samples');
    expect((await replay(journal, { from: start + 8 * minute })).blind).toEqual([]);
    expect((await replay(journal, { to: start + minute })).blind).toEqual([]);
    expect((await replay(journal, { from: start + 3 * minute, to: start + 3.5 * minute })).blind).toHaveLength(1);
    await journal.close();
  });

  test('tells what is lost of the alarms too, and calls nothing new that may have been journaled', async () => {
    const journal = await damaged('alarms');
    const found = await replay(journal);
    expect(found.blind.map(({ lane }) => lane)).toEqual(found.blind.map(() => 'alarms'));
    expect(found.blind.length).toBeGreaterThan(0);
    expect(found.alarms.map(began)).toEqual([20, 80, 140, 200, 260, 320, 380, 440, 500, 560, 720]);
    expect(found.journaled.length).toBeLessThan(11);
    expect([found.added, found.gone]).toEqual([[], []]);
    await journal.close();
  });
});

describe('a rule that is tried out', () => {
  test('calls nobody until the day it names, in the replay as it did', async () => {
    // Five minutes before midnight of the site: the level is high for 20 s of each minute, before and after.
    const site: VirtualSite = new VirtualSite({
      startUtc: Date.UTC(2027, 0, 4, 15, 55),
      fill: (_device, _phase, _cells, into) => into.set(0, (site.clock.utc() / 1000) % 60 > 40 ? 11 : 8, Quality.good),
    });
    const text = siteText(ofLevel('H: 10, shadow: 2027-01-05'));
    await site.boot(text);
    await site.pass(10 * minute);
    await site.stop();
    const journal = await open(site.disk);
    const found = await replay(journal);
    const silent = found.alarms.map(({ isSilent, raised }) => [
      isSilent,
      (raised.time ?? 0) < Date.UTC(2027, 0, 4, 16),
    ]);
    expect(silent.length).toBeGreaterThanOrEqual(9);
    expect(silent.filter(([isSilent]) => isSilent)).toHaveLength(5);
    for (const [isSilent, isBefore] of silent) expect(isSilent).toBe(isBefore);
    expect(found.alarms.map(({ isSilent, raised }) => [isSilent, raised])).toEqual(
      found.journaled.map(({ isSilent, raised }) => [isSilent, raised]),
    );
    expect([found.added, found.gone]).toEqual([[], []]);
    await journal.close();
  });
});

describe('the history of a tag', () => {
  test('is what the journal keeps of it, within a period and under former names', async () => {
    const journal = await recorded();
    const renamed = applied.replace('tank: { profile: tank }', 'basin: { profile: tank, formerly: [tank] }');
    const site = await siteOf(renamed.replace('devices: [tank]', 'devices: [basin]'));
    const [alarm, ...others] = tunableAlarms(site, known as unknown as Registries);
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({
      key: 'level/basin/level/H',
      limit: 10,
      current: { deadband: 0.5, onDelayMs: 0, offDelayMs: 0 },
      devices: ['basin', 'tank'],
      respondWithinMs: 30 * minute,
    });
    if (!alarm) return;
    const { series, isCut } = await tagHistory({ journal, alarm });
    expect(Math.abs(series.instants.length - 14 * 60)).toBeLessThan(5);
    expect(isCut).toBe(false);
    const [from, to] = [start + minute, start + 2 * minute];
    const part = await tagHistory({ journal, alarm, from, to });
    expect(part.series.values.filter((value) => value === 11)).toHaveLength(20);
    expect(part.from).toBeGreaterThanOrEqual(from);
    expect(part.to).toBeLessThan(to);
    await journal.close();
  });

  test('is not to be had of limits that move, nor of what is no limit', async () => {
    const season = 'H: { calendar: [{ from: 06-01, to: 09-30, is: 9 }], otherwise: 10, zone: "+08:00" }';
    const stale = '  stuck: { type: stale, devices: [tank], tag: level, after: 1min }';
    const site = await siteOf(siteText(`${ofLevel(season)}\n${stale}`));
    expect(tunableAlarms(site, known as unknown as Registries)).toEqual([]);
  });
});
