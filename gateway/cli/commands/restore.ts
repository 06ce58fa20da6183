import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyFiles, syncFolder } from '../backup/copy-files.js';
import { backupFormat, journalPart, type Manifest, readManifest, segmentsOf, sitePart } from '../backup/manifest.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { bytes } from '../numbers.js';
import { Progress } from '../progress.js';
import { requireSite } from '../site-file.js';
import { SluiceCommand } from '../sluice-command.js';
import { wrapText } from '../text-width.js';

interface RestoreOptions {
  readonly site: string;
  readonly force?: boolean;
}

async function needManifest(cli: Cli, folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  if (!manifest) throw new Failure(cli.m.restore.noBackup({ folder }), 'wrong');
  if (manifest.format > backupFormat) throw new Failure(cli.m.restore.newer({ folder, format: manifest.format }));
  return manifest;
}

/** Writes the site file and its profiles from the backup, where there is no site file yet. */
async function writeSite(cli: Cli, from: string, manifest: Manifest, file: string): Promise<void> {
  if (existsSync(file)) return;
  await mkdir(dirname(file), { recursive: true });
  for (const name of await readdir(join(from, sitePart))) {
    const target = name === manifest.siteFile ? file : join(dirname(file), name);
    if (existsSync(target)) continue;
    await writeFile(target, await readFile(join(from, sitePart, name)), { flag: 'wx' });
  }
  cli.say(cli.m.restore.wroteSite({ file }));
}

/** Puts the journal that is there aside; nothing is deleted. */
async function putAside(cli: Cli, folder: string, segments: readonly string[], force: boolean): Promise<void> {
  if (segments.length === 0) return;
  if (!force) throw new Failure(cli.m.restore.notEmpty({ folder }));
  const aside = join(folder, `replaced-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
  await mkdir(aside);
  for (const name of segments) await rename(join(folder, name), join(aside, name));
  await syncFolder(aside);
  cli.say(cli.m.restore.aside({ folder: aside }));
}

/** The segments of the backup in place of what is there. The mark comes first: whatever happens then, an epoch begins. */
async function giveBack(cli: Cli, from: string, folder: string, force: boolean): Promise<number> {
  const { restoredMark } = await import('../../journal/index.js');
  await putAside(cli, folder, segmentsOf(await readdir(folder)), force);
  await writeFile(join(folder, restoredMark), '', { flush: true });
  await syncFolder(folder);
  const copy = join(from, journalPart);
  const progress = new Progress(cli, cli.m.restore.copying());
  const copied = await copyFiles(segmentsOf(await readdir(copy)), copy, folder, (share) => progress.update(share));
  progress.end();
  return copied;
}

async function restore(cli: Cli, from: string, { site: file, force = false }: RestoreOptions): Promise<void> {
  const { m, columns } = cli;
  const manifest = await needManifest(cli, from);
  await writeSite(cli, from, manifest, file);
  const { folder } = (await requireSite(cli, file)).journal;
  const { FolderLocked, nodeDisk } = await import('../../journal/index.js');
  await nodeDisk.makeFolder(folder);
  const unlock = await nodeDisk.lock(folder).catch((error: unknown) => {
    throw error instanceof FolderLocked ? new Failure(m.restore.running({ folder, pid: error.pid })) : error;
  });
  try {
    const copied = await giveBack(cli, from, folder, force);
    cli.say(wrapText(m.restore.done({ bytes: bytes(copied), folder, epoch: manifest.epoch }), columns));
  } finally {
    await unlock();
  }
  const commands = manifest.users.map(({ name, role }) => `\`sluice user add ${name} --role ${role} --site ${file}\``);
  if (commands.length > 0) cli.say(wrapText(m.restore.users({ commands }), columns));
}

/** `sluice restore FOLDER --site SITE.yaml`. */
export function restoreCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'restore').examples(
    'sluice restore /media/usb/farm-2026-11-21 --site site.yaml',
    'sluice restore ./backup --site site.yaml --force',
  );
  command
    .summary(cli.m.restore.summary())
    .description(cli.m.restore.summary())
    .argument('<folder>', cli.m.restore.from())
    .requiredOption('--site <file>', cli.m.restore.site())
    .option('--force', cli.m.restore.force())
    .action((from: string, options: RestoreOptions) => restore(cli, from, options));
  return command;
}
