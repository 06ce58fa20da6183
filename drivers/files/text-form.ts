/** How records stand in a file: `KJ;AQSS|a;b;c~a;b;c~||` (Sun Jiping 2009: one file a batch). */
export interface TextForm {
  /** Ends the header; empty where there is none. */
  readonly header: string;
  readonly field: string;
  readonly record: string;
  /** Any of them ends the batch. */
  readonly batch: readonly string[];
}

/** One record, cut out and not yet understood. */
export interface CutRecord {
  readonly words: readonly string[];
  /** As it stands in the file, without its end mark. */
  readonly text: string;
  /** Line of its first character, counted from 1. */
  readonly line: number;
}

export interface CutBatch {
  /** `KJ`, `AQSS`; empty where none stands. */
  readonly header: readonly string[];
  readonly records: readonly CutRecord[];
}

export interface CutText {
  readonly batches: readonly CutBatch[];
  /** The text ends with a batch's end mark: the writer has finished. */
  readonly isEnded: boolean;
  /** What stands at the end without any end mark: a record that may be cut short, so it is not used. */
  readonly rest: CutRecord | undefined;
}

interface Mark {
  readonly at: number;
  readonly end: number;
}

/**
 * Batches and records of a text. A record is whole when its own end mark or that of its batch follows. Marks are looked
 * for in the decoded text: in GBK the second byte of a character may be that of `|` or `~`. Never throws.
 */
export function cutText(text: string, form: TextForm): CutText {
  const batches: CutBatch[] = [];
  const lines = new LineCount(text);
  let isEnded = false;
  let from = firstInk(text, 0);
  while (from < text.length) {
    const header = headerMark(text, form, from);
    const begin = header?.end ?? from;
    const end = earliest(text, form.batch, begin);
    const words = header ? wordsOf(text.slice(from, header.at), form) : [];
    const cut = cutRecords(text, form, begin, end?.at ?? text.length, lines);
    isEnded = end !== undefined;
    if (!end) {
      batches.push({ header: words, records: cut.records });
      return { batches, isEnded, rest: cut.last };
    }
    batches.push({ header: words, records: cut.last ? [...cut.records, cut.last] : cut.records });
    from = firstInk(text, end.end);
  }
  return { batches, isEnded, rest: undefined };
}

/** The header's end, where it comes before that of the first record. */
function headerMark(text: string, { header, record }: TextForm, from: number): Mark | undefined {
  if (header === '') return undefined;
  const at = text.indexOf(header, from);
  if (at < 0) return undefined;
  const firstRecord = text.indexOf(record, from);
  return firstRecord >= 0 && firstRecord < at ? undefined : { at, end: at + header.length };
}

function earliest(text: string, marks: readonly string[], from: number): Mark | undefined {
  let found: Mark | undefined;
  for (const mark of marks) {
    const at = text.indexOf(mark, from);
    if (at >= 0 && (!found || at < found.at)) found = { at, end: at + mark.length };
  }
  return found;
}

function cutRecords(
  text: string,
  form: TextForm,
  begin: number,
  end: number,
  lines: LineCount,
): { readonly records: readonly CutRecord[]; readonly last: CutRecord | undefined } {
  const records: CutRecord[] = [];
  for (let from = begin; ; ) {
    const mark = text.indexOf(form.record, from);
    const isLast = mark < 0 || mark >= end;
    const record = cutRecord(text, form, from, isLast ? end : mark, lines);
    if (isLast) return { records, last: record };
    if (record) records.push(record);
    from = mark + form.record.length;
  }
}

function cutRecord(text: string, form: TextForm, from: number, end: number, lines: LineCount): CutRecord | undefined {
  const start = firstInk(text, from);
  if (start >= end) return undefined;
  const own = text.slice(start, end).trimEnd();
  return own === '' ? undefined : { words: wordsOf(own, form), text: own, line: lines.lineOf(start) };
}

const wordsOf = (text: string, { field }: TextForm): string[] => text.split(field).map((word) => word.trim());

/** The next character that is no blank, line end or byte order mark. */
function firstInk(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\s\uFEFF]/.test(text[at] as string)) at += 1;
  return at;
}

/** Lines of ascending places, without counting any twice. */
class LineCount {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  lineOf(place: number): number {
    for (;;) {
      const next = this.#text.indexOf('\n', this.#at);
      if (next < 0 || next >= place) return this.#line;
      this.#line += 1;
      this.#at = next + 1;
    }
  }
}
