import { readFile } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import type { UserIdentityInfo } from 'node-opcua-client';
import type { DriverContext } from '../../gateway/contract/index.js';
import type { Opcua } from './library.js';
import type { LinkSettings } from './link-schema.js';

/** Who logs in. Secrets are read at each connection, so that a changed one needs no restart; they are in no message. */
export async function userIdentity(
  user: LinkSettings['user'],
  secret: DriverContext['secret'],
  { UserTokenType, crypto_utils: tools }: Opcua,
): Promise<UserIdentityInfo> {
  if (!user) return { type: UserTokenType.Anonymous };
  if ('name' in user) {
    return { type: UserTokenType.UserName, userName: user.name, password: secret(user.password) };
  }
  const certificate = new X509Certificate(await readNamed(user.certificate, 'a certificate'));
  const key = tools.coercePEMorDerToPrivateKey((await readNamed(user.key, 'a private key')).toString('utf8'));
  const keyOperations = tools.keyOperationsFromPrivateKey(key);
  return { type: UserTokenType.Certificate, certificateData: certificate.raw, keyOperations };
}

const readNamed = (file: string, what: string): Promise<Buffer> =>
  readFile(file).catch((cause: unknown) => {
    throw new Error(`the file ${file}, which should hold ${what}, cannot be read`, { cause });
  });
