import type { Cli } from '../../cli.js';
import { Failure } from '../../failure.js';
import { SluiceCommand } from '../../sluice-command.js';
import { shellWord } from '../shell-word.js';
import { trustMessages } from './messages/index.js';
import { parseThumbprints } from './thumbprint-argument.js';

interface TrustOptions {
  readonly list?: true;
  readonly remove?: true;
  readonly file?: string;
  readonly site?: string;
  readonly pki?: string;
  readonly json?: true;
}

async function trust(cli: Cli, words: readonly string[], options: TrustOptions): Promise<void> {
  const { trust: m } = trustMessages(cli.language);
  const { list, remove, file, json } = options;
  const asked = [list, remove, file, words.length > 0 && !remove ? true : undefined].filter((one) => one !== undefined);
  if (asked.length > 1) throw new Failure(m.oneThing(), 'wrong');
  const thumbprints = parseThumbprints(words);
  if (remove && words.length === 0) throw new Failure(m.removeWhich(), 'wrong');
  if (words.length > 0 && !thumbprints) throw new Failure(m.badThumbprint({ value: words.join(' ') }), 'wrong');
  const { foldersFor } = await import('./pki-folders.js');
  const { listCertificates, removeTrusted, trustFile, trustRefused } = await import('./run-trust.js');
  const request = { folders: await foldersFor(cli, options), isJson: json ?? false, place: placeOf(options) };
  if (file !== undefined) process.exitCode = await trustFile(cli, request, file);
  else if (remove && thumbprints) process.exitCode = await removeTrusted(cli, request, thumbprints);
  else if (thumbprints) process.exitCode = await trustRefused(cli, request, thumbprints);
  else process.exitCode = await listCertificates(cli, request, list ? 'trusted' : 'refused');
}

/** The folders as they were named to this call, for the next. */
const placeOf = ({ site, pki }: TrustOptions): string =>
  [
    ...(site === undefined ? [] : [` --site ${shellWord(site)}`]),
    ...(pki === undefined ? [] : [` --pki ${shellWord(pki)}`]),
  ].join('');

/** `sluice trust [THUMBPRINT…]`. */
export function trustCommand(cli: Cli): SluiceCommand {
  const { trust: m } = trustMessages(cli.language);
  const command = new SluiceCommand(cli, 'trust').examples(
    'sluice trust',
    'sluice trust 5A3F9C21',
    'sluice trust --file server.der',
    'sluice trust --list --pki pki/opcua',
    'sluice trust --remove 5A3F9C21',
  );
  command
    .summary(m.summary())
    .description(`${m.summary()}\n\n${m.description()}`)
    .argument('[thumbprint...]', m.thumbprint())
    .option('--file <file>', m.fileOption())
    .option('--list', m.listOption())
    .option('--remove', m.removeOption())
    .option('--site <file>', cli.m.help.siteOption())
    .option('--pki <folder>', m.pkiOption())
    .option('--json', cli.m.help.json())
    .action((words: readonly string[], options: TrustOptions) => trust(cli, words, options));
  return command;
}
