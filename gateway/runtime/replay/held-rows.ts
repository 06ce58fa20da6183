import type { RecordedRow } from './replay-rows.js';

/** How a record that holds only what changed is filled up again. */
export interface Hold {
  /** The longest its sink leaves a tag unsaid. */
  readonly maxMs: number;
  /** How often the device was read: rows that are missing are put in so often. */
  readonly everyMs: number;
}

interface Said {
  readonly value: number | string;
  readonly time: number;
}

/**
 * The same record with what was said before where a row leaves a tag out, and with rows where none is, for as long as the
 * sink may have left a tag unsaid. What is older than that nobody knows: a tag counts as a failed reading, and where all
 * of them are older there is no row, as if the device had fallen silent.
 */
export function* heldRows(rows: Iterable<RecordedRow>, { maxMs, everyMs }: Hold): Generator<RecordedRow> {
  const said = new Map<string, Said>();
  // What is due comes with the reading that finds it due.
  const isHeld = ({ time }: Said, now: number): boolean => now - time <= maxMs + everyMs;
  const valuesAt = (now: number): RecordedRow['values'] =>
    Object.fromEntries([...said].map(([tag, one]) => [tag, isHeld(one, now) ? one.value : Number.NaN]));
  let last: number | undefined;
  for (const { time, values } of rows) {
    for (let at = (last ?? time) + everyMs; at <= time - everyMs / 2; at += everyMs) {
      if (![...said.values()].some((one) => isHeld(one, at))) break;
      yield { time: at, values: valuesAt(at) };
    }
    for (const [tag, value] of Object.entries(values)) said.set(tag, { value, time });
    yield { time, values: valuesAt(time) };
    last = time;
  }
}
