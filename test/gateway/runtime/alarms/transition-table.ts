/**
 * The transitions of an alarm by ISA-18.2-2016 figure 2 and IEC 62682:2022, as data. It knows nothing of the product:
 * what the alarm book does is held against it.
 *
 * A normal · B unacknowledged · C acknowledged · D returned, unacknowledged · E latched, unacknowledged ·
 * F latched, acknowledged · G shelved · H suppressed by design · I out of service
 */
export type Base = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';
export type Display = Base | 'G' | 'H' | 'I';
export type TableEvent = 'condition-true' | 'condition-false' | 'acknowledge' | 'reset' | 'leave-flag' | 're-announce';

type Either = boolean | 'either';
/** Where a row leads: a base state; `refused`, which changes nothing; `cannot-be`: no history leads there. */
export type Target = Base | 'refused' | 'cannot-be';

/** `acknowledge` and `latch` are the policy of the alarm's class; `condition` is how it stands once the event has come. */
export type Row = readonly [
  event: TableEvent,
  from: Base,
  acknowledge: Either,
  latch: Either,
  condition: Either,
  to: Target,
];

const either = 'either';

/** B and C stand without their condition only while chatter holds the return back. Latching wins over "no acknowledgement". */
export const transitions: readonly Row[] = [
  ['condition-true', 'A', either, either, either, 'B'],
  ['condition-true', 'B', either, either, either, 'B'],
  ['condition-true', 'C', either, either, either, 'B'],
  ['condition-true', 'D', either, either, either, 'B'],
  ['condition-true', 'E', either, either, either, 'B'],
  ['condition-true', 'F', either, either, either, 'B'],

  ['condition-false', 'A', either, either, either, 'cannot-be'],
  ['condition-false', 'B', true, false, either, 'D'],
  ['condition-false', 'B', false, false, either, 'A'],
  ['condition-false', 'B', either, true, either, 'E'],
  ['condition-false', 'C', either, false, either, 'A'],
  ['condition-false', 'C', either, true, either, 'F'],
  ['condition-false', 'D', either, either, either, 'cannot-be'],
  ['condition-false', 'E', either, either, either, 'cannot-be'],
  ['condition-false', 'F', either, either, either, 'cannot-be'],

  ['acknowledge', 'A', either, either, either, 'refused'],
  ['acknowledge', 'B', either, either, true, 'C'],
  ['acknowledge', 'B', either, either, false, 'C'],
  ['acknowledge', 'C', either, either, either, 'refused'],
  ['acknowledge', 'D', either, either, either, 'A'],
  ['acknowledge', 'E', either, either, either, 'F'],
  ['acknowledge', 'F', either, either, either, 'refused'],

  ['reset', 'A', either, either, either, 'refused'],
  ['reset', 'B', either, either, either, 'refused'],
  ['reset', 'C', either, either, either, 'refused'],
  ['reset', 'D', either, either, either, 'refused'],
  ['reset', 'E', either, either, either, 'refused'],
  ['reset', 'F', either, either, false, 'A'],
  ['reset', 'F', either, either, true, 'cannot-be'],

  ['leave-flag', 'A', either, either, true, 'cannot-be'],
  ['leave-flag', 'B', either, either, true, 'B'],
  ['leave-flag', 'C', either, either, true, 'B'],
  ['leave-flag', 'D', either, either, true, 'cannot-be'],
  ['leave-flag', 'E', either, either, true, 'cannot-be'],
  ['leave-flag', 'F', either, either, true, 'cannot-be'],
  ['leave-flag', 'A', either, either, false, 'A'],
  ['leave-flag', 'B', either, either, false, 'B'],
  ['leave-flag', 'C', either, either, false, 'C'],
  ['leave-flag', 'D', either, either, false, 'D'],
  ['leave-flag', 'E', either, either, false, 'E'],
  ['leave-flag', 'F', either, either, false, 'F'],

  ['re-announce', 'A', either, either, either, 'cannot-be'],
  ['re-announce', 'B', either, either, either, 'cannot-be'],
  ['re-announce', 'C', either, either, either, 'B'],
  ['re-announce', 'D', either, either, either, 'cannot-be'],
  ['re-announce', 'E', either, either, either, 'cannot-be'],
  ['re-announce', 'F', either, either, either, 'cannot-be'],
];

/** What is shown: the strongest flag set, in this order, else the base state. */
export const flagDisplays = [
  ['isOut', 'I'],
  ['isSuppressed', 'H'],
  ['isShelved', 'G'],
] as const;

const fits = (column: Either, value: boolean): boolean => column === either || column === value;

/** Rows of the table that say what happens; exactly one. */
export const rowsFor = (
  event: TableEvent,
  from: Base,
  policy: { readonly acknowledge: boolean; readonly latch: boolean },
  condition: boolean,
): readonly Row[] =>
  transitions.filter(
    (row) =>
      row[0] === event &&
      row[1] === from &&
      fits(row[2], policy.acknowledge) &&
      fits(row[3], policy.latch) &&
      fits(row[4], condition),
  );
