import type { SiteConfig } from '../../../config/index.js';
import { parseDuration } from '../../contract/index.js';
import type { Hold, JournalReplay, Occurrence, RecordedRow } from '../../runtime/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { siteOf } from '../options.js';
import { type PeriodOptions, periodOf } from '../period.js';
import { Progress } from '../progress.js';
import { requireSite, siteFileOf } from '../site-file.js';
import { csvRows, type TableReading } from './csv-rows.js';
import { namedTags } from './named-tags.js';
import type { Found } from './replay-kept.js';
import { holdOf, type ThinnedOptions } from './table-hold.js';

export interface ReplayTableOptions extends PeriodOptions, ThinnedOptions {
  readonly site?: string;
  readonly csv: string;
  readonly device?: string;
  /** `HEADER=TAG` each. */
  readonly column?: readonly string[];
  readonly every?: string;
  readonly rules?: string;
  readonly operators: number;
}

const wrong = (message: string): Failure => new Failure(message, 'wrong');

function timesOf(cli: Cli, { every, time }: ReplayTableOptions): TableReading['times'] {
  if ((every === undefined) === (time === undefined)) throw wrong(cli.m.replay.noTimes());
  if (time !== undefined) return { column: time };
  const everyMs = parseDuration(every ?? '');
  if (everyMs === undefined) throw wrong(cli.m.replay.badEvery({ value: every ?? '' }));
  return { everyMs };
}

interface Judging {
  readonly cli: Cli;
  readonly site: SiteConfig;
  readonly device: string;
  readonly rows: readonly RecordedRow[];
  readonly hold: Hold | undefined;
  readonly isRelative: boolean;
}

type TableJudged = Pick<JournalReplay, 'alarms' | 'notJudged'>;

const progressEvery = 10_000;

function* watched(rows: readonly RecordedRow[], progress: Progress): Generator<RecordedRow> {
  for (const [index, row] of rows.entries()) {
    if (index % progressEvery === 0) progress.update(index / rows.length);
    yield row;
  }
}

async function judge({ cli, site, device, rows, hold, isRelative }: Judging): Promise<TableJudged> {
  const [{ registries }, { heldRows, Occurrences, replayRows }, { silentLog: log }] = await Promise.all([
    import('../../../config/index.js'),
    import('../../runtime/index.js'),
    import('../../contract/index.js'),
  ]);
  const progress = new Progress(cli, cli.m.replay.judging());
  const occurrences = new Occurrences();
  const note: Parameters<typeof replayRows>[0]['note'] = (entry) => {
    if (entry.kind === 'alarm') occurrences.take(entry);
  };
  const all = watched(rows, progress);
  const judged = { site, registries, device, rows: hold ? heldRows(all, hold) : all, isRelative, note, log };
  const { notJudged } = replayRows(judged);
  progress.end();
  return { alarms: occurrences.list, notJudged };
}

/** Judges a recorded table by the rules of a site file; with `--rules` by those, held against the site's own. */
export async function replayTable(cli: Cli, options: ReplayTableOptions): Promise<Found> {
  const { csv: file, device, column = [], rules, operators } = options;
  if (device === undefined || column.length === 0) throw wrong(cli.m.replay.noColumns());
  const site = await siteOf(cli, options.site);
  const zone = site.site.timezone;
  const own = site.links.flatMap(({ devices }) => devices).find(({ name }) => name === device);
  if (!own) throw wrong(cli.m.replay.noDevice({ device }));
  const tags = namedTags(cli, own, column);
  const hold = holdOf(cli, site, own, tags.values(), options);
  const { compare, systemClock } = await import('../../runtime/index.js');
  const { from, to } = periodOf(cli, options, zone, systemClock.utc());
  const times = timesOf(cli, options);
  const isRelative = 'everyMs' in times;
  const { rows, remarks } = await csvRows(cli, { file, tags, times, zone, isThinned: hold !== undefined });
  const isTold = ({ raised: { time } }: Occurrence): boolean =>
    time === null || (time >= (from ?? time) && time < (to ?? Number.POSITIVE_INFINITY));
  const by = (judging: SiteConfig) => judge({ cli, site: judging, device, rows, hold, isRelative });
  const bySite = await by(site);
  const instead = rules === undefined ? undefined : await by(await requireSite(cli, rules));
  const before = bySite.alarms;
  const { alarms, notJudged } = instead ?? bySite;
  const { added, gone } = compare(alarms, before);
  const compared = { file: siteFileOf(cli, options.site), count: before.filter(isTold).length };
  const against = instead && { ...compared, added: added.filter(isTold), gone: gone.filter(isTold) };
  const [first, last] = [rows[0]?.time ?? 0, rows.at(-1)?.time ?? 0];
  const told = { isTable: true, isRelative, isGrowing: false, unjudged: 0, notJudged, blind: [], operators };
  const common = { ...told, remarks, heldMaxMs: hold?.maxMs };
  const span = { from: Math.max(first, from ?? first), to: Math.min(last, to ?? last) };
  return { zone, replayed: { ...common, ...span, judged: rows.length, alarms: alarms.filter(isTold), against } };
}
