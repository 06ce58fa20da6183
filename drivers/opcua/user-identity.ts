import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { UserIdentityInfo } from 'node-opcua-client';
import type { DriverContext } from '../../gateway/contract/index.js';
import type { Opcua } from './library.js';
import type { LinkSettings } from './link-schema.js';

/**
 * Who logs in. Secrets are read at each connection, so that a changed one needs no restart; they are in no message.
 * Rejects with a sentence that names the file and the remedy.
 */
export async function userIdentity(
  user: LinkSettings['user'],
  secret: DriverContext['secret'],
  opcua: Opcua,
): Promise<UserIdentityInfo> {
  const { UserTokenType } = opcua;
  if (!user) return { type: UserTokenType.Anonymous };
  if ('name' in user) {
    return { type: UserTokenType.UserName, userName: user.name, password: secret(user.password) };
  }
  const certificate = certificateIn(await readNamed(user.certificate, 'a certificate'), user.certificate);
  const key = keyIn(await readNamed(user.key, 'a private key'), user.key);
  if (!certificate.checkPrivateKey(key)) {
    throw new Error(
      `the key in ${user.key} is not that of the certificate in ${user.certificate}: name the two that belong together as \`user\` of the link`,
    );
  }
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const keyOperations = opcua.crypto_utils.keyOperationsFromPrivateKey(
    opcua.crypto_utils.coercePEMorDerToPrivateKey(pem),
  );
  return { type: UserTokenType.Certificate, certificateData: certificate.raw, keyOperations };
}

const readNamed = (file: string, what: string): Promise<Buffer> =>
  readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const remedy =
      cause.code === 'ENOENT' ? 'there is no such file' : 'let the user the gateway runs as read it, and nobody else';
    throw new Error(`the file ${file}, which should hold ${what}, cannot be read: ${remedy}`, { cause });
  });

function certificateIn(bytes: Buffer, file: string): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (cause) {
    throw new Error(`${file} holds no certificate: export the one of the user as PEM or DER`, { cause });
  }
}

/** PEM as PKCS #8 or of RSA alone (PKCS #1). RSA, since all security policies here are. */
function keyIn(bytes: Buffer, file: string): KeyObject {
  const text = bytes.toString('latin1');
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    throw new Error(
      `the private key in ${file} is encrypted, and a gateway that starts by itself has nobody to ask: \`openssl pkey -in ${file} -out plain.pem\` takes the passphrase off; let its user alone read the file`,
    );
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(bytes);
  } catch (cause) {
    throw new Error(`${file} holds no private key: it begins with \`-----BEGIN PRIVATE KEY-----\``, { cause });
  }
  if (key.asymmetricKeyType === 'rsa') return key;
  throw new Error(`the private key in ${file} is no RSA key, which OPC UA asks for: make the user another certificate`);
}
