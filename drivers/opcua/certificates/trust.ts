import { randomUUID } from 'node:crypto';
import { lchown, lstat, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
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
  const files = await Promise.all((await filesIn(folder)).map(async (file) => ({ file, at: await writtenAt(file) })));
  const surplus = files.sort((a, b) => b.at - a.at).slice(rejectedMax);
  for (const { file } of surplus) await rm(file, { force: true });
}

/** The certificates of servers that were refused, the latest first. */
export const rejectedCertificates = (pki: string): Promise<KeptCertificate[]> => certificatesIn(rejectedFolder(pki));

/** One that was refused, by its SHA-256; undefined when it is kept no more. */
export const rejectedCertificate = (pki: string, sha256: string): Promise<KeptCertificate | undefined> =>
  readCertificate(join(rejectedFolder(pki), `${sha256}.der`));

/** The certificates that are trusted, the latest first; also those a person laid into the folder. */
export const trustedCertificates = (pki: string): Promise<KeptCertificate[]> => certificatesIn(trustedFolder(pki));

const fileNameOf = (der: Uint8Array): string => `${thumbprintsOf(der).sha256}.der`;

/** ms; of a link its own, and that of one that went away meanwhile is the beginning of time. */
const writtenAt = (file: string): Promise<number> =>
  lstat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

/** A folder of certificates that is something else: root would write, and give away, where it does not mean to. */
export class LinkedFolder extends Error {
  override readonly name = 'LinkedFolder';
  readonly folder: string;
  constructor(folder: string) {
    super(`${folder} is a link, or no folder: root writes certificates into a folder alone`);
    this.folder = folder;
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

async function store(pki: string, folder: string, der: Uint8Array): Promise<void> {
  const owner = process.getuid?.() === 0 ? await makeAsRoot(pki, folder) : undefined;
  if (!owner) await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, fileNameOf(der));
  const unfinished = `${file}.${randomUUID()}`;
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    await handle.writeFile(der);
    if (owner) await handle.chown(owner.uid, owner.gid);
  } finally {
    await handle.close();
  }
  await rename(unfinished, file);
}

/**
 * What root stores, by `sudo sluice trust`, the gateway must be able to read: it belongs to whom `pki` does, or, where
 * there is none yet, the folder it is made in. Whoever that is could have laid a link there, to have root give a folder of
 * its own away: links are refused, and followed nowhere. Throws `LinkedFolder`.
 */
async function makeAsRoot(pki: string, folder: string): Promise<Owner> {
  const { path, uid, gid } = await nearestThatIs(resolve(pki));
  const made: string[] = [];
  for (let at = resolve(folder); at !== path; at = dirname(at)) made.unshift(at);
  for (const at of made) {
    await mkdir(at, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if (!(await lstat(at)).isDirectory()) throw new LinkedFolder(at);
    await lchown(at, uid, gid);
  }
  return { uid, gid };
}

async function nearestThatIs(path: string): Promise<Owner & { readonly path: string }> {
  try {
    const { uid, gid } = await stat(path);
    return { path, uid, gid };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return nearestThatIs(dirname(path));
  }
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

/** A chain of them is shorter. */
const bytesMax = 1 << 20;

/** What is no certificate, or went away meanwhile, is passed over; one that cannot be read rejects. */
async function readCertificate(file: string): Promise<KeptCertificate | undefined> {
  let keptAt: number;
  let bytes: Uint8Array;
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > bytesMax) return undefined;
    keptAt = found.mtimeMs;
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return { file, keptAt, ...parseCertificate(bytes) };
  } catch {
    return undefined;
  }
}
