import { z } from 'zod';
import { byteCount, duration, secretReference } from '../../gateway/contract/index.js';
import { settingIssue, zoneField } from '../streams/index.js';
import { listenField, urlField } from './written-fields.js';

const plainOrSecret = z.union([z.string().max(1000), secretReference]);

/** Names of headers and parameters whose plain value would be a secret in the site file. */
const secretName = /auth|key|token|secret|password|cookie/i;

const bodyMaxBytes = 16 * 2 ** 20;

/** The driver's half of a link: a service that is asked, or a port of this box that is posted to. */
export const linkSchema = z
  .strictObject({
    url: urlField().optional().describe('Asks a service here: its base, to which each device adds its `path`'),
    listen: listenField()
      .optional()
      .describe(
        'Listens here for others to post, 64 connections at most: `127.0.0.1:8085`; beyond loopback put a TLS proxy before it',
      ),
    token: secretReference
      .optional()
      .describe('Bearer token: with `url` it is sent, with `listen` each request has to carry it'),
    every: duration().prefault('5min').describe('With `url`: how often each device is asked'),
    headers: z
      .record(z.string().regex(/^[\w-]{1,64}$/), plainOrSecret)
      .default({})
      .describe('With `url`: sent along; a secret as `{ env: NAME }` or `{ file: PATH }`'),
    query: z
      .record(z.string().min(1).max(64), plainOrSecret)
      .default({})
      .describe('With `url`: parameters added to each request; a secret as `{ env: NAME }` or `{ file: PATH }`'),
    timeout: duration().prefault('10s').describe('Longest wait for a whole answer, or for a whole posted body'),
    bodyBytesMax: byteCount().prefault('256KiB').describe('A larger body is refused; it may be 16 MiB at most'),
    redirects: z
      .int()
      .min(0)
      .max(5)
      .default(2)
      .describe('With `url`: redirects followed, to the same host and port and never from https to http'),
    requestsPerSecond: z
      .int()
      .min(1)
      .max(1000)
      .default(20)
      .describe('With `listen`: more are refused (429); twice as many may come at once'),
    timezone: zoneField().prefault('+08:00').describe('Of times that are written without one'),
  })
  .superRefine((link, context) => {
    const fault = (path: string[], en: string, zh: string, remedyEn: string, remedyZh: string): void =>
      context.addIssue(settingIssue({ what: { en, zh }, remedy: { en: remedyEn, zh: remedyZh } }, path));
    if ((link.url === undefined) === (link.listen === undefined)) {
      fault(
        [link.url === undefined ? 'url' : 'listen'],
        'a link either asks (`url`) or listens (`listen`)',
        '链路要么查询（`url`），要么监听（`listen`）',
        'write one of the two',
        '二者写其一',
      );
    }
    if (link.listen !== undefined && link.token === undefined) {
      fault(
        ['token'],
        'whoever posts has to show a token',
        '推送方必须出示令牌',
        'write `token: { env: NAME }`',
        '写 `token: { env: NAME }`',
      );
    }
    if (link.bodyBytesMax > bodyMaxBytes) {
      fault(['bodyBytesMax'], 'at most 16 MiB', '最大 16 MiB', 'write `16MiB` or less', '写成 `16MiB` 或更小');
    }
    for (const part of ['headers', 'query'] as const) {
      for (const [name, value] of Object.entries(link[part])) {
        if (typeof value !== 'string' || !secretName.test(name)) continue;
        fault(
          [part, name],
          `\`${name}\` looks like a secret, and this file must not hold one`,
          `\`${name}\` 像是密钥，本文件不得保存密钥`,
          'write `{ env: NAME }` or `{ file: PATH }`',
          '写成 `{ env: NAME }` 或 `{ file: PATH }`',
        );
      }
    }
  });

export type LinkSettings = z.output<typeof linkSchema>;
