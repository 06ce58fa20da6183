import { createHash, X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** SHA-1 is what OPC UA itself calls a thumbprint and other tools show; SHA-256 is what can be relied on. Hex. */
export interface Thumbprints {
  readonly sha1: string;
  readonly sha256: string;
}

export interface RejectedCertificate extends Thumbprints {
  readonly file: string;
  readonly subject: string;
  readonly validTo: string;
  readonly der: Uint8Array;
}

/** Certificates kept of servers that were refused; beyond it the oldest goes. */
const rejectedMax = 50;

const trustedFolder = (pki: string): string => join(pki, 'trusted');
const rejectedFolder = (pki: string): string => join(pki, 'rejected');

export function thumbprintsOf(der: Uint8Array): Thumbprints {
  const hex = (algorithm: string): string => createHash(algorithm).update(der).digest('hex').toUpperCase();
  return { sha1: hex('sha1'), sha256: hex('sha256') };
}

/** `renewed`: another certificate for the very key of a trusted one, which only the same server can have made use of. */
export type Trust = 'trusted' | 'renewed' | 'unknown';

/**
 * How far a server's certificate is trusted: by a person who put it into the folder, not by its dates or its issuer,
 * since many an instrument has neither a right clock nor an authority.
 */
export async function trustOf(pki: string, der: Uint8Array): Promise<Trust> {
  const asked = new X509Certificate(der);
  let trust: Trust = 'unknown';
  for (const trusted of await certificatesIn(trustedFolder(pki))) {
    if (trusted.fingerprint256 === asked.fingerprint256) return 'trusted';
    if (keyOf(trusted) === keyOf(asked)) trust = 'renewed';
  }
  return trust;
}

const keyOf = ({ publicKey }: X509Certificate): string =>
  publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

/** Trusts a server's certificate from the next connection on. `der` may have been rejected before or come from a file. */
export async function trustCertificate(pki: string, der: Uint8Array): Promise<void> {
  await store(trustedFolder(pki), der);
  await rm(join(rejectedFolder(pki), fileNameOf(der)), { force: true });
}

/** Keeps a certificate that was refused, so that it can be looked at and trusted. */
export async function rejectCertificate(pki: string, der: Uint8Array): Promise<void> {
  const folder = rejectedFolder(pki);
  await store(folder, der);
  const files = await Promise.all(
    (await filesIn(folder)).map(async (file) => ({ file, at: (await stat(file)).mtimeMs })),
  );
  const surplus = files.sort((a, b) => b.at - a.at).slice(rejectedMax);
  for (const { file } of surplus) await rm(file, { force: true });
}

/** The certificates of servers that were refused. */
export async function rejectedCertificates(pki: string): Promise<RejectedCertificate[]> {
  const rejected: RejectedCertificate[] = [];
  for (const file of await filesIn(rejectedFolder(pki))) {
    const certificate = await readCertificate(file);
    if (!certificate) continue;
    const { subject, validTo, raw } = certificate;
    rejected.push({ file, subject, validTo, der: raw, ...thumbprintsOf(raw) });
  }
  return rejected;
}

const fileNameOf = (der: Uint8Array): string => `${thumbprintsOf(der).sha256}.der`;

async function store(folder: string, der: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, fileNameOf(der));
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, der, { mode: 0o600 });
  await rename(unfinished, file);
}

async function certificatesIn(folder: string): Promise<X509Certificate[]> {
  const found: X509Certificate[] = [];
  for (const file of await filesIn(folder)) {
    const certificate = await readCertificate(file);
    if (certificate) found.push(certificate);
  }
  return found;
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => /\.(der|pem|crt|cer)$/i.test(name)).map((name) => join(folder, name));
}

/** PEM or DER; a file that is neither, or went away meanwhile, is passed over. */
async function readCertificate(file: string): Promise<X509Certificate | undefined> {
  try {
    return new X509Certificate(await readFile(file));
  } catch {
    return undefined;
  }
}
