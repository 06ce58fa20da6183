import { writeFile } from 'node:fs/promises';
import { type Cli, sayJson } from '../../cli.js';
import { Failure } from '../../failure.js';
import { SluiceCommand } from '../../sluice-command.js';

interface ProfilesOptions {
  readonly json?: true;
  readonly write?: string;
}

async function profiles(cli: Cli, name: string | undefined, { json, write }: ProfilesOptions): Promise<void> {
  const [{ profileSheets }, { profilesPage, profilesText, profileText }] = await Promise.all([
    import('../../../../config/index.js'),
    import('./profile-text.js'),
  ]);
  const sheets = await profileSheets();
  if (write !== undefined) {
    await writeFile(write, profilesPage(sheets));
    cli.say(cli.m.profiles.written({ file: write }));
    return;
  }
  const wanted = name === undefined ? undefined : sheets.find((sheet) => sheet.name === name);
  if (name !== undefined && !wanted) throw await unknown(cli, name, sheets);
  if (json) sayJson(cli, wanted ?? sheets);
  else cli.say(wanted ? profileText(cli, wanted) : profilesText(cli, sheets));
}

async function unknown({ m }: Cli, name: string, sheets: readonly { readonly name: string }[]): Promise<Failure> {
  const { nearest } = await import('../../../../config/check/nearest.js');
  const meant = nearest(
    name,
    sheets.map((sheet) => sheet.name),
  );
  const hint = meant === undefined ? '' : m.profiles.didYouMean({ name: meant });
  return new Failure(`${m.profiles.unknown({ name })}${hint}`, 'wrong');
}

/** `sluice profiles`. */
export function profilesCommand(cli: Cli): SluiceCommand {
  const { m } = cli;
  const command = new SluiceCommand(cli, 'profiles').examples('sluice profiles', 'sluice profiles xy-md02');
  command
    .summary(m.profiles.summary())
    .description(m.profiles.summary())
    .argument('[name]', m.profiles.nameArgument())
    .option('--write <file>', m.profiles.writeOption())
    .option('--json', m.help.json())
    .action((name: string | undefined, options: ProfilesOptions) => profiles(cli, name, options));
  return command;
}
