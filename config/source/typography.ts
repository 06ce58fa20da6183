import { toAscii } from './full-width.js';

/** A piece of a line to be written otherwise; `at` counts UTF-16 units from the line's start. */
export interface Edit {
  readonly at: number;
  readonly length: number;
  readonly to: string;
  readonly kind: 'full-width' | 'indentation' | 'misaligned' | 'space-after-colon';
}

export interface RepairedLine {
  /** From 1. */
  readonly line: number;
  readonly edits: readonly Edit[];
  readonly text: string;
}

type Bracket = '[' | '{';

const keyCharacters = String.raw`[\p{L}\p{N}_.-]+`;
const listDash = /^[-－—]\s+/u;
const wideKey = new RegExp(String.raw`^(${keyCharacters})(\s*)：(\s*)`, 'u');
/** Not in a list, where `profile:xy-md02` is a text. */
const tightBlockKey = /^(\p{L}[\p{L}\p{N}_.-]*):(?=[^\s/:])/u;
const tightFlowKey = new RegExp(String.raw`^(${keyCharacters}):(?=[^\s/,}\]])`, 'u');
const keyFollows = new RegExp(String.raw`^\s*["“]?${keyCharacters}["”]?\s*[:：]`, 'u');
const closers: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”', '”': '”', '‘': '’', '’': '’' };

/** Walks one line outside quotes and comments and notes what has to be written otherwise. */
class LineScan {
  readonly edits: Edit[] = [];
  private at = 0;
  private valueStarts = true;
  private keyStarts = true;
  private readonly line: string;
  private readonly open: Bracket[];

  constructor(line: string, open: Bracket[]) {
    this.line = line;
    this.open = open;
  }

  run(): void {
    if (this.open.length === 0) this.scanLineStart();
    while (this.at < this.line.length && !this.step()) {
      // each step moves on by itself
    }
  }

  private edit(at: number, length: number, to: string, kind: Edit['kind'] = 'full-width'): void {
    if (this.line.slice(at, at + length) !== to) this.edits.push({ at, length, to, kind });
  }

  /** Dashes, key and colon of a block: the only place where a full-width colon is no part of a text. */
  private scanLineStart(): void {
    const start = this.at;
    for (let dash = listDash.exec(this.rest()); dash; dash = listDash.exec(this.rest())) {
      this.edit(this.at, 1, '-');
      this.at += dash[0].length;
    }
    const wide = wideKey.exec(this.rest());
    const match = wide ?? (this.at === start ? tightBlockKey.exec(this.rest()) : null);
    if (match) this.keyHere(match);
  }

  private rest(): string {
    return this.line.slice(this.at);
  }

  /** Writes the colon behind a key as YAML wants it: key, blanks, colon, blanks. */
  private keyHere([whole, key = '', before, after]: RegExpExecArray): void {
    const isWide = before !== undefined && after !== undefined;
    const end = this.at + whole.length;
    const colon = end >= this.line.length ? ':' : ': ';
    if (isWide) this.edit(this.at + key.length, whole.length - key.length, colon);
    else this.edit(this.at + key.length, 1, ': ', 'space-after-colon');
    this.at = end;
    this.keyStarts = false;
    this.valueStarts = true;
  }

  /** Returns true at a comment, where the line ends. */
  private step(): boolean {
    const character = this.line[this.at] as string;
    const before = this.line[this.at - 1];
    if ((character === '#' || character === '＃') && (before === undefined || /\s/.test(before))) {
      this.edit(this.at, 1, '#');
      return true;
    }
    if (this.valueStarts && character in closers) this.skipQuoted(character);
    else if (!this.flowKeyHere()) this.structure(character);
    return false;
  }

  private skipQuoted(opener: string): void {
    const wide = opener !== '"' && opener !== "'";
    const end = this.closingQuote(opener);
    if (end === undefined) {
      // An ASCII quote left open is for the parser to tell; a wide one is plain text then.
      this.at = wide ? this.at + 1 : this.line.length;
      this.valueStarts = false;
      return;
    }
    if (wide) {
      const inner = this.line.slice(this.at + 1, end);
      const quote = inner.includes('"') ? "'" : '"';
      this.edit(this.at, 1, quote);
      this.edit(end, 1, quote);
    }
    this.at = end + 1;
    this.valueStarts = false;
    this.keyStarts = false;
  }

  private closingQuote(opener: string): number | undefined {
    const closer = closers[opener] as string;
    for (let at = this.at + 1; at < this.line.length; at += 1) {
      const character = this.line[at];
      if (opener === '"' && character === '\\') at += 1;
      else if (character === closer || (opener === '“' && character === '“')) return at;
    }
    return undefined;
  }

  /** Key and colon of a flow mapping, right after its bracket or a comma. */
  private flowKeyHere(): boolean {
    if (!this.keyStarts || this.open.at(-1) !== '{') return false;
    const match = wideKey.exec(this.rest()) ?? tightFlowKey.exec(this.rest());
    if (match) this.keyHere(match);
    return match !== null;
  }

  private structure(character: string): void {
    const ascii = toAscii(character);
    if ((ascii === '[' || ascii === '{') && this.valueStarts) {
      this.edit(this.at, 1, ascii);
      this.open.push(ascii);
    } else if ((ascii === ']' || ascii === '}') && this.open.length > 0) {
      this.edit(this.at, 1, ascii);
      this.open.pop();
    } else if (ascii === ',' && this.separates(character)) {
      const wide = character !== ',';
      const spaced = /^\s/.test(this.line.slice(this.at + 1));
      this.edit(this.at, 1, wide && !spaced ? ', ' : ',');
      this.valueStarts = true;
      this.keyStarts = true;
      this.at += 1;
      return;
    } else if (character === '\u3000' || character === '\u00a0') {
      this.spaceHere();
      return;
    }
    const opens = ascii === '[' || ascii === '{';
    const afterSign = (character === ':' || character === '-') && /^(\s|$)/.test(this.line.slice(this.at + 1));
    const isBlank = /\s/.test(character);
    this.valueStarts = opens || afterSign || (this.valueStarts && isBlank);
    this.keyStarts = opens || (this.keyStarts && isBlank);
    this.at += 1;
  }

  private separates(character: string): boolean {
    const bracket = this.open.at(-1);
    if (bracket === undefined) return false;
    return character === ',' || bracket === '[' || keyFollows.test(this.line.slice(this.at + 1));
  }

  /** A wide space counts only where YAML wants a space or nothing: after a sign and at the line's end. */
  private spaceHere(): void {
    const end = this.at + (/^[\s]+/.exec(this.line.slice(this.at)) as RegExpExecArray)[0].length;
    if (end === this.line.length) this.edit(this.at, end - this.at, '');
    else if (this.valueStarts || this.line[this.at - 1] === ':') {
      this.edit(this.at, end - this.at, ' ');
      this.valueStarts = true;
    }
    this.at = end;
  }
}

function apply(line: string, edits: readonly Edit[]): string {
  let repaired = '';
  let from = 0;
  for (const edit of edits) {
    repaired += line.slice(from, edit.at) + edit.to;
    from = edit.at + edit.length;
  }
  return repaired + line.slice(from);
}

/** Characters before the first that is no blank. */
const depthOf = (line: string): number => line.length - line.trimStart().length;

/** An indentation with tabs or wide spaces, written with spaces; a tab counts `tabWidth`. */
function indentation(line: string, tabWidth: number): Edit | undefined {
  const [blank = ''] = /^[ \t\u3000\u00a0]*/.exec(line) ?? [];
  if (blank.length === line.length || !/[\t\u3000\u00a0]/.test(blank)) return undefined;
  const to = blank.replaceAll('\t', ' '.repeat(tabWidth)).replaceAll('\u3000', '  ').replaceAll('\u00a0', ' ');
  return { at: 0, length: blank.length, to, kind: 'indentation' };
}

/** Most files have nothing of the kind, and then no line needs to be walked. */
const suspicious =
  /[\u00a0\u3000\u3001\u3010\u3011\u2018-\u201d\uff03\uff0c\uff1a\uff3b\uff3d\uff5b\uff5d]|^[ ]*\t|^\s*[－—]\s|^\s*\p{L}[\p{L}\p{N}_.-]*:[^\s/]|[{,]\s*[\p{L}\p{N}_.-]+:[^\s/,}\]]/mu;

/** A key or a dash behind which a text follows on deeper lines (YAML 1.2 §8.1). */
const textFollows = /(?:[:：]\s*|^\s*(?:-\s+)+)[|>][-+0-9]*\s*(?:[#＃].*)?$/u;

/**
 * Finds what Chinese and hurried typing puts in place of YAML's own signs (`：，“”【】＃`, wide spaces, tabs in the
 * indentation, no space after a colon), and how each such line must read. Text inside quotes, comments, plain texts and
 * texts of several lines is left alone. `open` carries flow brackets over lines.
 */
export function repairTyping(lines: readonly string[], tabWidth: number): RepairedLine[] {
  const open: Bracket[] = [];
  const repaired: RepairedLine[] = [];
  if (!suspicious.test(lines.join('\n'))) return repaired;
  /** Indentation of the line whose text follows. */
  let textOf = Number.POSITIVE_INFINITY;
  for (const [index, line] of lines.entries()) {
    if (/^\s*$/.test(line) || depthOf(line) > textOf) continue;
    textOf = open.length === 0 && textFollows.test(line) ? depthOf(line) : Number.POSITIVE_INFINITY;
    const indent = indentation(line, tabWidth);
    const blank = indent?.length ?? (/^ */.exec(line) as RegExpExecArray)[0].length;
    const scan = new LineScan(line.slice(blank), open);
    scan.run();
    const edits = [...(indent ? [indent] : []), ...scan.edits.map((edit) => ({ ...edit, at: edit.at + blank }))];
    edits.sort((a, b) => a.at - b.at);
    if (edits.length > 0) repaired.push({ line: index + 1, edits, text: apply(line, edits) });
  }
  return repaired;
}

/** The column in the line as it was typed for a column of the repaired one; both from 1. */
export function typedColumn(edits: readonly Edit[], column: number): number {
  let shift = 0;
  for (const edit of edits) {
    const start = edit.at + shift;
    if (column - 1 < start + edit.to.length) return column - 1 < start ? column - shift : edit.at + 1;
    shift += edit.to.length - edit.length;
  }
  return column - shift;
}
