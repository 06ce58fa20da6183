import { z } from 'zod';
import type { Text } from '../../gateway/contract/index.js';
import { settingIssue } from './setting-fault.js';

/** Where a link is reached: a host that is called, or a serial port of this box. */
export type StreamAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'serial'; readonly path: string };

const tcpPattern = /^tcp:\/\/(\[[0-9a-fA-F:.]+\]|[^\s/:[\]]+)(?::(\d{1,5}))?\/?$/;
const serialPattern = /^serial:(?:\/\/)?(\/\S+|COM\d+)$/;

/** `tcp://host:port` or `serial:/dev/ttyUSB0`; undefined when it is neither, or names no port and there is none by default. */
export function parseStreamAddress(text: string, defaultPort?: number): StreamAddress | undefined {
  const tcp = tcpPattern.exec(text.trim());
  if (tcp) {
    const port = tcp[2] === undefined ? defaultPort : Number(tcp[2]);
    const host = (tcp[1] as string).replace(/^\[|\]$/g, '');
    return port !== undefined && port >= 1 && port <= 65_535 ? { kind: 'tcp', host, port } : undefined;
  }
  const serial = serialPattern.exec(text.trim());
  return serial ? { kind: 'serial', path: serial[1] as string } : undefined;
}

/** As it stands in the site file, for messages. */
export function formatStreamAddress(address: StreamAddress): string {
  if (address.kind === 'serial') return `serial:${address.path}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `tcp://${host}:${address.port}`;
}

export interface StreamAddressField {
  /** What sort of link it is: `a Modbus link`. */
  readonly of: Text;
  /** An address of that sort, as a remedy. */
  readonly example: string;
  readonly defaultPort?: number;
}

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
            en: `write \`${example}\` or \`serial:/dev/ttyUSB0\``,
            zh: `写成 \`${example}\` 或 \`serial:/dev/ttyUSB0\``,
          },
        }),
      );
      return z.NEVER;
    })
    .meta({ examples: [example, 'serial:/dev/ttyUSB0'] });
