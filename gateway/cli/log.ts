import type { Log } from '../contract/index.js';
import { siteClock } from './site-time.js';

export interface LogOptions {
  /** Zone of the times people see. */
  readonly timezone: string;
  /** Plain lines for a person; otherwise a JSON document a line, for programs. */
  readonly isPlain: boolean;
  readonly isDetailed?: boolean;
  /** Takes the lines; standard error without it. */
  readonly write?: (line: string) => void;
}

interface Line {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

const levelMarks: Readonly<Record<string, string>> = { error: '!! ', warn: '!  ', debug: '·  ' };

const fieldText = (value: unknown): string => {
  if (typeof value === 'object' && value !== null && 'stack' in value) return String(value.stack);
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** One line of JSON as a person reads it: time at the site, what happened, the data behind it. */
export function plainLine(json: string, timezone: string): string {
  const { level, time, msg, ...fields } = JSON.parse(json) as Line;
  const told = Object.entries(fields).map(([name, value]) => `${name}=${fieldText(value)}`);
  const mark = levelMarks[level] ?? '   ';
  return `${siteClock(Date.parse(time), timezone)} ${mark}${[msg, ...told].join('  ')}\n`;
}

const toStandardError = (line: string): void => void process.stderr.write(line);

/** The log of a running gateway. */
export async function createLog(logOptions: LogOptions): Promise<Log> {
  const { timezone, isPlain, isDetailed = false, write: take = toStandardError } = logOptions;
  const { pino } = await import('pino');
  const write = (line: string): void => take(isPlain ? plainLine(line, timezone) : line);
  const options = {
    level: isDetailed ? 'debug' : 'info',
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
  };
  const log: Log = pino(options, { write });
  return log;
}
