import { parseDuration } from '../contract/index.js';
import type { Cli } from './cli.js';
import { Failure } from './failure.js';
import { parseSiteTime } from './site-time.js';
import type { SluiceCommand } from './sluice-command.js';

/** A period as written. */
export interface PeriodOptions {
  readonly from?: string;
  readonly to?: string;
}

/** ms UTC; undefined where nothing bounds it. `to` is not included. */
export interface Period {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

export const withPeriod = (cli: Cli, command: SluiceCommand): SluiceCommand =>
  command.option('--from <time>', cli.m.period.from()).option('--to <time>', cli.m.period.to()) as SluiceCommand;

const dayPattern = /^\d{4}[-/]\d\d[-/]\d\d$/;

/** A time as `explain` takes it, a day alone, or how long ago: `7d`. */
function timeOf(cli: Cli, written: string | undefined, zone: string, now: number): number | undefined {
  if (written === undefined) return undefined;
  const ago = parseDuration(written);
  const text = dayPattern.test(written) ? `${written} 00:00` : written;
  const time = ago === undefined ? parseSiteTime(text, zone, now) : now - ago;
  if (time === undefined) throw new Failure(cli.m.period.badTime({ time: written }), 'wrong');
  return time;
}

/** What `--from` and `--to` say, at the site. Ends the command when they say nothing or the end comes first. */
export function periodOf(cli: Cli, { from, to }: PeriodOptions, zone: string, now: number): Period {
  const period = { from: timeOf(cli, from, zone, now), to: timeOf(cli, to, zone, now) };
  if (period.from !== undefined && period.to !== undefined && period.from >= period.to) {
    throw new Failure(cli.m.period.empty(), 'wrong');
  }
  return period;
}
