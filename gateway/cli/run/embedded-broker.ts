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

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]', '::1']);

/** Whether settings lead to the embedded broker and bring no user of their own. */
function isOwn(address: { readonly host: string; readonly port: number }, { host, port }: BrokerConfig): boolean {
  return address.port === port && (loopback.has(address.host) || address.host === host);
}

/** An MQTT sink gives its broker as an address. */
function isOwnSink({ type, settings }: SinkConfig, broker: BrokerConfig): boolean {
  const { url, user } = settings as { readonly url?: string; readonly user?: string };
  if (type !== 'mqtt' || url === undefined || user !== undefined) return false;
  const { hostname, port } = new URL(url);
  return isOwn({ host: hostname, port: Number(port || 1883) }, broker);
}

/** A link of MQTT devices has its broker's address in parts. */
function isOwnLink({ driver, settings }: LinkConfig, broker: BrokerConfig): boolean {
  if (driver !== 'mqtt' && driver !== 'sparkplug') return false;
  const { broker: address, user } = settings as { broker: { host: string; port: number }; user?: string };
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
