import { readFile, writeFile } from 'node:fs/promises';
import type { CellProblem } from '../../../config/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { SluiceCommand } from '../sluice-command.js';

interface ImportCommandOptions {
  readonly profile: string;
  readonly out?: string;
  readonly poll?: string;
}

function cellText({ language, m }: Cli, table: string, problem: CellProblem): string {
  const { column, row, what, remedy, warning } = problem;
  const mark = warning ? m.import.warning() : '';
  return `${table}!${column}${row}: ${mark}${what[language]}\n  → ${remedy[language]}`;
}

async function importTable(cli: Cli, table: string, { profile, out, poll }: ImportCommandOptions): Promise<void> {
  const { m } = cli;
  const [{ importRegisterTable }, { parseDuration }] = await Promise.all([
    import('../../../config/index.js'),
    import('../../contract/index.js'),
  ]);
  if (poll !== undefined && parseDuration(poll) === undefined) {
    throw new Failure(m.usage.badChoice({ value: poll, choices: ['500ms', '10s', '5min'] }), 'wrong');
  }
  const bytes = await readFile(table).catch((cause: unknown) => {
    throw new Failure(m.import.noFile({ file: table }), 'wrong', { cause });
  });
  const { yaml, problems, warnings } = await importRegisterTable(bytes, { profile, ...(poll && { poll }) });
  for (const problem of [...problems, ...warnings]) cli.tell(cellText(cli, table, problem));
  if (yaml !== undefined && out !== undefined) {
    await writeFile(out, yaml);
    cli.tell(m.import.written({ file: out }));
  } else if (yaml !== undefined) cli.say(yaml.trimEnd());
  if (problems.length > 0) throw new Failure(m.import.left({ count: problems.length }), 'wrong');
}

/** `sluice import TABLE`. */
export function importCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'import').examples(
    'sluice import registers.xlsx --profile flow-meter --out flow-meter.yaml',
    'sluice import 寄存器表.csv --profile flow-meter',
  );
  command
    .summary(cli.m.import.summary())
    .description(cli.m.import.summary())
    .argument('<table>', cli.m.import.table())
    .requiredOption('--profile <name>', cli.m.import.profile())
    .option('--out <file>', cli.m.import.out())
    .option('--poll <interval>', cli.m.import.poll())
    .action((table: string, options: ImportCommandOptions) => importTable(cli, table, options));
  return command;
}
