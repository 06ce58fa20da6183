import { z } from 'zod';
import { duration, secretReference } from '../../gateway/contract/index.js';
import { settingIssue } from '../streams/index.js';

export const securityPolicies = ['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const;

const endpointPattern = /^opc\.tcp:\/\/(\[[0-9a-fA-F:]+\]|[^\s/:]+):(\d{1,5})(\/\S*)?$/;

const endpointField = () =>
  z
    .string()
    .superRefine((text, context) => {
      const port = Number(endpointPattern.exec(text)?.[2]);
      if (port >= 1 && port <= 65_535) return;
      const what = { en: `\`${text}\` is no endpoint`, zh: `“${text}”不是端点地址` };
      const remedy = { en: 'write `opc.tcp://192.168.1.10:4840`', zh: '写成 `opc.tcp://192.168.1.10:4840`' };
      context.addIssue(settingIssue({ what, remedy }));
    })
    .meta({ pattern: endpointPattern.source, examples: ['opc.tcp://192.168.1.10:4840'] });

/** Host and port of an endpoint that the schema has let through. */
export function endpointAddress(endpoint: string): { readonly host: string; readonly port: number } {
  const [, host = '', port] = endpointPattern.exec(endpoint) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

const securitySchema = z.strictObject({
  policy: z.enum(securityPolicies).default('Basic256Sha256').describe('Security policy; Basic256Sha256'),
  mode: z.enum(['sign', 'sign-and-encrypt']).default('sign-and-encrypt').describe('Message security mode'),
});

const userSchema = z.union([
  z.strictObject({
    name: z.string().min(1).describe('User name'),
    password: secretReference.describe('Where the password is'),
  }),
  z.strictObject({
    certificate: z.string().min(1).describe('File with the certificate of the user, PEM or DER'),
    key: z.string().min(1).describe('File with the private key of the user, PEM'),
  }),
]);

/** A server ends a session that is silent for so long; three keep-alives fit in. */
const keepAlivesPerSession = 3;

/** The driver's half of a link: one session with one server. */
export const linkSchema = z
  .strictObject({
    endpoint: endpointField().describe('Where the server is: `opc.tcp://host:port/path`'),
    security: z
      .union([z.literal('none'), securitySchema])
      .prefault({})
      .describe('Policy and mode, or `none`: then anyone on the network can read and alter what is said'),
    user: userSchema.optional().describe('Name and password, or a certificate; without it anonymous'),
    pki: z
      .string()
      .min(1)
      .default('pki/opcua')
      .describe("Folder of this gateway's own certificate and of the servers it trusts"),
    publishing: duration()
      .optional()
      .describe('Publishing interval of one subscription for all; else one subscription for each poll interval'),
    keepAlive: duration().prefault('10s').describe('A server with nothing to say says so this often'),
    timeout: duration().prefault('10s').describe('Longest wait for an answer'),
    sessionTimeout: duration()
      .prefault('60s')
      .describe('The server ends a session left behind by a power cut after this time'),
    standing: duration()
      .prefault('1min')
      .describe('What does not change is told again this often, so that it does not count as silent'),
    history: z.boolean().default(false).describe('After an outage what was missed is read from the server'),
    historyDelay: duration()
      .prefault('5s')
      .describe('Wait before history is read: a server may store what it has sent a little later'),
    historyMax: duration().prefault('1d').describe('Of a longer outage only so much is read'),
    acknowledge: z
      .boolean()
      .default(false)
      .describe(
        "A person's acknowledgement of the alarm that says a tag with `alarm` is true is sent on to the server, with who " +
          'and what they said, for every condition the tag stood for and the server had told by then; without it nothing ' +
          'is ever written to the server',
      ),
  })
  .superRefine(({ keepAlive, sessionTimeout }, context) => {
    if (sessionTimeout >= keepAlivesPerSession * keepAlive) return;
    const leastMs = keepAlivesPerSession * keepAlive;
    const what = {
      en: `a session of ${sessionTimeout} ms would end between two keep-alives of ${keepAlive} ms`,
      zh: `会话超时 ${sessionTimeout} ms 短于保活间隔 ${keepAlive} ms 的三倍`,
    };
    const remedy = { en: `write \`${leastMs}ms\` or more`, zh: `写成 \`${leastMs}ms\` 或更长` };
    context.addIssue(settingIssue({ what, remedy }, ['sessionTimeout']));
  });

export type LinkSettings = z.output<typeof linkSchema>;
