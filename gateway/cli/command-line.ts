import { CommanderError } from 'commander';
import { tellBug } from './bug.js';
import { type Cli, processCli } from './cli.js';
import { ExitCode, Failure } from './failure.js';
import { languageOf } from './language.js';
import { program } from './program.js';
import { wrapText } from './text-width.js';

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error;

/** Says what ended a command, and gives the exit code for it. */
function tellEnd(cli: Cli, error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.fine : ExitCode.wrong;
  if (error instanceof Failure) {
    cli.tell(wrapText(error.message, cli.columns));
    return error.exitCode;
  }
  if (isSystemError(error)) {
    cli.tell(wrapText(cli.m.fault.system({ reason: error.message }), cli.columns));
    return ExitCode.failed;
  }
  return tellBug(cli, error);
}

const argv = process.argv.slice(2);
const cli = processCli(languageOf(argv, process.env));

// A reader that closes early (`sluice status | head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : ExitCode.bug));
process.on('uncaughtException', (error) => process.exit(tellBug(cli, error)));

try {
  const command = await program(cli, argv);
  await command.parseAsync(argv.length === 0 ? ['--help'] : argv, { from: 'user' });
} catch (error) {
  process.exitCode = tellEnd(cli, error);
}
