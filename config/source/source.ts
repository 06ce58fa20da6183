import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Document,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml';
import type { Text } from '../../gateway/contract/index.js';
import type { Place, SiteProblem } from '../problem.js';
import { type Edit, typedColumn } from './typography.js';

/** Keys and indexes from the root of a file, outermost first. */
export type Path = readonly (string | number)[];

export interface Sentence {
  readonly what: Text;
  readonly remedy: Text;
}

export interface ProblemOptions {
  /** Point at the key rather than at its value. */
  readonly atKey?: boolean;
  readonly warning?: boolean;
  readonly related?: readonly Place[];
}

type Found = { readonly key: Node | undefined; readonly value: Node | undefined; readonly depth: number };

const keyText = (pair: Pair): string => String(isScalar(pair.key) ? pair.key.value : pair.key);

/** One YAML file as parsed, which can say where in it each path stands. */
export class Source {
  readonly file: string;
  readonly text: string;
  private readonly document: Document.Parsed;
  private readonly counter: LineCounter;
  private readonly edits: ReadonlyMap<number, readonly Edit[]>;

  /** `text` is what was parsed; `edits` tell by line how it differs from what was typed. */
  constructor(file: string, text: string, edits: ReadonlyMap<number, readonly Edit[]>) {
    this.file = file;
    this.text = text;
    this.edits = edits;
    this.counter = new LineCounter();
    this.document = parseDocument(text, { lineCounter: this.counter, prettyErrors: false, stringKeys: true });
  }

  get errors(): Document.Parsed['errors'] {
    return this.document.errors;
  }

  /** Plain data; throws what the parser throws on aliases that lead nowhere or too far. */
  toData(): unknown {
    return this.document.toJS({ maxAliasCount: 100 }) as unknown;
  }

  /** The place of an offset into the parsed text, as it was typed. */
  placeOf(offset: number): Place {
    const { line, col } = this.counter.linePos(offset);
    return { file: this.file, line, column: typedColumn(this.edits.get(line) ?? [], Math.max(col, 1)) };
  }

  /** The value at a path; where it is missing, the key of the innermost part that is there. */
  place(path: Path, atKey = false): Place {
    const { key, value, depth } = this.find(path);
    const missing = depth < path.length;
    const node = atKey || missing || !value?.range ? (key ?? value) : value;
    const offset = missing && !key ? 0 : (node?.range?.[0] ?? 0);
    return this.placeOf(offset);
  }

  /** The value at a path as it is written, undefined where it is no scalar or is missing. */
  written(path: Path): string | undefined {
    const { value, depth } = this.find(path);
    if (depth < path.length || !isScalar(value) || !value.range) return undefined;
    return this.text.slice(value.range[0], value.range[1]);
  }

  /** The line as parsed, from 1. */
  line(number: number): string {
    return this.text.split('\n')[number - 1] ?? '';
  }

  problem(path: Path, sentence: Sentence, options: ProblemOptions = {}): SiteProblem {
    return this.problemAt(this.place(path, options.atKey), sentence, options);
  }

  problemAt(place: Place, { what, remedy }: Sentence, options: ProblemOptions = {}): SiteProblem {
    return { ...place, what, remedy, warning: options.warning ?? false, related: options.related ?? [] };
  }

  private find(path: Path): Found {
    let key: Node | undefined;
    let value = this.resolve(this.document.contents);
    for (const [depth, step] of path.entries()) {
      const next = this.child(value, step);
      if (!next) return { key, value, depth };
      key = next.key ?? key;
      value = next.value;
    }
    return { key, value, depth: path.length };
  }

  private child(node: Node | undefined, step: string | number): { key?: Node; value: Node | undefined } | undefined {
    if (isMap(node)) {
      // The last of two equal keys is the one whose value counts, as in the data.
      const pair = node.items.findLast((item) => isPair(item) && keyText(item) === String(step));
      return pair && { key: pair.key as Node, value: this.resolve(pair.value) };
    }
    if (isSeq(node) && node.items[Number(step)] !== undefined) {
      const value = this.resolve(node.items[Number(step)]);
      return value && { key: value, value };
    }
    return undefined;
  }

  private resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.document);
    return (node ?? undefined) as Node | undefined;
  }
}
