import type { DeviceConfig, SiteConfig } from '../../../config/index.js';
import { parseDuration } from '../../contract/index.js';
import type { Hold } from '../../runtime/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import type { NamedTag } from './named-tags.js';

export interface ThinnedOptions {
  /** The table holds only what changed; the longest its sink left a tag unsaid, true: what the site's sinks do. */
  readonly thinned?: string | true;
  /** Heading of the column of times. */
  readonly time?: string;
}

const wrong = (message: string): Failure => new Failure(message, 'wrong');

/** How long what was said last holds in a thinned table; undefined for one that has every reading. */
export function holdOf(
  cli: Cli,
  site: SiteConfig,
  own: DeviceConfig,
  tags: Iterable<NamedTag>,
  { thinned, time }: ThinnedOptions,
): Hold | undefined {
  if (thinned === undefined) return undefined;
  // Rows are missing in it: counted, they would be at wrong times.
  if (time === undefined) throw wrong(cli.m.replay.thinnedTimes());
  const bySinks = site.sinks.flatMap(({ deadband }) => deadband?.atLeastEveryMs ?? []);
  if (thinned === true && bySinks.length === 0) throw wrong(cli.m.replay.noDeadband());
  const maxMs = thinned === true ? Math.max(...bySinks) : parseDuration(thinned);
  if (maxMs === undefined) throw wrong(cli.m.replay.badThinned({ value: String(thinned) }));
  const names = new Set([...tags].map(({ name }) => name));
  const groups = own.groups.filter((group) => [...group.tags, ...group.derived].some(({ name }) => names.has(name)));
  return { maxMs, everyMs: Math.min(...groups.map(({ everyMs }) => everyMs)) };
}
