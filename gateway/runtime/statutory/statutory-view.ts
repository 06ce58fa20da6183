import type { Gateway } from '../gateway.js';
import type { Approved } from './approvals.js';
import type { HeldBack } from './gate.js';

/** An approval that stands: given since the configuration that runs was applied. */
export interface ApprovalView extends Approved {
  readonly who: string;
  /** RFC 3339 in UTC; null while the time was not known. */
  readonly time: string | null;
}

export interface StatutoryView {
  /** The configuration this run was started with and did not apply; null when it did. */
  readonly heldBack: HeldBack | null;
  readonly approvals: readonly ApprovalView[];
}

/** What is under way about streams that the law protects. */
export async function statutoryView({ approvals: standing, heldBack }: Gateway): Promise<StatutoryView> {
  const approvals = await standing.list();
  const time = (ms: number): string | null => (Number.isNaN(ms) ? null : new Date(ms).toISOString());
  return {
    heldBack: heldBack ?? null,
    approvals: approvals.map((approval) => ({ ...approval, time: time(approval.time) })),
  };
}
