import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cli } from './cli.js';
import { ExitCode } from './failure.js';

/**
 * A fault of ours: one sentence for people, the stack for the log. Where a person watches it goes to a file, otherwise to
 * standard error as one more line of JSON.
 */
export function tellBug(cli: Cli, error: unknown): ExitCode {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const line = JSON.stringify({ level: 'error', time: new Date().toISOString(), msg: 'fault of Sluice itself', stack });
  if (cli.isWatched) {
    const log = join(mkdtempSync(join(tmpdir(), 'sluice-fault-')), 'log');
    writeFileSync(log, `${line}\n${stack}\n`, { mode: 0o600 });
    cli.tell(cli.m.fault.bug({ log }));
  } else {
    cli.tell(line);
    cli.tell(cli.m.fault.bugLogged());
  }
  return ExitCode.bug;
}
