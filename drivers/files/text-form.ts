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
  const marks = new MarkFinder(text);
  const lines = new LineCount(text);
  let isEnded = false;
  let from = firstInk(text, 0);
  while (from < text.length) {
    const header = headerMark(marks, form, from);
    const begin = header?.end ?? from;
    const end = earliest(marks, form.batch, begin);
    const words = header ? wordsOf(text.slice(from, header.at), form) : [];
    const cut = cutRecords(text, form, begin, end?.at ?? text.length, { marks, lines });
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
function headerMark(marks: MarkFinder, { header, record }: TextForm, from: number): Mark | undefined {
  if (header === '') return undefined;
  const at = marks.find(header, from);
  return at === none || marks.find(record, from) < at ? undefined : { at, end: at + header.length };
}

function earliest(marks: MarkFinder, ends: readonly string[], from: number): Mark | undefined {
  let found: Mark | undefined;
  for (const end of ends) {
    const at = marks.find(end, from);
    if (at < (found?.at ?? none)) found = { at, end: at + end.length };
  }
  return found;
}

function cutRecords(
  text: string,
  form: TextForm,
  begin: number,
  end: number,
  { marks, lines }: { readonly marks: MarkFinder; readonly lines: LineCount },
): { readonly records: readonly CutRecord[]; readonly last: CutRecord | undefined } {
  const records: CutRecord[] = [];
  for (let from = begin; ; ) {
    const mark = marks.find(form.record, from);
    const isLast = mark >= end;
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

/** Where a mark stands that stands nowhere. */
const none = Number.POSITIVE_INFINITY;

/** Where marks stand, for places that ascend: no stretch is searched twice for the same mark. */
class MarkFinder {
  readonly #text: string;
  readonly #found = new Map<string, { readonly from: number; readonly at: number }>();

  constructor(text: string) {
    this.#text = text;
  }

  find(mark: string, from: number): number {
    const known = this.#found.get(mark);
    if (known && known.from <= from && from <= known.at) return known.at;
    const place = this.#text.indexOf(mark, from);
    const at = place < 0 ? none : place;
    this.#found.set(mark, { from, at });
    return at;
  }
}

/** Lines of ascending places, without counting any twice. */
class LineCount {
  readonly #marks: MarkFinder;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#marks = new MarkFinder(text);
  }

  lineOf(place: number): number {
    for (;;) {
      const next = this.#marks.find('\n', this.#at);
      if (next >= place) return this.#line;
      this.#line += 1;
      this.#at = next + 1;
    }
  }
}
