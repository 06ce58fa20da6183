import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCertificate, type ServerCertificate, thumbprintsOf } from './server-certificate.js';

export { thumbprintsOf } from './server-certificate.js';

/** A certificate in one of the folders. */
export interface KeptCertificate extends ServerCertificate {
  readonly file: string;
  /** ms UTC: when it was trusted, or refused last. */
  readonly keptAt: number;
}

/** Certificates kept of servers that were refused; beyond it the oldest goes. */
export const rejectedMax = 50;

const trustedFolder = (pki: string): string => join(pki, 'trusted');
const rejectedFolder = (pki: string): string => join(pki, 'rejected');

/** `renewed`: another certificate for the very key of a trusted one, which only the same server can have made use of. */
export type Trust = 'trusted' | 'renewed' | 'unknown';

/**
 * How far a server's certificate is trusted: by a person who put it into the folder, not by its dates or its issuer,
 * since many an instrument has neither a right clock nor an authority. Read anew at each connection.
 */
export async function trustOf(pki: string, der: Uint8Array): Promise<Trust> {
  const asked = parseCertificate(der);
  let trust: Trust = 'unknown';
  for (const trusted of await trustedCertificates(pki)) {
    if (trusted.sha256 === asked.sha256) return 'trusted';
    if (trusted.key === asked.key) trust = 'renewed';
  }
  return trust;
}

/** Trusts a server's certificate from the next connection on. `der` may have been rejected before or come from a file. */
export async function trustCertificate(pki: string, der: Uint8Array): Promise<void> {
  await store(pki, trustedFolder(pki), der);
  await rm(join(rejectedFolder(pki), fileNameOf(der)), { force: true });
}

/** Ends the trust in a certificate with the next connection; one that is open stays. */
export const distrustCertificate = ({ file }: KeptCertificate): Promise<void> => rm(file, { force: true });

/** Keeps a certificate that was refused, so that it can be looked at and trusted. */
export async function rejectCertificate(pki: string, der: Uint8Array): Promise<void> {
  const folder = rejectedFolder(pki);
  await store(pki, folder, der);
  const files = await Promise.all(
    (await filesIn(folder)).map(async (file) => ({ file, at: (await stat(file)).mtimeMs })),
  );
  const surplus = files.sort((a, b) => b.at - a.at).slice(rejectedMax);
  for (const { file } of surplus) await rm(file, { force: true });
}

/** The certificates of servers that were refused, the latest first. */
export const rejectedCertificates = (pki: string): Promise<KeptCertificate[]> => certificatesIn(rejectedFolder(pki));

/** The certificates that are trusted, the latest first; also those a person laid into the folder. */
export const trustedCertificates = (pki: string): Promise<KeptCertificate[]> => certificatesIn(trustedFolder(pki));

const fileNameOf = (der: Uint8Array): string => `${thumbprintsOf(der).sha256}.der`;

async function store(pki: string, folder: string, der: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, fileNameOf(der));
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, der, { mode: 0o600 });
  await giveToOwner(pki, [folder, unfinished]);
  await rename(unfinished, file);
}

/** What root stores, by `sudo sluice trust`, the gateway must be able to read: it belongs to whom the folder does. */
async function giveToOwner(pki: string, paths: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(pki);
  for (const path of paths) await chown(path, uid, gid);
}

async function certificatesIn(folder: string): Promise<KeptCertificate[]> {
  const found: KeptCertificate[] = [];
  for (const file of await filesIn(folder)) {
    const certificate = await readCertificate(file);
    if (certificate) found.push(certificate);
  }
  return found.sort((a, b) => b.keptAt - a.keptAt);
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => /\.(der|pem|crt|cer)$/i.test(name)).map((name) => join(folder, name));
}

/** A file that is no certificate, or went away meanwhile, is passed over. */
async function readCertificate(file: string): Promise<KeptCertificate | undefined> {
  try {
    const { mtimeMs } = await stat(file);
    return { file, keptAt: mtimeMs, ...parseCertificate(await readFile(file)) };
  } catch {
    return undefined;
  }
}
