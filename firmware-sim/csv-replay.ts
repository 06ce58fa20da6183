import { readFileSync } from 'node:fs';
import type { DeviceModel } from '../gateway/contract/index.js';
import type { RegisterMap } from './registers/register-map.js';

/** One column of a recorded file, shown through registers. */
export interface CsvReplaySpec {
  readonly path: string;
  /** Heading of the column, or its number from 0 in a file without headings. */
  readonly column: string | number;
  /** An int16 counts `step`; a float32 holds the number itself. */
  readonly as: 'int16' | 'float32';
  /** 1 when left out. */
  readonly step?: number;
  /** Time between two rows in the record, ms. Left out, each read of the registers has the next row. */
  readonly rowMs?: number;
  /** So many times as fast as recorded; 1 when left out. */
  readonly speed?: number;
}

/** Values at address 0; the number of the row they are from, counted from 0, as an uint32 at address 10. */
export const replayRowAddress = 10;

const separators = [',', ';', '\t'] as const;

/** The numbers of one column; NaN where a cell holds none. Cells are not quoted. Throws when the column is not there. */
export function csvColumn(text: string, column: string | number): Float64Array {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const heading = lines[0] ?? '';
  const separator = separators.find((one) => heading.includes(one)) ?? ',';
  const index = typeof column === 'number' ? column : heading.split(separator).map(trimmed).indexOf(column);
  if (index < 0 || index >= heading.split(separator).length) {
    throw new Error(`no column "${column}" among: ${heading}`);
  }
  const rows = typeof column === 'number' ? lines : lines.slice(1);
  return Float64Array.from(rows, (line) => {
    const cell = trimmed(line.split(separator)[index] ?? '');
    return cell === '' ? Number.NaN : Number(cell);
  });
}

const trimmed = (cell: string): string => cell.trim();

/** A recorded column as a model: its row moves with time, or by `nextRow`. Stays on the last row at the end. */
export class CsvReplay implements DeviceModel {
  readonly map: RegisterMap;
  readonly #column: Float64Array;
  readonly #spec: CsvReplaySpec;
  #row = -1;
  #elapsedMs = 0;

  /** Reads the file at once; throws when it or its column is not there. */
  constructor(spec: CsvReplaySpec) {
    this.#spec = spec;
    this.#column = csvColumn(readFileSync(spec.path, 'utf8'), spec.column);
    if (spec.rowMs !== undefined) this.#row = 0;
    this.map = {
      entries: [
        { area: 'holding', address: 0, tag: 'value', type: spec.as, step: spec.as === 'int16' ? (spec.step ?? 1) : 1 },
        { area: 'holding', address: replayRowAddress, tag: 'row', type: 'uint32' },
      ],
    };
  }

  get values(): Readonly<Record<string, number>> {
    const row = Math.max(0, this.#row);
    return { value: this.#column[row] ?? Number.NaN, row };
  }

  get rows(): number {
    return this.#column.length;
  }

  advance(byMs: number): void {
    if (this.#spec.rowMs === undefined) return;
    this.#elapsedMs += byMs * (this.#spec.speed ?? 1);
    this.#row = Math.min(this.rows - 1, Math.floor(this.#elapsedMs / this.#spec.rowMs));
  }

  /** Called before each read; moves on when rows are counted by reads. */
  nextRow(): void {
    if (this.#spec.rowMs === undefined) this.#row = Math.min(this.rows - 1, this.#row + 1);
  }

  command(): void {}
}
