import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Beside the sources, and from the built code back beside them. */
const candidates = ['../../package.json', '../../../package.json'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** Version of this release. */
export function version(): string {
  const path = candidates.find((candidate) => existsSync(candidate));
  return path ? (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version : '';
}
