import type { SiteConfig } from '../../../config/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { type JournalOptions, lookInJournal } from '../look-in-journal.js';
import { type PeriodOptions, periodOf } from '../period.js';
import { Progress } from '../progress.js';
import { requireSite } from '../site-file.js';
import { storedSite } from '../stored-site.js';
import type { Replayed } from './replayed.js';

export interface ReplayKeptOptions extends JournalOptions, PeriodOptions {
  /** Site file whose rules judge instead. */
  readonly rules?: string;
  readonly operators: number;
}

/** What a replay found, and the zone people read it in. */
export interface Found {
  readonly replayed: Replayed;
  readonly zone: string;
}

export const defaultZone = '+08:00';

/** Judges a journal again: that of a stopped gateway, or of one that runs, beside it. */
export async function replayKept(cli: Cli, options: ReplayKeptOptions): Promise<Found> {
  const { rules, operators } = options;
  const instead: SiteConfig | undefined = rules === undefined ? undefined : await requireSite(cli, rules);
  const [{ registries }, { replayJournal, systemClock }, { silentLog: log }] = await Promise.all([
    import('../../../config/index.js'),
    import('../../runtime/index.js'),
    import('../../contract/index.js'),
  ]);
  return lookInJournal(cli, options, async ({ journal, site, isGrowing }) => {
    const zone = (site ?? instead)?.site.timezone ?? defaultZone;
    const period = periodOf(cli, options, zone, systemClock.utc());
    const progress = new Progress(cli, cli.m.replay.judging());
    const onShare = (share: number): void => progress.update(share);
    const judged = { journal, registries, siteOf: storedSite, log, isGrowing, onShare, ...period };
    const found = await replayJournal({ ...judged, ...(instead && { instead }) });
    progress.end();
    if (found.frames === 0) throw new Failure(cli.m.replay.noFrames());
    const { frames, unjudged, notJudged, blind, from, to, alarms, journaled, added, gone } = found;
    const against = { file: undefined, count: journaled.length, added, gone };
    const told = { notJudged, blind, from, to };
    const none = { remarks: undefined, heldMaxMs: undefined };
    const common = { ...none, isTable: false, isRelative: false, isGrowing, operators };
    return { zone, replayed: { ...common, judged: frames, unjudged, ...told, alarms, against } };
  });
}
