import { text } from '../messages/index.js';
import type { Path } from '../source/source.js';
import type { SiteCheck } from './site-check.js';

const credentials = /^[a-z][a-z0-9+.-]*:\/\/[^/\s@]*:[^/\s@]+@/i;

/** Addresses with a password in them: the file is journaled and shown, so it must not hold one. What it is is not told. */
export function checkSecrets(check: SiteCheck, data: unknown, path: Path = []): void {
  if (typeof data === 'string' && credentials.test(data)) {
    const key = String(path.at(-1) ?? '');
    check.tell(path, {
      what: text((m) => m.problem.secretInAddress({ key })),
      remedy: text((m) => m.remedy.secretApart()),
    });
  } else if (Array.isArray(data)) {
    for (const [index, value] of data.entries()) checkSecrets(check, value, [...path, index]);
  } else if (typeof data === 'object' && data !== null) {
    for (const [key, value] of Object.entries(data)) checkSecrets(check, value, [...path, key]);
  }
}
