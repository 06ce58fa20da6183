import { isDeepStrictEqual } from 'node:util';
import type { StatutoryChange } from '../../../config/index.js';
import type { AuditEntry, Entry } from '../../contract/index.js';
import { brokenLink } from '../../journal/index.js';

/** People who have to approve a change of what the law protects: two, and not the same one twice. */
export const approversNeeded = 2;

/** The act of one of them, as the audit holds it. */
export const approvedAction = 'statutory change approved';

/** What is approved: that this configuration follows that one, and everything it changes. A type, so that it is JSON. */
export type Approved = {
  /** Hash of the configuration that is to be applied. */
  readonly configuration: string;
  /** Hash of the one that was applied when it was approved. */
  readonly applied: string;
  readonly changes: readonly StatutoryChange[];
};

export interface Approval extends Approved {
  readonly who: string;
  /** ms UTC; NaN while the time was not known. */
  readonly time: number;
}

/**
 * Approvals that stand, out of the alarms lane. Another configuration that is applied ends all before it: what was
 * approved once cannot be applied again later. So does a break of the audit chain: nobody can vouch for what lies before.
 */
export async function standingApprovals(entries: AsyncIterable<Entry>): Promise<Approval[]> {
  let applied = '';
  let standing: Approval[] = [];
  let last: AuditEntry | undefined;
  for await (const entry of entries) {
    if (entry.kind === 'configuration' && entry.hash !== applied) {
      applied = entry.hash;
      standing = [];
    }
    if (entry.kind !== 'audit') continue;
    if (brokenLink(last ? [last, entry] : [entry]) >= 0) standing = [];
    last = entry;
    if (entry.action !== approvedAction) continue;
    standing.push({ ...(entry.detail as Approved), who: entry.who, time: entry.time ?? Number.NaN });
  }
  return standing;
}

/** Who approved exactly these changes, each once, in the order they did. */
export function approversOf(approvals: readonly Approval[], { configuration, changes }: Omit<Approved, 'applied'>) {
  const approved = approvals.filter(
    (one) => one.configuration === configuration && isDeepStrictEqual(one.changes, changes),
  );
  return [...new Set(approved.map(({ who }) => who))];
}
