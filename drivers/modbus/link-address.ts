import { z } from 'zod';
import { settingIssue } from './setting-fault.js';

/** Where a link is reached. */
export type LinkAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'serial'; readonly path: string };

const tcpPattern = /^tcp:\/\/(\[[0-9a-fA-F:.]+\]|[^\s/:[\]]+)(?::(\d{1,5}))?\/?$/;
const serialPattern = /^serial:(?:\/\/)?(\/\S+|COM\d+)$/;

/** The registered port of Modbus TCP. */
const modbusPort = 502;

/** `tcp://host:port` or `serial:/dev/ttyUSB0`; undefined when it is neither. */
export function parseLinkAddress(text: string): LinkAddress | undefined {
  const tcp = tcpPattern.exec(text.trim());
  if (tcp) {
    const port = tcp[2] === undefined ? modbusPort : Number(tcp[2]);
    const host = (tcp[1] as string).replace(/^\[|\]$/g, '');
    return port >= 1 && port <= 65_535 ? { kind: 'tcp', host, port } : undefined;
  }
  const serial = serialPattern.exec(text.trim());
  return serial ? { kind: 'serial', path: serial[1] as string } : undefined;
}

/** As it stands in the site file, for messages. */
export function formatLinkAddress(address: LinkAddress): string {
  if (address.kind === 'serial') return `serial:${address.path}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `tcp://${host}:${address.port}`;
}

export const linkAddressField = () =>
  z
    .string()
    .transform((text, context) => {
      const address = parseLinkAddress(text);
      if (address) return address;
      context.addIssue(
        settingIssue({
          what: { en: `\`${text}\` is no address of a Modbus link`, zh: `“${text}”不是 Modbus 链路地址` },
          remedy: {
            en: 'write `tcp://192.168.1.10:502` or `serial:/dev/ttyUSB0`',
            zh: '写成 `tcp://192.168.1.10:502` 或 `serial:/dev/ttyUSB0`',
          },
        }),
      );
      return z.NEVER;
    })
    .meta({ examples: ['tcp://192.168.1.10:502', 'serial:/dev/ttyUSB0'] });
