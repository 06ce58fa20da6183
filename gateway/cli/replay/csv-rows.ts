import { readFile } from 'node:fs/promises';
import type { Tag } from '../../contract/index.js';
import type { RecordedRow } from '../../runtime/index.js';
import type { Cli } from '../cli.js';
import { type CsvCells, csvCells } from '../csv-cells.js';
import { Failure } from '../failure.js';
import { parseSiteTime } from '../site-time.js';
import { type CellValue, columnReading, isBlank } from './cell-reading.js';
import { TableRemarks, type TableRemarksJson } from './table-remarks.js';

/** How a recorded table is to be read. */
export interface TableReading {
  readonly file: string;
  /** Tag by the heading of its column. */
  readonly tags: ReadonlyMap<string, Pick<Tag, 'name' | 'type'>>;
  /** Times of rows: so many ms from one to the next, or a column. */
  readonly times: { readonly everyMs: number } | { readonly column: string };
  readonly zone: string;
  /** Only what changed was written: an empty cell says nothing, where it else is a reading that failed. */
  readonly isThinned: boolean;
}

export interface RecordedTable {
  readonly rows: readonly RecordedRow[];
  readonly remarks: TableRemarksJson;
}

const epochPattern = /^(\d{10})(?:\.\d+)?$|^(\d{13})(\d{3}|\d{6})?$/;

/** ms UTC of a cell: a time at the site, one with a zone of its own, or s, ms, µs or ns since 1970. */
function timeOf(cell: string, zone: string): number | undefined {
  const [, seconds, ms] = epochPattern.exec(cell) ?? [];
  if (seconds !== undefined) return Number(cell) * 1000;
  return ms === undefined ? parseSiteTime(cell, zone, 0) : Number(ms);
}

/** A time that broke off can read as one before the row before: `2026-11-21 20:04` of `2026-11-21 20:04:11`. */
const isCutOf = (cell: string, before: string): boolean => cell.length < before.length && before.startsWith(cell);

/** One column that is read. */
interface Column {
  readonly at: number;
  readonly header: string;
  readonly tag: string;
  readonly read: (cell: string) => CellValue;
  /** Where InfluxDB keeps the quality of what is not good; −1 where the table has none. */
  readonly qualityAt: number;
}

class TableReader {
  readonly #cli: Cli;
  readonly #how: TableReading;
  readonly #cells: CsvCells;
  readonly #head: readonly string[];
  readonly #remarks: TableRemarks;

  constructor(cli: Cli, how: TableReading, cells: CsvCells) {
    this.#cli = cli;
    this.#how = how;
    this.#cells = cells;
    this.#head = cells.rows[0] ?? [];
    this.#remarks = new TableRemarks(how.file);
  }

  read(): RecordedTable {
    const { tags, times, file } = this.#how;
    const columns = [...tags].map(([header, tag]) => this.#column(header, tag));
    const timeColumn = 'column' in times ? this.#place(times.column) : -1;
    const { rows: records, lines, delimiter } = this.#cells;
    const firstCell = records[1]?.[timeColumn] ?? '';
    const rows: RecordedRow[] = [];
    let last = { time: Number.NEGATIVE_INFINITY, cell: '' };
    for (let index = 1; index < records.length; index += 1) {
      const record = records[index] as readonly string[];
      const line = lines[index] as number;
      const cell = record[timeColumn] ?? '';
      const time = this.#time(cell, index - 1);
      // What is read is given up: of a long table cells and values do not fit beside each other.
      records[index] = noCells;
      if (time === undefined || (time < last.time && isCutOf(cell, last.cell))) {
        this.#remarks.untimed(line, record.join(delimiter));
        continue;
      }
      if (time < last.time) throw wrong(this.#cli.m.replay.timeBack({ file, line }));
      last = { time, cell };
      rows.push({ time, values: this.#values(record, columns, line) });
    }
    if (rows.length > 0) return { rows, remarks: this.#remarks.found() };
    // Not a row has one: the column is another, or written in a way of its own.
    throw wrong(this.#cli.m.replay.badRowTime({ file, line: lines[1] as number, value: firstCell }));
  }

  #column(header: string, { name: tag, type }: Pick<Tag, 'name' | 'type'>): Column {
    const at = this.#place(header);
    const { rows, delimiter } = this.#cells;
    const { read, doubtful } = columnReading(type, cellsAt(rows, at), delimiter);
    if (doubtful !== undefined) this.#remarks.doubtful(header, doubtful);
    return { at, header, tag, read, qualityAt: this.#head.indexOf(`${header}_quality`) };
  }

  #place(header: string): number {
    const at = this.#head.indexOf(header);
    if (at >= 0) return at;
    const { file } = this.#how;
    throw wrong(this.#cli.m.replay.noColumn({ file, column: header, columns: this.#head }));
  }

  #values(record: readonly string[], columns: readonly Column[], line: number): RecordedRow['values'] {
    // More cells than headings: some comma parts no cells, and nobody knows which.
    const { length } = this.#head;
    const isTorn = record.length > length && record.slice(length).some((cell) => cell !== '');
    if (isTorn) this.#remarks.torn(line, record.join(this.#cells.delimiter));
    const values: Record<string, number | string> = {};
    for (const { at, header, tag, read, qualityAt } of columns) {
      const cell = record[at] ?? '';
      const isUnsaid = isBlank(cell) && (record[qualityAt] ?? '') === '';
      this.#remarks.saw(header, isUnsaid);
      if (this.#how.isThinned && isUnsaid) continue;
      const value = isTorn ? Number.NaN : read(cell);
      if (value === undefined) this.#remarks.unread({ line, column: header, tag, text: cell });
      values[tag] = value ?? Number.NaN;
    }
    return values;
  }

  /** ms UTC; undefined where nobody can read it. */
  #time(cell: string, index: number): number | undefined {
    const { times, zone } = this.#how;
    return 'everyMs' in times ? index * times.everyMs : timeOf(cell, zone);
  }
}

function* cellsAt(rows: readonly (readonly string[])[], at: number): Generator<string> {
  for (let index = 1; index < rows.length; index += 1) yield rows[index]?.[at] ?? '';
}

const noCells: string[] = [];

const wrong = (message: string): Failure => new Failure(message, 'wrong');

/**
 * The rows of a recorded table: comma, semicolon or tab, headings in the first row. An empty cell is a reading that
 * failed, and so is one that cannot be read, which is told. Ends the command when the table is not as named.
 */
export async function csvRows(cli: Cli, how: TableReading): Promise<RecordedTable> {
  const { m } = cli;
  const { file } = how;
  const bytes = await readFile(file);
  const cells = await csvCells(bytes).catch((cause: unknown): CsvCells => {
    throw new Failure(m.replay.badTable({ file, reason: (cause as Error).message }), 'wrong', { cause });
  });
  if (cells.rows.length < 2) throw wrong(m.replay.noRows({ file }));
  return new TableReader(cli, how, cells).read();
}
