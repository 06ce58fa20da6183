import { z } from 'zod';
import type { Text } from '../../gateway/contract/index.js';
import { settingIssue } from './setting-fault.js';

/** A host that is called, or a serial port of this box. */
export type DirectAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'serial'; readonly path: string };

/** An address of this box where DTUs dial in. */
export interface DialInAddress {
  readonly kind: 'tcp-listen';
  readonly host: string;
  readonly port: number;
}

/** Where a link is reached. */
export type StreamAddress = DirectAddress | DialInAddress;

const tcpPattern = /^(tcp|tcp-listen):\/\/(\[[0-9a-fA-F:.]+\]|[^\s/:[\]]+)(?::(\d{1,5}))?\/?$/;
const serialPattern = /^serial:(?:\/\/)?(\/\S+|COM\d+)$/;

/**
 * `tcp://host:port`, `tcp-listen://host:port` or `serial:/dev/ttyUSB0`; undefined when it is none of them, or names no
 * port and there is none by default. Which addresses of this box are listened on is always written out.
 */
export function parseStreamAddress(text: string, defaultPort?: number): StreamAddress | undefined {
  const tcp = tcpPattern.exec(text.trim());
  if (tcp) {
    const kind = tcp[1] as 'tcp' | 'tcp-listen';
    const port = tcp[3] === undefined ? (kind === 'tcp' ? defaultPort : undefined) : Number(tcp[3]);
    const host = (tcp[2] as string).replace(/^\[|\]$/g, '');
    return port !== undefined && port >= 1 && port <= 65_535 ? { kind, host, port } : undefined;
  }
  const serial = serialPattern.exec(text.trim());
  return serial ? { kind: 'serial', path: serial[1] as string } : undefined;
}

/** As it stands in the site file, for messages. */
export function formatStreamAddress(address: StreamAddress): string {
  if (address.kind === 'serial') return `serial:${address.path}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${address.kind}://${host}:${address.port}`;
}

export interface StreamAddressField {
  /** What sort of link it is: `a Modbus link`. */
  readonly of: Text;
  /** An address of that sort, as a remedy. */
  readonly example: string;
  readonly defaultPort?: number;
}

/** All addresses of this box: a DTU comes from outside. */
const dialInExample = 'tcp-listen://0.0.0.0:7000';

/** The `address` of a link, parsed. */
export const streamAddressField = ({ of, example, defaultPort }: StreamAddressField) =>
  z
    .string()
    .transform((text, context) => {
      const address = parseStreamAddress(text, defaultPort);
      if (address) return address;
      context.addIssue(
        settingIssue({
          what: { en: `\`${text}\` is no address of ${of.en}`, zh: `“${text}”不是${of.zh}地址` },
          remedy: {
            en: `write \`${example}\`, \`serial:/dev/ttyUSB0\`, or \`${dialInExample}\` where a DTU dials in`,
            zh: `写成 \`${example}\`、\`serial:/dev/ttyUSB0\`,DTU 主动连入时写成 \`${dialInExample}\``,
          },
        }),
      );
      return z.NEVER;
    })
    .meta({ examples: [example, 'serial:/dev/ttyUSB0', dialInExample] });
