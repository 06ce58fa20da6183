import type { Language } from '../contract/index.js';
import { type CliMessages, messages } from './messages/index.js';

/** What every command gets: where it may speak, in which language, and what it was started with. */
export interface Cli {
  readonly language: Language;
  readonly m: CliMessages;
  readonly env: NodeJS.ProcessEnv;
  /** Columns people see at once. */
  readonly columns: number;
  /** A person watches standard error. */
  readonly isWatched: boolean;
  /** What was asked for: standard output, a line at its end. */
  say(text: string): void;
  /** What is beside it (progress, remarks, faults): standard error. */
  tell(text: string): void;
}

const columnsMax = 100;

/** The command line of this process. */
export function processCli(language: Language): Cli {
  return {
    language,
    m: messages(language),
    env: process.env,
    columns: Math.min(columnsMax, process.stdout.columns ?? 80),
    isWatched: process.stderr.isTTY ?? false,
    say: (text) => void process.stdout.write(`${text}\n`),
    tell: (text) => void process.stderr.write(`${text}\n`),
  };
}

/** What `--json` prints: one document, for programs. */
export const sayJson = (cli: Cli, value: unknown): void => cli.say(JSON.stringify(value, null, 2));
