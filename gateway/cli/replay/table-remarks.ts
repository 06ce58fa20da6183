/** A cell that cannot be read, or with `column` null a row with more cells than there are headings. */
export interface BadCell {
  /** Of the file, from 1. */
  readonly line: number;
  readonly column: string | null;
  readonly tag: string | null;
  readonly text: string;
}

/** A row without a time that can be read. */
export interface UntimedRow {
  readonly line: number;
  readonly text: string;
}

/** What somebody should know of a table before they believe what was judged of it. */
export interface TableRemarksJson {
  readonly file: string;
  /** Cells and rows that count as failed readings, and where the first of them are. */
  readonly unread: { readonly count: number; readonly first: readonly BadCell[] };
  /** Rows that were passed over since nobody knows when they were, and where the first of them are. */
  readonly untimed: { readonly count: number; readonly first: readonly UntimedRow[] };
  /** Columns in which `1,234` was taken for a decimal, though nothing in them says so. */
  readonly doubtful: readonly { readonly column: string; readonly text: string }[];
  /** Columns that look as if only what changed had been written. */
  readonly sparse: readonly string[];
}

/** Places told; the others are counted. */
const placesMax = 5;
const textMax = 40;

/** A column in which more than half of so many cells are empty once it has begun. */
const sparseCellsMin = 20;
const sparseShare = 0.5;

const cut = (text: string): string => (text.length > textMax ? `${text.slice(0, textMax)}…` : text);

/** Gathers what is remarkable of a table while it is read. */
export class TableRemarks {
  readonly #file: string;
  readonly #first: BadCell[] = [];
  #count = 0;
  readonly #untimed: UntimedRow[] = [];
  #untimedCount = 0;
  readonly #doubtful: { readonly column: string; readonly text: string }[] = [];
  /** Cells of each column from the first that says something on. */
  readonly #seen = new Map<string, { cells: number; unsaid: number }>();

  constructor(file: string) {
    this.#file = file;
  }

  unread(cell: BadCell): void {
    this.#count += 1;
    if (this.#first.length < placesMax) this.#first.push({ ...cell, text: cut(cell.text) });
  }

  untimed(line: number, text: string): void {
    this.#untimedCount += 1;
    if (this.#untimed.length < placesMax) this.#untimed.push({ line, text: cut(text) });
  }

  torn(line: number, text: string): void {
    this.unread({ line, column: null, tag: null, text });
  }

  doubtful(column: string, text: string): void {
    this.#doubtful.push({ column, text });
  }

  saw(column: string, isUnsaid: boolean): void {
    const seen = this.#seen.get(column);
    if (seen) {
      seen.cells += 1;
      if (isUnsaid) seen.unsaid += 1;
    } else if (!isUnsaid) {
      this.#seen.set(column, { cells: 0, unsaid: 0 });
    }
  }

  found(): TableRemarksJson {
    const sparse = [...this.#seen].flatMap(([column, { cells, unsaid }]) =>
      cells >= sparseCellsMin && unsaid > cells * sparseShare ? [column] : [],
    );
    const unread = { count: this.#count, first: this.#first };
    const untimed = { count: this.#untimedCount, first: this.#untimed };
    return { file: this.#file, unread, untimed, doubtful: this.#doubtful, sparse };
  }
}
