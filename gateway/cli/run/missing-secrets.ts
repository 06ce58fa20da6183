import { accessSync, constants } from 'node:fs';
import type { SiteConfig } from '../../../config/index.js';
import { type SecretReference, secretReference } from '../../contract/index.js';

/** A secret that a sink refers to and that is not there. */
export interface MissingSecret {
  readonly sink: string;
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
export function missingSecrets({ sinks }: Pick<SiteConfig, 'sinks'>, env: NodeJS.ProcessEnv): MissingSecret[] {
  return sinks.flatMap(({ name, settings }) =>
    Object.entries(settings as Readonly<Record<string, unknown>>).flatMap(([key, value]) => {
      const { data: reference } = secretReference.safeParse(value);
      return reference && !isThere(reference, env) ? [{ sink: name, key, reference }] : [];
    }),
  );
}
