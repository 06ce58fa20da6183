import type { EndpointDescription } from 'node-opcua-client';
import { type LinkSettings, securityPolicies } from './link-schema.js';
import type { OwnCertificate } from './certificates/own-certificate.js';
import { Status } from './values/status-quality.js';
import { thumbprintsOf } from './certificates/trust.js';

/** Why the server refused and what to do; undefined when it did not say. */
export function refusalWords(
  status: number | undefined,
  settings: LinkSettings,
  own: OwnCertificate,
): string | undefined {
  const { endpoint, user } = settings;
  switch (status) {
    case Status.badSecurityChecksFailed:
    case Status.badCertificateUntrusted:
    case Status.badCertificateInvalid: {
      const { sha1 } = thumbprintsOf(own.certificate);
      return `${endpoint} does not trust this gateway: move its certificate (SHA-1 ${sha1}, file ${own.file}) from the rejected to the trusted ones of the server`;
    }
    case Status.badUserAccessDenied:
    case Status.badIdentityTokenInvalid:
    case Status.badIdentityTokenRejected: {
      const who = !user
        ? 'a session without a user'
        : 'name' in user
          ? `the user ${user.name}`
          : 'the user certificate';
      return `${endpoint} refuses ${who}: check \`user\` of the link, and its rights in the server`;
    }
    case Status.badTooManySessions:
      return `${endpoint} has no session free: close other clients; one left behind ends by its own time-out`;
    case undefined:
    default:
      return undefined;
  }
}

export function untrustedWords({ endpoint, pki }: LinkSettings, der: Uint8Array): string {
  const { sha1, sha256 } = thumbprintsOf(der);
  return `${endpoint} shows a certificate that is not trusted (SHA-1 ${sha1}, SHA-256 ${sha256}): compare it with the one of the server, and when it is the same, trust it with \`sluice trust\`; it is kept in ${pki}/rejected`;
}

export const noCertificateWords = ({ endpoint }: LinkSettings): string =>
  `${endpoint} shows no certificate, or something that is none: set one up in the server`;

export const unreadableWords = ({ pki }: LinkSettings, why: string): string =>
  `the trusted certificates in ${pki} cannot be read (${why}): give them to the user the gateway runs as`;

/** The server has no endpoint of the security that is asked for; says which it has. */
export function mismatchWords({ endpoint, security }: LinkSettings, offered: readonly EndpointDescription[]): string {
  const asked = security === 'none' ? 'no security' : `${security.policy} (${security.mode})`;
  const list = [...new Set(offered.map(endpointSecurity))].join(', ');
  return `${endpoint} has no endpoint with ${asked}: write one of ${list} as \`security\` of the link, or set it up in the server`;
}

/** Names of MessageSecurityMode 1 to 3 (OPC 10000-4 §7.20). */
const modeNames = ['?', 'none', 'sign', 'sign-and-encrypt'];

const knownPolicies: readonly string[] = ['None', ...securityPolicies];

/** Only names that are known are repeated: what a server writes there could be anything. */
const endpointSecurity = ({ securityPolicyUri, securityMode }: EndpointDescription): string => {
  const told = securityPolicyUri?.split('#')[1] ?? '';
  const policy = knownPolicies.includes(told) ? told : '?';
  return policy === 'None' ? 'none' : `${policy} (${modeNames[securityMode] ?? '?'})`;
};
