/** Fields of a log line: data beside a constant message. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * What any box may say to the log. Logs tell transitions, never repetitions: a healthy gateway is silent above debug.
 * A pino logger fits as it is; tests hand in a recording one.
 */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
