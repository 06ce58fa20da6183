import type { BrokerConfig, SinkConfig, SiteConfig } from '../../../config/index.js';
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

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** True for an MQTT sink that speaks to the embedded broker and brings no user of its own. */
function isOwnBroker({ type, settings }: SinkConfig, { host, port }: BrokerConfig): boolean {
  const { url, user } = settings as { readonly url?: string; readonly user?: string };
  if (type !== 'mqtt' || url === undefined || user !== undefined) return false;
  const address = new URL(url);
  return Number(address.port || 1883) === port && (loopback.has(address.hostname) || address.hostname === host);
}

/**
 * Gives the site's own MQTT sinks what the embedded broker lets its gateway in with. Sinks take secrets by reference, so
 * the password goes through the environment of this process, which no other reads.
 */
export function signInSinks(
  site: SiteConfig,
  broker: BrokerConfig,
  publisher: { readonly user: string; readonly password: string },
): SiteConfig {
  process.env[passwordVariable] = publisher.password;
  const signIn = (sink: SinkConfig): SinkConfig => ({
    ...sink,
    settings: { ...(sink.settings as object), user: publisher.user, password: { env: passwordVariable } },
  });
  return { ...site, sinks: site.sinks.map((sink) => (isOwnBroker(sink, broker) ? signIn(sink) : sink)) };
}
