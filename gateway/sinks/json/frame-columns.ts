import { type Frame, hasValue, Quality } from '../../contract/index.js';

/** A frame by tag name, as JSON can hold it. A slot not read this time is in none of the columns. */
export interface FrameColumns {
  /** Only where there is a value. */
  readonly values: Readonly<Record<string, number | boolean | string>>;
  /** Of the values that have one. */
  readonly units: Readonly<Record<string, string>>;
  /** The quality byte where it is not plain good; a good slot without a value is bad. */
  readonly quality: Readonly<Record<string, number>>;
  /** ms UTC, where the device stamps its values itself. */
  readonly times: Readonly<Record<string, number>>;
}

function slotValue({ table, values, texts }: Frame, slot: number): number | boolean | string | undefined {
  const type = table.tags[slot]?.type;
  if (type === 'text') return texts?.get(slot);
  const value = values[slot] as number;
  if (!Number.isFinite(value)) return undefined;
  return type === 'boolean' ? value !== 0 : value;
}

/** Columns of a frame by the tag names of its own table. */
export function frameColumns(frame: Frame): FrameColumns {
  const values: Record<string, number | boolean | string> = {};
  const units: Record<string, string> = {};
  const quality: Record<string, number> = {};
  const times: Record<string, number> = {};
  frame.table.tags.forEach(({ name, unit }, slot) => {
    const code = frame.quality[slot] as number;
    if (code === Quality.absent) return;
    const value = hasValue(code) ? slotValue(frame, slot) : undefined;
    if (value !== undefined) {
      values[name] = value;
      if (unit !== '') units[name] = unit;
    }
    const said = hasValue(code) && value === undefined ? Quality.bad : code;
    if (said !== Quality.good) quality[name] = said;
    const time = frame.times?.[slot] ?? Number.NaN;
    if (Number.isFinite(time)) times[name] = time;
  });
  return { values, units, quality, times };
}

/** The same keys with other values. */
export const mapValues = <In, Out>(
  record: Readonly<Record<string, In>>,
  change: (value: In) => Out,
): Readonly<Record<string, Out>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

export const isEmpty = (record: object): boolean => Object.keys(record).length === 0;
