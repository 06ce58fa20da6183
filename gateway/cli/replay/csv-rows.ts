import { readFile } from 'node:fs/promises';
import type { RecordedRow } from '../../runtime/index.js';
import type { Cli } from '../cli.js';
import { type CsvCells, csvCells } from '../csv-cells.js';
import { Failure } from '../failure.js';
import { parseSiteTime } from '../site-time.js';

/** How a recorded table is to be read. */
export interface TableReading {
  readonly file: string;
  /** Tag by the heading of its column. */
  readonly tags: ReadonlyMap<string, string>;
  /** Times of rows: so many ms from one to the next, or a column. */
  readonly times: { readonly everyMs: number } | { readonly column: string };
  readonly zone: string;
}

/** NaN where a cell holds no number. A comma is a decimal one where it separates no cells. */
function numberOf(cell: string, delimiter: string): number {
  const text = delimiter === ',' ? cell : cell.replace(/^(-?\d+),(\d+)$/, '$1.$2');
  return text === '' ? Number.NaN : Number(text);
}

const epochPattern = /^(\d{10})(?:\.\d+)?$|^(\d{13})$/;

/** ms UTC of a cell: a time at the site, one with a zone of its own, or seconds or ms since 1970. */
function timeOf(cell: string, zone: string): number | undefined {
  const [, seconds, ms] = epochPattern.exec(cell) ?? [];
  if (seconds !== undefined) return Number(cell) * 1000;
  return ms === undefined ? parseSiteTime(cell, zone, 0) : Number(ms);
}

class TableReader {
  readonly #cli: Cli;
  readonly #how: TableReading;
  readonly #delimiter: string;
  readonly #head: readonly string[];

  constructor(cli: Cli, how: TableReading, delimiter: string, head: readonly string[]) {
    this.#cli = cli;
    this.#how = how;
    this.#delimiter = delimiter;
    this.#head = head;
  }

  rows(records: readonly (readonly string[])[]): RecordedRow[] {
    const columns = [...this.#how.tags].map(([header, tag]) => [this.#column(header), tag] as const);
    const timeColumn = 'column' in this.#how.times ? this.#column(this.#how.times.column) : -1;
    let last = Number.NEGATIVE_INFINITY;
    return records.map((record, index) => {
      const time = this.#time(record[timeColumn] ?? '', index);
      if (time < last) throw this.#fault(this.#cli.m.replay.timeBack({ file: this.#how.file, row: index + 2 }));
      last = time;
      const values = columns.map(([column, tag]) => [tag, numberOf(record[column] ?? '', this.#delimiter)] as const);
      return { time, values: Object.fromEntries(values) };
    });
  }

  #column(header: string): number {
    const { file } = this.#how;
    const at = this.#head.indexOf(header);
    if (at >= 0) return at;
    throw this.#fault(this.#cli.m.replay.noColumn({ file, column: header, columns: this.#head }));
  }

  #time(cell: string, index: number): number {
    const { times, zone, file } = this.#how;
    if ('everyMs' in times) return index * times.everyMs;
    const time = timeOf(cell, zone);
    if (time !== undefined) return time;
    throw this.#fault(this.#cli.m.replay.badRowTime({ file, row: index + 2, value: cell }));
  }

  #fault(message: string): Failure {
    return new Failure(message, 'wrong');
  }
}

/**
 * The rows of a recorded table: comma, semicolon or tab, headings in the first row. An empty cell, or one that is no
 * number, is a reading that failed. Ends the command when the table is not as named.
 */
export async function csvRows(cli: Cli, how: TableReading): Promise<RecordedRow[]> {
  const { m } = cli;
  const { file } = how;
  const bytes = await readFile(file);
  const { rows, delimiter } = await csvCells(bytes).catch((cause: unknown): CsvCells => {
    throw new Failure(m.replay.badTable({ file, reason: (cause as Error).message }), 'wrong', { cause });
  });
  const [head = [], ...rest] = rows;
  if (rest.length === 0) throw new Failure(m.replay.noRows({ file }), 'wrong');
  return new TableReader(cli, how, delimiter, head).rows(rest);
}
