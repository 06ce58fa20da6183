import type { Cli } from '../../cli.js';
import { SluiceCommand } from '../../sluice-command.js';
import type { MasterOptions } from './site-master.js';

/** `sluice alarms export FILE` and `sluice alarms import FILE`. */
export function masterCommands(cli: Cli): SluiceCommand[] {
  const { m } = cli;
  const made = (name: string, summary: string, file: string, ...examples: readonly string[]): SluiceCommand => {
    const command = new SluiceCommand(cli, name);
    command
      .examples(...examples)
      .summary(summary)
      .description(summary)
      .argument('<file>', file)
      .option('--site <file>', m.help.siteOption())
      .option('--json', m.help.json());
    return command;
  };
  return [
    made(
      'export',
      m.master.exportSummary(),
      m.master.exportFile(),
      'sluice alarms export alarms.xlsx --site site.yaml',
      'sluice alarms export 报警总表.csv --lang zh',
    ).action(async (file: string, options: MasterOptions) =>
      (await import('./export-master.js')).exportMaster(cli, file, options),
    ) as SluiceCommand,
    made(
      'import',
      m.master.importSummary(),
      m.master.importFile(),
      'sluice alarms import alarms.xlsx --site site.yaml',
      'sluice alarms import alarms.xlsx --site site.yaml --write',
    )
      .option('--write', m.master.write())
      .action(async (file: string, options: MasterOptions & { write?: boolean }) =>
        (await import('./import-master.js')).importMaster(cli, file, options),
      ) as SluiceCommand,
  ];
}
