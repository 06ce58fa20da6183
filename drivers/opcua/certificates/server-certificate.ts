import { createHash, X509Certificate } from 'node:crypto';

/** SHA-1 is what OPC UA itself calls a thumbprint and other tools show; SHA-256 is what can be relied on. Hex. */
export interface Thumbprints {
  readonly sha1: string;
  readonly sha256: string;
}

/** A server's certificate, as people look at it before they trust it. */
export interface ServerCertificate extends Thumbprints {
  /** `CN=…, O=…`, in the words of whoever made it: nothing of it is proven. */
  readonly subject: string;
  /** Application URI, host names and addresses it was made for. */
  readonly names: readonly string[];
  /** ms UTC. */
  readonly validFrom: number;
  readonly validTo: number;
  /** The same for two certificates of one key. */
  readonly key: string;
  readonly der: Uint8Array;
}

/** Reads PEM or DER; of a chain the first, which is the server's own. Throws where it is neither. */
export function parseCertificate(bytes: Uint8Array): ServerCertificate {
  const { subject, subjectAltName, validFrom, validTo, publicKey, raw } = new X509Certificate(bytes);
  return {
    subject: subject.split('\n').join(', '),
    names: (subjectAltName ?? '').split(/, (?=[A-Za-z ]+:)/).flatMap(alternativeName),
    validFrom: Date.parse(validFrom),
    validTo: Date.parse(validTo),
    key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    der: raw,
    ...thumbprintsOf(raw),
  };
}

export function thumbprintsOf(der: Uint8Array): Thumbprints {
  const hex = (algorithm: string): string => createHash(algorithm).update(der).digest('hex').toUpperCase();
  return { sha1: hex('sha1'), sha256: hex('sha256') };
}

/** Node writes `DNS:box`, `IP Address:10.0.0.2`, and what could be mistaken in JSON's quotes. */
function alternativeName(written: string): string[] {
  const name = /^[A-Za-z ]+:(.+)$/s.exec(written)?.[1];
  return name === undefined ? [] : [name.replace(/^"(.*)"$/s, '$1')];
}
