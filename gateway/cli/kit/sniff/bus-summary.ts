import type { BusAccount, UnitAccount } from '../../../../drivers/modbus/index.js';

export interface UnitSummary {
  readonly unit: number;
  readonly asked: number;
  readonly replied: number;
  readonly refused: number;
  readonly silent: number;
  readonly damaged: number;
  /** Refusals for an address the unit does not have. */
  readonly wrongAddress: number;
  /** ms, of the newest thousand; undefined when it never answered. */
  readonly turnaroundMs: { readonly min: number; readonly median: number; readonly max: number } | undefined;
}

/** What was heard, summed up. */
export interface BusSummary {
  readonly ms: number;
  readonly frames: number;
  readonly bytes: number;
  readonly damagedBytes: number;
  readonly requests: number;
  readonly replies: number;
  readonly strays: number;
  readonly ambiguous: number;
  readonly units: readonly UnitSummary[];
}

const illegalAddress = 2;

function turnaroundOf({ turnaroundsMs }: UnitAccount): UnitSummary['turnaroundMs'] {
  if (turnaroundsMs.length === 0) return undefined;
  const sorted = turnaroundsMs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.floor((sorted.length - 1) * share)] as number) * 10) / 10;
  return { min: at(0), median: at(0.5), max: at(1) };
}

/** `ms` is how long was listened, `bytes` what came in all. */
export function summarise(account: BusAccount, bytes: number, ms: number): BusSummary {
  const { frames, damagedBytes, requests, replies, strays, ambiguous, units } = account;
  const summaries = [...units].map(([unit, one]) => ({
    unit,
    asked: one.requests,
    replied: one.replies,
    refused: one.exceptions,
    silent: one.unanswered,
    damaged: one.damaged,
    wrongAddress: one.codes.get(illegalAddress) ?? 0,
    turnaroundMs: turnaroundOf(one),
  }));
  const sorted = summaries.toSorted((a, b) => a.unit - b.unit);
  return { ms, frames, bytes, damagedBytes, requests, replies, strays, ambiguous, units: sorted };
}
