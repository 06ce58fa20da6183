import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isMap,
  isScalar,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  stringify,
  type YAMLMap,
} from 'yaml';

/** A place of a YAML file and what is to stand there; undefined takes it away. Maps on the way are made. */
export interface YamlEdit {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Text in place of `[from, to)`. */
interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const flow = { collectionStyle: 'flow', lineWidth: 0 } as const;

/** `key: value`, as it may stand within braces. */
const pairText = (key: string, value: unknown): string =>
  stringify({ [key]: value }, flow)
    .trimEnd()
    .replace(/^\{ | \}$/g, '');

/** A value within braces, quoted as the one before it was. */
function valueText(value: unknown, before: Node): string {
  if (typeof value !== 'string' || !isScalar(before)) return pairText('k', value).slice(3);
  const scalar = new Scalar(value);
  if (before.type === 'QUOTE_DOUBLE' || before.type === 'QUOTE_SINGLE') scalar.type = before.type;
  return pairText('k', scalar).slice(3);
}

/** Where a node begins and where its value ends. */
const rangeOf = ({ range }: Node): readonly [from: number, to: number] => [range?.[0] ?? 0, range?.[1] ?? 0];

const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
};

const keyOf = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);

/** The part of a text that can be replaced without touching anything else; undefined when it is not that simple. */
function replaced(node: Node, value: unknown): Splice | undefined {
  const isBlock = isScalar(node) ? node.type?.startsWith('BLOCK') : isMap(node) && !node.flow;
  if (isBlock) return undefined;
  const [from, to] = rangeOf(node);
  return { from, to, text: valueText(value, node) };
}

function inserted(text: string, map: YAMLMap, key: string, value: unknown): Splice | undefined {
  const pair = pairText(key, value);
  const last = map.items.at(-1) as Pair<Node, Node | null> | undefined;
  if (map.flow) {
    const brace = rangeOf(map)[1] - 1;
    const end = text.slice(0, brace).trimEnd().length;
    const comma = last && text[end - 1] !== ',' ? ',' : '';
    return { from: end, to: end, text: `${comma} ${pair}${end === brace ? ' ' : ''}` };
  }
  if (!last) return undefined;
  const [first] = map.items as [Pair<Node>, ...Pair[]];
  const [at] = rangeOf(first.key);
  const indent = at - (text.lastIndexOf('\n', at - 1) + 1);
  const [, valueEnd] = rangeOf(last.value ?? last.key);
  // A block scalar ends behind its last line.
  const end = text[valueEnd - 1] === '\n' ? valueEnd - 1 : lineEnd(text, valueEnd);
  return { from: end, to: end, text: `\n${' '.repeat(indent)}${pair}` };
}

function removed(text: string, map: YAMLMap, key: string): Splice | undefined {
  const pair = map.items.find((item) => keyOf(item) === key) as Pair<Node, Node | null> | undefined;
  if (!pair) return { from: 0, to: 0, text: '' };
  const [from] = rangeOf(pair.key);
  const [, to] = rangeOf(pair.value ?? pair.key);
  if (map.flow) {
    const after = /^\s*,\s*/.exec(text.slice(to))?.[0].length;
    const before = /,?\s*$/.exec(text.slice(0, from))?.[0].length ?? 0;
    return after === undefined ? { from: from - before, to, text: ' ' } : { from, to: to + after, text: '' };
  }
  if (map.items.length === 1) return undefined;
  const begin = text.lastIndexOf('\n', from - 1) + 1;
  return { from: begin, to: Math.min(text.length, lineEnd(text, to) + 1), text: '' };
}

/** The one change of the text that an edit comes to; undefined when it is not that simple. */
function spliceOf(text: string, document: Document, { path, value }: YamlEdit): Splice | undefined {
  let map = document.contents as unknown;
  for (const [depth, key] of path.entries()) {
    if (!isMap(map)) return undefined;
    const isLast = depth === path.length - 1;
    if (isLast && value === undefined) return removed(text, map, key);
    const next = map.get(key, true) as Node | undefined;
    if (!next) {
      const rest = path.slice(depth + 1).reduceRight<unknown>((inner, one) => ({ [one]: inner }), value);
      return value === undefined ? { from: 0, to: 0, text: '' } : inserted(text, map, key, rest);
    }
    if (isLast) return replaced(next, value);
    map = next;
  }
  return undefined;
}

/** One edit by the document model: keeps comments, may lay lines out anew. */
function rewritten(text: string, { path, value }: YamlEdit): Document {
  const document = parseDocument(text);
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, document.createNode(value, { flow: true }));
  return document;
}

/**
 * Changes places of a YAML file and leaves the rest as it was typed, byte for byte: comments, layout, quotes. Where that
 * is not to be had the file is laid out anew, with its comments. Throws what the document model throws, for example on a
 * path through an alias. Each step is read again and has to say what it should.
 */
export function editYaml(text: string, edits: readonly YamlEdit[]): string {
  return edits.reduce((before, edit) => {
    const document = rewritten(before, edit);
    const wanted = document.toJS() as unknown;
    const splice = spliceOf(before, parseDocument(before), edit);
    if (splice) {
      const spliced = before.slice(0, splice.from) + splice.text + before.slice(splice.to);
      const read = parseDocument(spliced);
      if (read.errors.length === 0 && isDeepStrictEqual(read.toJS(), wanted)) return spliced;
    }
    const whole = document.toString({ lineWidth: 0 });
    if (!isDeepStrictEqual(parseDocument(whole).toJS(), wanted)) throw new Error(`cannot write ${edit.path.join('.')}`);
    return whole;
  }, text);
}
