import { accessSync, constants } from 'node:fs';
import type { SiteConfig } from '../../../config/index.js';
import { type SecretReference, secretReference } from '../../contract/index.js';

/** A secret that the site file refers to and that is not there. */
export interface MissingSecret {
  /** Where it is wanted: `sinks.influx`. */
  readonly where: string;
  readonly key: string;
  readonly reference: SecretReference;
}

function isThere(reference: SecretReference, env: NodeJS.ProcessEnv): boolean {
  if ('env' in reference) return Boolean(env[reference.env]);
  try {
    accessSync(reference.file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Every secret that would be missed at start, told before anything opens. */
export function missingSecrets(
  { sinks, links, broker }: Pick<SiteConfig, 'sinks' | 'links' | 'broker'>,
  env: NodeJS.ProcessEnv,
): MissingSecret[] {
  const missingIn = (where: string, settings: unknown): MissingSecret[] =>
    Object.entries((settings ?? {}) as Readonly<Record<string, unknown>>).flatMap(([key, value]) => {
      const { data: reference } = secretReference.safeParse(value);
      if (reference) return isThere(reference, env) ? [] : [{ where, key, reference }];
      return typeof value === 'object' && value !== null ? missingIn(`${where}.${key}`, value) : [];
    });
  const { certificate, key } = broker?.tls ?? {};
  const tls = Object.entries({ certificate, key }).map(([name, file]) => [name, file && { file }]);
  return [
    ...links.flatMap(({ name, settings, devices }) => [
      ...missingIn(`links.${name}`, settings),
      ...devices.flatMap((device) => missingIn(`links.${name}.devices.${device.name}`, device.settings)),
    ]),
    ...(broker?.devices ?? []).flatMap(({ name, password }) => missingIn(`broker.devices.${name}`, { password })),
    ...missingIn('broker.tls', Object.fromEntries(tls)),
    ...sinks.flatMap(({ name, settings }) => missingIn(`sinks.${name}`, settings)),
  ];
}
