import type { SiteConfig } from '../../../config/index.js';
import { parseDuration } from '../../contract/index.js';
import type { Occurrence, RecordedRow } from '../../runtime/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { siteOf } from '../options.js';
import { type PeriodOptions, periodOf } from '../period.js';
import { Progress } from '../progress.js';
import { requireSite, siteFileOf } from '../site-file.js';
import { csvRows, type TableReading } from './csv-rows.js';
import type { Found } from './replay-kept.js';

export interface ReplayTableOptions extends PeriodOptions {
  readonly site?: string;
  readonly csv: string;
  readonly device?: string;
  /** `HEADER=TAG` each. */
  readonly column?: readonly string[];
  readonly every?: string;
  /** Heading of the column of times. */
  readonly time?: string;
  readonly rules?: string;
  readonly operators: number;
}

const wrong = (message: string): Failure => new Failure(message, 'wrong');

/** Tag by heading; the last equals sign parts them, since headings are other people's. */
function tagsOf(cli: Cli, columns: readonly string[]): Map<string, string> {
  return new Map(
    columns.map((column) => {
      const [, header = '', tag = ''] = /^(.*)[=＝](.*)$/s.exec(column) ?? [];
      if (header.trim() === '' || tag.trim() === '') throw wrong(cli.m.replay.badColumn({ column }));
      return [header.trim(), tag.trim()] as const;
    }),
  );
}

/** Ends the command when the device, or one of its tags, is not in the site file. */
function checkTags(cli: Cli, { links }: SiteConfig, device: string, tags: Iterable<string>): void {
  const own = links.flatMap(({ devices }) => devices).find(({ name }) => name === device);
  if (!own) throw wrong(cli.m.replay.noDevice({ device }));
  const known = own.groups.flatMap((group) => [...group.tags, ...group.derived]).map(({ name }) => name);
  for (const tag of tags) if (!known.includes(tag)) throw wrong(cli.m.replay.noTag({ device, tag, tags: known }));
}

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
}

const progressEvery = 10_000;

function* told(rows: readonly RecordedRow[], progress: Progress): Generator<RecordedRow> {
  for (const [index, row] of rows.entries()) {
    if (index % progressEvery === 0) progress.update(index / rows.length);
    yield row;
  }
}

async function judge({ cli, site, device, rows }: Judging): Promise<readonly Occurrence[]> {
  const [{ registries }, { Occurrences, replayRows }, { silentLog: log }] = await Promise.all([
    import('../../../config/index.js'),
    import('../../runtime/index.js'),
    import('../../contract/index.js'),
  ]);
  const progress = new Progress(cli, cli.m.replay.judging());
  const occurrences = new Occurrences();
  const note: Parameters<typeof replayRows>[0]['note'] = (entry) => {
    if (entry.kind === 'alarm') occurrences.take(entry);
  };
  replayRows({ site, registries, device, rows: told(rows, progress), note, log });
  progress.end();
  return occurrences.list;
}

/** Judges a recorded table by the rules of a site file; with `--rules` by those, held against the site's own. */
export async function replayTable(cli: Cli, options: ReplayTableOptions): Promise<Found> {
  const { csv: file, device, column = [], rules, operators } = options;
  if (device === undefined || column.length === 0) throw wrong(cli.m.replay.noColumns());
  const site = await siteOf(cli, options.site);
  const zone = site.site.timezone;
  const tags = tagsOf(cli, column);
  checkTags(cli, site, device, tags.values());
  const { compare, systemClock } = await import('../../runtime/index.js');
  const { from, to } = periodOf(cli, options, zone, systemClock.utc());
  const times = timesOf(cli, options);
  const rows = await csvRows(cli, { file, tags, times, zone });
  const isTold = ({ raised: { time } }: Occurrence): boolean =>
    time === null || (time >= (from ?? time) && time < (to ?? Number.POSITIVE_INFINITY));
  const own = await judge({ cli, site, device, rows });
  const instead =
    rules === undefined ? undefined : await judge({ cli, site: await requireSite(cli, rules), device, rows });
  const alarms = instead ?? own;
  const { added, gone } = compare(alarms, own);
  const compared = { file: siteFileOf(cli, options.site), count: own.filter(isTold).length };
  const against = instead && { ...compared, added: added.filter(isTold), gone: gone.filter(isTold) };
  const [first, last] = [rows[0]?.time ?? 0, rows.at(-1)?.time ?? 0];
  const common = { isTable: true, isRelative: 'everyMs' in times, isGrowing: false, unjudged: 0, operators };
  const span = { from: Math.max(first, from ?? first), to: Math.min(last, to ?? last) };
  return { zone, replayed: { ...common, ...span, judged: rows.length, alarms: alarms.filter(isTold), against } };
}
