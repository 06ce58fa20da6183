import { readFileSync } from 'node:fs';
import type { SecretReference } from '../contract/index.js';

/** The secret behind a reference. Throws a sentence naming the missing variable or file, never a secret. */
export function resolveSecret(reference: SecretReference): string {
  if ('env' in reference) {
    const value = process.env[reference.env];
    if (!value) throw new Error(`the environment variable ${reference.env} is not set; it should hold a secret`);
    return value;
  }
  try {
    return readFileSync(reference.file, 'utf8').trim();
  } catch (cause) {
    throw new Error(`the file ${reference.file}, which should hold a secret, cannot be read`, { cause });
  }
}
