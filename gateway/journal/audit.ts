import { createHash } from 'node:crypto';
import type { AuditEntry, Json } from '../contract/index.js';

/** What the hash covers, in a fixed order of keys, whatever order a file or a sink gave them. */
const covered = ({ kind, instant, time, who, action, detail, previous }: Omit<AuditEntry, 'hash'>): string =>
  JSON.stringify([kind, instant, Number.isNaN(time) ? null : time, who, action, sorted(detail), previous]);

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** SHA-256 (FIPS 180-4), hex. */
const hashOf = (entry: Omit<AuditEntry, 'hash'>): string => createHash('sha256').update(covered(entry)).digest('hex');

/** The next link of the chain; `previous` is the hash of the one before, empty for the first. */
export function auditEntry(
  stamp: { instant: number; time: number },
  act: { who: string; action: string; detail: Json },
  previous: string,
): AuditEntry {
  const entry = { kind: 'audit', ...stamp, ...act, previous } as const;
  return { ...entry, hash: hashOf(entry) };
}

/** Index of the first entry that was altered, or that does not follow the one before; -1 when the chain holds. */
export function brokenLink(entries: readonly AuditEntry[]): number {
  return entries.findIndex(
    (entry, index) =>
      hashOf(entry) !== entry.hash || (index > 0 && entry.previous !== (entries[index - 1] as AuditEntry).hash),
  );
}
