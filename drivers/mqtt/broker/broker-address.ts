import { z } from 'zod';
import { settingIssue } from '../../streams/index.js';

/** Where a broker answers. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

/** Ports registered for MQTT, plain and over TLS. */
const defaultPorts = { mqtt: 1883, mqtts: 8883 } as const;
const pattern = /^(mqtts?):\/\/(\[[0-9a-fA-F:.]+\]|[^\s/:[\]@]+)(?::(\d{1,5}))?\/?$/;

/** `mqtt://host`, `mqtts://host:8883`; undefined when it is neither. */
export function parseBrokerAddress(text: string): BrokerAddress | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return undefined;
  const scheme = match[1] as keyof typeof defaultPorts;
  const port = match[3] === undefined ? defaultPorts[scheme] : Number(match[3]);
  if (port < 1 || port > 65_535) return undefined;
  return { host: (match[2] as string).replace(/^\[|\]$/g, ''), port, isSecure: scheme === 'mqtts' };
}

/** As it stands in the site file, for messages. */
export function formatBrokerAddress({ host, port, isSecure }: BrokerAddress): string {
  return `${isSecure ? 'mqtts' : 'mqtt'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The `broker` of a link, parsed. */
export const brokerAddressField = () =>
  z
    .string()
    .transform((text, context) => {
      const address = parseBrokerAddress(text);
      if (address) return address;
      context.addIssue(
        settingIssue({
          what: { en: `\`${text}\` is no address of an MQTT broker`, zh: `“${text}”不是 MQTT 服务器地址` },
          remedy: {
            en: 'write `mqtt://192.168.1.10:1883`, or `mqtts://broker.example.com:8883` over TLS; a user stands in `user`',
            zh: '写成 `mqtt://192.168.1.10:1883`，加密时写 `mqtts://broker.example.com:8883`；用户名写在 `user`',
          },
        }),
      );
      return z.NEVER;
    })
    .meta({ examples: ['mqtt://127.0.0.1:1883', 'mqtts://broker.example.com:8883'] });
