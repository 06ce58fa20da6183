import { type DriverContext, NotConnected } from '../../../gateway/contract/index.js';
import type { BrokerSettings } from './broker-settings.js';

/** What proves the broker to us, and us to the broker. */
export interface BrokerSecrets {
  readonly password: string | undefined;
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** The secrets of a link, read anew at each connection. Throws `NotConnected`, saying which is missing. */
export function readSecrets(
  { password, ca, cert, key }: BrokerSettings,
  secret: DriverContext['secret'],
): BrokerSecrets {
  try {
    return {
      password: password && secret(password),
      ca: ca && secret(ca),
      cert: cert && secret(cert),
      key: key && secret(key),
    };
  } catch (cause) {
    throw new NotConnected((cause as Error).message, { cause });
  }
}
