import { FrameBuilder, hasValue, Quality, type Reading, type TagTable } from '../../../gateway/contract/index.js';

/** What was last told of one table, and which of it since the last look. */
interface Row {
  readonly values: Float64Array;
  readonly quality: Uint8Array;
  readonly texts: Map<number, string>;
  readonly isTold: Uint8Array;
}

/**
 * A subscription tells changes alone: what it says nothing of stands as it was, as long as the server keeps it alive.
 * This holds what stands, so that it can be told again before it counts as silence.
 */
export class StandingValues {
  readonly #rows = new Map<TagTable, Row>();

  /** A reading that was told of this session. */
  note({ table, values, quality, texts }: Reading): void {
    const row = this.#rows.get(table) ?? newRow(table.tags.length);
    this.#rows.set(table, row);
    for (let slot = 0; slot < quality.length; slot += 1) {
      if (quality[slot] === Quality.absent) continue;
      row.values[slot] = values[slot] as number;
      row.quality[slot] = quality[slot] as number;
      row.isTold[slot] = 1;
      const text = texts?.get(slot);
      if (text === undefined) row.texts.delete(slot);
      else row.texts.set(slot, text);
    }
  }

  /** What stands and was not told since the last call: a reading a table, of now, for the device did not stamp it. */
  take(): Reading[] {
    return [...this.#rows].flatMap(([table, row]) => {
      const builder = new FrameBuilder(table);
      let count = 0;
      for (const [slot, code] of row.quality.entries()) {
        if (code === Quality.absent || row.isTold[slot] === 1) continue;
        count += 1;
        const text = row.texts.get(slot);
        if (!hasValue(code)) builder.bad(slot, code);
        else if (text === undefined) builder.set(slot, row.values[slot] as number, code);
        else builder.text(slot, text, code);
      }
      row.isTold.fill(0);
      return count > 0 ? [builder.build()] : [];
    });
  }

  /** Another session: what stood in the one before may not stand any more. */
  clear(): void {
    this.#rows.clear();
  }
}

const newRow = (slots: number): Row => ({
  values: new Float64Array(slots).fill(Number.NaN),
  quality: new Uint8Array(slots),
  texts: new Map(),
  isTold: new Uint8Array(slots),
});
