import type { Chatter, Moment } from '../../contract/index.js';

/** Three activations within a minute are chatter (EEMUA 191 / ISA-18.2-2016 §16), over after ten quiet minutes. */
export const chatterCount = 3;
export const chatterWindowMs = 60_000;
export const chatterQuietMs = 600_000;

/** Chatter that begins with this activation; `activations` are the instants of it and those before, newest last. */
export function chatterFrom(activations: readonly number[], now: Moment): Chatter | null {
  const recent = activations.filter((instant) => instant > now.instant - chatterWindowMs);
  return recent.length >= chatterCount ? { since: now, count: recent.length, last: now.instant } : null;
}

export const oneMore = (chatter: Chatter, instant: number): Chatter => ({
  ...chatter,
  count: chatter.count + 1,
  last: instant,
});

/** A count is told when it has doubled: often enough to be believed, seldom enough to cost nothing. */
export function isWorthTelling(count: number): boolean {
  const doublings = Math.log2(count / chatterCount);
  return Number.isInteger(doublings);
}

export const isQuiet = (chatter: Chatter, instant: number): boolean => instant - chatter.last >= chatterQuietMs;
