import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import type { SiteConfig } from '../../../config/index.js';
import { copyFiles, syncFolder } from '../backup/copy-files.js';
import { backupFormat, journalPart, type Manifest, manifestFile, segmentsOf, sitePart } from '../backup/manifest.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { bytes } from '../numbers.js';
import { siteOf } from '../options.js';
import { Progress } from '../progress.js';
import { usersFileOf } from '../run/start-site.js';
import { siteFileOf } from '../site-file.js';
import { SluiceCommand } from '../sluice-command.js';
import { hasJournal, keptEpoch, openStopped } from '../stopped-journal.js';
import { wrapText } from '../text-width.js';
import { version } from '../version.js';

interface BackupOptions {
  readonly site?: string;
  readonly to: string;
}

async function makeTarget(cli: Cli, to: string, journal: string): Promise<void> {
  const inside = relative(resolve(journal), resolve(to));
  if (!inside.startsWith('..')) throw new Failure(cli.m.backup.inside({ folder: to }), 'wrong');
  await mkdir(to, { recursive: true });
  if ((await readdir(to)).length > 0) throw new Failure(cli.m.backup.notEmpty({ folder: to }), 'wrong');
  await mkdir(join(to, journalPart));
  await mkdir(join(to, sitePart));
}

async function manifestOf(cli: Cli, site: SiteConfig, siteFile: string, copy: string): Promise<Manifest> {
  const { readUsers } = await import('../../console/index.js');
  const journal = await openStopped(cli, copy);
  const epoch = keptEpoch(journal);
  await journal.close();
  return {
    format: backupFormat,
    site: site.site.id,
    version: version(),
    madeAt: new Date().toISOString(),
    epoch,
    siteFile: basename(siteFile),
    users: readUsers(usersFileOf(site)).map(({ name, role }) => ({ name, role })),
  };
}

async function backup(cli: Cli, { site: given, to }: BackupOptions): Promise<void> {
  const { m } = cli;
  const site = await siteOf(cli, given);
  const { folder } = site.journal;
  if (!(await hasJournal(folder))) throw new Failure(m.journal.none({ folder }));
  await makeTarget(cli, to, folder);
  const progress = new Progress(cli, m.backup.copying());
  const copy = join(to, journalPart);
  const copied = await copyFiles(segmentsOf(await readdir(folder)), folder, copy, (share) => progress.update(share));
  progress.end();
  for (const [name, text] of Object.entries(site.files)) await writeFile(join(to, sitePart, basename(name)), text);
  const manifest = await manifestOf(cli, site, siteFileOf(cli, given) ?? '', copy);
  await writeFile(join(to, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  await syncFolder(to);
  const texts = {
    bytes: bytes(copied),
    folder: to,
    epoch: manifest.epoch,
    files: Object.keys(site.files).length,
    users: manifest.users.length,
  };
  cli.say(wrapText(m.backup.done(texts), cli.columns));
  cli.say(wrapText(m.backup.next({ folder: to }), cli.columns));
}

/** `sluice backup --to FOLDER`. */
export function backupCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'backup').examples(
    'sluice backup --to /media/usb/farm-2026-11-21 --site site.yaml',
  );
  command
    .summary(cli.m.backup.summary())
    .description(cli.m.backup.summary())
    .requiredOption('--to <folder>', cli.m.backup.to())
    .option('--site <file>', cli.m.help.siteOption())
    .action((options: BackupOptions) => backup(cli, options));
  return command;
}
