import type { Command } from 'commander';
import type { Cli } from './cli.js';
import { SluiceCommand } from './sluice-command.js';
import { wrapText } from './text-width.js';
import { version } from './version.js';

/** Every command, in the order people meet them; what a call does not need is not loaded. */
const commands: Readonly<Record<string, () => Promise<(cli: Cli) => SluiceCommand>>> = {
  demo: async () => (await import('./commands/demo.js')).demoCommand,
  check: async () => (await import('./commands/check.js')).checkCommand,
  plan: async () => (await import('./commands/plan.js')).planCommand,
  bench: async () => (await import('./commands/bench.js')).benchCommand,
  run: async () => (await import('./commands/run.js')).runCommand,
  status: async () => (await import('./commands/status.js')).statusCommand,
  alarms: async () => (await import('./commands/alarms.js')).alarmsCommand,
  maintenance: async () => (await import('./commands/maintenance.js')).maintenanceCommand,
  context: async () => (await import('./commands/context.js')).contextCommand,
  report: async () => (await import('./commands/report.js')).reportCommand,
  replay: async () => (await import('./commands/replay.js')).replayCommand,
  tune: async () => (await import('./commands/tune.js')).tuneCommand,
  statutory: async () => (await import('./commands/statutory.js')).statutoryCommand,
  explain: async () => (await import('./commands/explain.js')).explainCommand,
  ledger: async () => (await import('./commands/ledger.js')).ledgerCommand,
  user: async () => (await import('./commands/user.js')).userCommand,
  backup: async () => (await import('./commands/backup.js')).backupCommand,
  restore: async () => (await import('./commands/restore.js')).restoreCommand,
  clock: async () => (await import('./commands/clock.js')).clockCommand,
  sink: async () => (await import('./commands/sink.js')).sinkCommand,
  ports: async () => (await import('./kit/ports/command.js')).portsCommand,
  scan: async () => (await import('./kit/scan/command.js')).scanCommand,
  probe: async () => (await import('./kit/probe/command.js')).probeCommand,
  doctor: async () => (await import('./kit/doctor/command.js')).doctorCommand,
  sniff: async () => (await import('./kit/sniff/command.js')).sniffCommand,
  browse: async () => (await import('./kit/browse/command.js')).browseCommand,
  trust: async () => (await import('./kit/trust/command.js')).trustCommand,
  profiles: async () => (await import('./kit/profiles/command.js')).profilesCommand,
  import: async () => (await import('./commands/import.js')).importCommand,
  schema: async () => (await import('./commands/schema.js')).schemaCommand,
  simulate: async () => (await import('./commands/simulate.js')).simulateCommand,
  pool: async () => (await import('./commands/pool.js')).poolCommand,
};

/** The `sluice` command with the one command that `argv` names, or with all of them where it names none. */
export async function program(cli: Cli, argv: readonly string[]): Promise<Command> {
  const { m } = cli;
  const root = new SluiceCommand(cli, 'sluice');
  root
    .description(`${m.program.summary()}\n\n${m.program.firstSteps()}`)
    .version(version(), '-V, --version', m.help.versionOption())
    .option('--lang <language>', m.help.langOption())
    .addHelpText('afterAll', `\n${wrapText(m.help.exitCodes(), cli.columns)}`);
  const named = argv.find((word) => Object.hasOwn(commands, word));
  for (const [name, load] of Object.entries(commands)) {
    if (named === undefined || name === named) root.addCommand((await load())(cli));
  }
  return root;
}
