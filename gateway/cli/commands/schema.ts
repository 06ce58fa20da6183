import { writeFile } from 'node:fs/promises';
import type { Cli } from '../cli.js';
import { SluiceCommand } from '../sluice-command.js';

async function schema(cli: Cli, { write }: { write?: string }): Promise<void> {
  const { siteJsonSchema } = await import('../../../config/index.js');
  const text = siteJsonSchema();
  if (write === undefined) {
    cli.say(text.trimEnd());
    return;
  }
  await writeFile(write, text);
  cli.say(cli.m.schema.written({ file: write }));
}

/** `sluice schema`. */
export function schemaCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'schema').examples('sluice schema --write site.schema.json');
  command
    .summary(cli.m.schema.summary())
    .description(cli.m.schema.summary())
    .option('--write <file>', cli.m.schema.write())
    .action((options: { write?: string }) => schema(cli, options));
  return command;
}
