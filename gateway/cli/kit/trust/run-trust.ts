import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  distrustCertificate,
  type KeptCertificate,
  LinkedFolder,
  parseCertificate,
  rejectedCertificates,
  type ServerCertificate,
  trustCertificate,
  trustedCertificates,
} from '../../../../drivers/opcua/index.js';
import type { Cli } from '../../cli.js';
import { ExitCode, Failure } from '../../failure.js';
import { wrapText } from '../../text-width.js';
import { printable, printableJson } from '../browse/printable.js';
import { trustMessages } from './messages/index.js';
import { likelyLinks, listText } from './trust-text.js';
import type { PkiFolder } from './pki-folders.js';
import { beginsWith, grouped } from './thumbprint-argument.js';

export interface TrustRequest {
  readonly folders: readonly PkiFolder[];
  readonly isJson: boolean;
  /** Options that name the folders, as they follow a command; empty where none was given. */
  readonly place: string;
}

interface Found {
  readonly folder: PkiFolder;
  readonly certificate: KeptCertificate;
}

type Look = (pki: string) => Promise<KeptCertificate[]>;

/** Shows what was refused, or what is trusted. */
export async function listCertificates(
  cli: Cli,
  { folders, isJson, place }: TrustRequest,
  which: 'refused' | 'trusted',
): Promise<ExitCode> {
  const look = which === 'trusted' ? trustedCertificates : rejectedCertificates;
  const contents: { folder: PkiFolder; certificates: KeptCertificate[] }[] = [];
  for (const folder of folders) contents.push({ folder, certificates: await look(folder.path) });
  if (!isJson) cli.say(listText(cli, contents, which === 'trusted', place));
  else {
    const all = contents.flatMap(({ folder, certificates }) => certificates.map((one) => plain(folder, one)));
    cli.say(printableJson({ folders: folders.map(({ path }) => resolve(path)), [which]: all }, 2));
  }
  return ExitCode.fine;
}

async function keep(cli: Cli, { path }: PkiFolder, { der }: ServerCertificate): Promise<void> {
  const { trust: m } = trustMessages(cli.language);
  try {
    await trustCertificate(path, der);
  } catch (error) {
    if (!(error instanceof LinkedFolder)) throw error;
    throw new Failure(m.linkedFolder({ folder: error.folder }), 'failed', { cause: error });
  }
}

/** Trusts refused certificates by the beginnings of their thumbprints: all of them, or, where one is unclear, none. */
export async function trustRefused(cli: Cli, request: TrustRequest, wanted: readonly string[]): Promise<ExitCode> {
  const { trust: m } = trustMessages(cli.language);
  const found = await findAll(cli, request, wanted, rejectedCertificates);
  for (const { folder, certificate } of found) await keep(cli, folder, certificate);
  tellDone(cli, request, 'trusted', found);
  if (!request.isJson) cli.tell(wrapText(m.trustedMeans(), cli.columns));
  return ExitCode.fine;
}

/** Trusts a certificate that was carried here. */
export async function trustFile(cli: Cli, request: TrustRequest, file: string): Promise<ExitCode> {
  const { trust: m } = trustMessages(cli.language);
  const [folder, ...others] = request.folders;
  if (!folder || others.length > 0)
    throw new Failure(m.whichFolder({ folders: request.folders.map(({ path }) => path) }), 'wrong');
  const bytes = await readFile(file);
  let certificate: ServerCertificate;
  try {
    certificate = parseCertificate(bytes);
  } catch (cause) {
    throw new Failure(m.noCertificate({ file }), 'wrong', { cause });
  }
  await keep(cli, folder, certificate);
  const kept = (await trustedCertificates(folder.path)).filter(({ sha256 }) => sha256 === certificate.sha256);
  tellDone(
    cli,
    request,
    'trusted',
    kept.slice(0, 1).map((one) => ({ folder, certificate: one })),
  );
  if (!request.isJson) cli.tell(wrapText(m.trustedMeans(), cli.columns));
  return ExitCode.fine;
}

/** Ends the trust in certificates. */
export async function removeTrusted(cli: Cli, request: TrustRequest, wanted: readonly string[]): Promise<ExitCode> {
  const { trust: m } = trustMessages(cli.language);
  const found = await findAll(cli, request, wanted, trustedCertificates);
  for (const { certificate } of found) await distrustCertificate(certificate);
  tellDone(cli, request, 'removed', found);
  for (const { folder, certificate } of found) {
    const twin = (await trustedCertificates(folder.path)).find(({ key }) => key === certificate.key);
    if (twin) cli.tell(wrapText(m.sameKey({ thumbprint: grouped(twin.sha1) }), cli.columns));
  }
  if (!request.isJson) cli.tell(wrapText(m.removedMeans(), cli.columns));
  return ExitCode.fine;
}

/** The certificates whose thumbprints begin so, in every folder that has them; ends the command where one is unclear. */
async function findAll(cli: Cli, { folders }: TrustRequest, wanted: readonly string[], look: Look): Promise<Found[]> {
  const { trust: m } = trustMessages(cli.language);
  const all: Found[] = [];
  for (const folder of folders) {
    for (const certificate of await look(folder.path)) all.push({ folder, certificate });
  }
  return wanted.flatMap((beginning) => {
    const found = all.filter(({ certificate }) => beginsWith(certificate, beginning));
    const different = [...new Set(found.map(({ certificate }) => certificate.sha1))];
    const thumbprint = grouped(beginning);
    const places = folders.map(({ path }) => resolve(path));
    if (different.length === 0) {
      throw new Failure(
        look === rejectedCertificates ? m.notRefused({ thumbprint, places }) : m.notTrusted({ thumbprint, places }),
      );
    }
    if (different.length > 1) throw new Failure(m.unclear({ thumbprint, candidates: different.map(grouped) }), 'wrong');
    return found;
  });
}

function tellDone(cli: Cli, { isJson }: TrustRequest, done: 'trusted' | 'removed', found: readonly Found[]): void {
  const { trust: m } = trustMessages(cli.language);
  if (isJson) {
    cli.say(printableJson({ [done]: found.map(({ folder, certificate }) => plain(folder, certificate)) }, 2));
    return;
  }
  for (const { folder, certificate } of found) {
    const values = { subject: printable(certificate.subject), folder: resolve(folder.path) };
    cli.say(wrapText(`${m[done](values)}\n  SHA-1 ${grouped(certificate.sha1)}`, cli.columns, '  '));
  }
}

/** For programs. */
const plain = (folder: PkiFolder, one: KeptCertificate) => ({
  subject: one.subject,
  names: one.names,
  validFrom: new Date(one.validFrom).toISOString(),
  validTo: new Date(one.validTo).toISOString(),
  keptAt: new Date(one.keptAt).toISOString(),
  sha1: one.sha1,
  sha256: one.sha256,
  links: likelyLinks(one, folder.links),
  file: resolve(one.file),
});
