import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Opcua } from '../library.js';

/** Who this gateway is for OPC UA servers. */
export interface OwnCertificate {
  readonly certificate: Buffer;
  /** PEM, PKCS #8. */
  readonly key: string;
  /** As the certificate has it: a server compares the two. */
  readonly applicationUri: string;
  /** The public half, to be carried to a server. */
  readonly file: string;
}

export const applicationName = 'Sluice';

/** Wide on purpose: the clock of the box, or of the server, may not be set yet. */
const notBefore = new Date('2020-01-01T00:00:00Z');
const notAfter = new Date('2049-12-31T00:00:00Z');

/**
 * The certificate of this gateway: made once, kept in the folder with its key, readable by its user alone (0600). Links
 * that begin at the same time agree on one: whoever links the finished file into place first has made it.
 */
export async function ownCertificate(pki: string, opcua: Opcua): Promise<OwnCertificate> {
  const folder = join(pki, 'own');
  const identityFile = join(folder, 'identity.pem');
  const file = join(folder, 'sluice.der');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const written = (await readIdentity(identityFile)) ?? (await makeIdentity(identityFile, opcua));
  const x509 = new X509Certificate(written);
  const applicationUri = /URI:([^,\s]+)/.exec(x509.subjectAltName ?? '')?.[1];
  if (applicationUri === undefined) throw new Error(`the certificate in ${identityFile} has no application URI`);
  await writeFile(file, x509.raw);
  const key = createPrivateKey(written).export({ type: 'pkcs8', format: 'pem' }).toString();
  return { certificate: x509.raw, key, applicationUri, file };
}

const readIdentity = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

async function makeIdentity(file: string, { crypto_utils: tools }: Opcua): Promise<string> {
  // A CryptoKey of the web; the types of Node have no such name.
  const pair: unknown = await tools.generateKeyPair(2048);
  const { privateKey } = pair as { readonly privateKey: never };
  const host = hostname();
  const { cert } = await tools.createSelfSignedCertificate({
    privateKey,
    subject: `CN=${applicationName}@${host}/O=${applicationName}`,
    dns: [host],
    applicationUri: `urn:${host}:${applicationName}`,
    notBefore,
    notAfter,
    purpose: tools.CertificatePurpose.ForApplication,
  });
  const { privPem } = await tools.privateKeyToPEM(privateKey);
  const unfinished = `${file}.${randomUUID()}`;
  await writeFile(unfinished, `${privPem.trim()}\n${cert.trim()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
  return readFile(file, 'utf8');
}
