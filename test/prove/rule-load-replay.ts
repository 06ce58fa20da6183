import { join } from 'node:path';
import type { Registries, SiteConfig } from '../../config/index.js';
import { siteLoader } from '../../config/index.js';
import { loadStoredSite } from '../../config/stored-site.js';
import { silentLog } from '../../gateway/contract/index.js';
import { type Journal, openJournal } from '../../gateway/journal/index.js';
import { systemClock } from '../../gateway/runtime/index.js';
import { Replay } from '../../gateway/runtime/replay/replay.js';
import { progress } from './proof.js';
import { frameOf, loadSite, type Mix, registriesOf, siteText, specsOf } from './rule-load-site.js';

const devices = 20;

export interface ReplaySpeed {
  readonly mix: Mix;
  /** Seconds replayed in one. */
  readonly factor: number;
  readonly frames: number;
}

const openIn = (folder: string): Promise<Journal> =>
  openJournal({
    folder,
    site: 'load',
    clock: systemClock,
    log: silentLog,
    commitEveryMs: 1000,
    memoryBytesMax: 2 ** 28,
    bytesMax: 2 ** 34,
    freeBytesMin: 0,
    samplesAgeMaxMs: 1e14,
    alarmsAgeMaxMs: 1e14,
  });

const firstStart = {
  kind: 'gap',
  instant: 0,
  time: 0,
  reason: 'first-start',
  lastKept: null,
  firstNew: 0,
  tornBytes: 0,
  tickedTo: null,
} as const;

async function write(journal: Journal, site: SiteConfig, seconds: number): Promise<void> {
  journal.note(firstStart);
  journal.note({ kind: 'configuration', instant: 0, time: 0, hash: site.hash, version: 'test', files: site.files });
  const tables = specsOf(site).map((spec) => journal.table(spec));
  for (let second = 1; second <= seconds; second += 1) {
    for (const [index, table] of tables.entries()) journal.append(frameOf(table, index, second));
    if (second % 200 === 0) await journal.flushed();
  }
  await journal.flushed();
}

const replayOf = (journal: Journal, known: Registries, onProgress: (frames: number) => void): Replay =>
  new Replay({
    journal,
    registries: known,
    siteOf: async (files) => (await loadStoredSite(siteLoader(known), files)).site,
    note: () => undefined,
    onProgress,
    log: silentLog,
  });

/** Replay of a journal of 1,000 tags at 1 Hz, from the disk, the site read and compiled, against real time. */
export async function replaySpeed(
  mix: Mix,
  seconds: number,
  folder: string,
  say: (line: string) => void,
): Promise<ReplaySpeed> {
  const known = registriesOf(() => 0);
  const site = await loadSite(siteText(devices, mix, '/nowhere'), known);
  const journal = await openIn(join(folder, mix.replace(' ', '-')));
  try {
    await write(journal, site, seconds);
    const tell = progress(say, `replay, ${mix}, frames`, seconds * devices);
    const began = performance.now();
    const { frames } = await replayOf(journal, known, tell).run();
    return { mix, factor: (seconds * 1000) / (performance.now() - began), frames };
  } finally {
    await journal.close();
  }
}
