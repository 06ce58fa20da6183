import type { BrokerConfig, LinkConfig, SinkConfig, SiteConfig } from '../../../config/index.js';
import type { SecretReference } from '../../contract/index.js';

/** What the broker is started with: its own secrets in the place of references to them. */
export const brokerOptions = (
  { tls, devices, ...broker }: BrokerConfig,
  resolve: (reference: SecretReference) => string,
) => ({
  ...broker,
  tls: tls && { certificate: resolve({ file: tls.certificate }), key: resolve({ file: tls.key }) },
  devices: devices.map((device) => ({ ...device, password: resolve(device.password) })),
});

/** The broker's password for its own gateway: made at each start, known to this process alone. */
const passwordVariable = 'SLUICE_EMBEDDED_BROKER_PASSWORD';

/** Names of this box by which a broker that listens at an address is reached. */
function namesOf(host: string): readonly string[] {
  if (host === '0.0.0.0') return ['0.0.0.0', '127.0.0.1', 'localhost'];
  if (host === '::') return ['::', '::1', '127.0.0.1', 'localhost'];
  if (host === '127.0.0.1' || host === '::1' || host === 'localhost') return [host, 'localhost'];
  return [host];
}

interface Address {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

/** Whether an address is the embedded broker's: nobody else may be shown its password. */
const isOwn = ({ host, port, isSecure }: Address, broker: BrokerConfig): boolean =>
  port === broker.port && isSecure === (broker.tls !== undefined) && namesOf(broker.host).includes(host);

/** An MQTT sink gives its broker as an address. */
function isOwnSink({ type, settings }: SinkConfig, broker: BrokerConfig): boolean {
  const { url, user } = settings as { readonly url?: string; readonly user?: string };
  if (type !== 'mqtt' || url === undefined || user !== undefined) return false;
  const { protocol, hostname, port } = new URL(url);
  const isSecure = protocol === 'mqtts:';
  const host = hostname.replace(/^\[|\]$/g, '');
  return isOwn({ host, port: Number(port || (isSecure ? 8883 : 1883)), isSecure }, broker);
}

/** A link of MQTT devices has its broker's address in parts. */
function isOwnLink({ driver, settings }: LinkConfig, broker: BrokerConfig): boolean {
  if (driver !== 'mqtt' && driver !== 'sparkplug') return false;
  const { broker: address, user } = settings as { readonly broker: Address; readonly user?: string };
  return user === undefined && isOwn(address, broker);
}

/**
 * Gives the site's own MQTT sinks and links what the embedded broker lets its gateway in with. They take secrets by
 * reference, so the password goes through the environment of this process, which no other reads.
 */
export function signInOwn(
  site: SiteConfig,
  broker: BrokerConfig,
  publisher: { readonly user: string; readonly password: string },
): SiteConfig {
  process.env[passwordVariable] = publisher.password;
  const signedIn = <Part extends { readonly settings: unknown }>(part: Part): Part => ({
    ...part,
    settings: { ...(part.settings as object), user: publisher.user, password: { env: passwordVariable } },
  });
  return {
    ...site,
    links: site.links.map((link) => (isOwnLink(link, broker) ? signedIn(link) : link)),
    sinks: site.sinks.map((sink) => (isOwnSink(sink, broker) ? signedIn(sink) : sink)),
  };
}
