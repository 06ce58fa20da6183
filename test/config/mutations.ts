import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';

/** One change to a text, and the lines of the changed text that a problem may name for it. */
export interface Mutation {
  readonly label: string;
  readonly text: string;
  readonly lines: readonly number[];
}

interface Site {
  readonly path: readonly (string | number)[];
  /** Of the key, or of the list item; then of the value. */
  readonly start: number;
  readonly keyEnd: number | undefined;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly value: Node;
  readonly parentLine: number;
  readonly isFlow: boolean;
}

const endOf = (node: Node): number => node.range?.[1] ?? 0;
const startOf = (node: Node): number => node.range?.[0] ?? 0;

function* sitesOf(
  node: Node,
  path: readonly (string | number)[],
  parentLine: number,
  counter: LineCounter,
): Generator<Site> {
  const isFlow = (isMap(node) || isSeq(node)) && node.flow === true;
  const items: readonly (readonly [string | number, Node | undefined, Node])[] = isMap(node)
    ? node.items.map((pair: Pair) => [
        String(isScalar(pair.key) ? pair.key.value : ''),
        pair.key as Node,
        pair.value as Node,
      ])
    : isSeq(node)
      ? node.items.map((item, index) => [index, undefined, item as Node])
      : [];
  for (const [step, key, value] of items) {
    const here = [...path, step];
    const start = startOf(key ?? value);
    yield {
      path: here,
      start,
      keyEnd: key && endOf(key),
      valueStart: startOf(value),
      valueEnd: endOf(value),
      value,
      parentLine,
      isFlow,
    };
    yield* sitesOf(value, here, counter.linePos(start).line, counter);
  }
}

const misspelt = (word: string): string => {
  const middle = Math.ceil(word.length / 2);
  return `${word.slice(0, middle)}x${word.slice(middle)}`;
};

/** A value of another type, in turn, so that every type stands in the place of many others. */
function otherType(node: Node, turn: number): string {
  const value = isScalar(node) ? node.value : undefined;
  const types = { '17': 'number', word: 'string', true: 'boolean', '[1]': 'list', '{ a: 1 }': 'map' };
  const own = isMap(node) ? 'map' : isSeq(node) ? 'list' : typeof value;
  const others = Object.entries(types).flatMap(([text, type]) => (type === own ? [] : [text]));
  return others[turn % others.length] as string;
}

/** From the start of a block's first line to the end of its last one. */
function wholeLines(text: string, site: Site): readonly [number, number] {
  const from = text.lastIndexOf('\n', site.start) + 1;
  const to =
    text.slice(site.valueEnd - 1, site.valueEnd) === '\n' ? site.valueEnd : text.indexOf('\n', site.valueEnd) + 1;
  return [from, to];
}

/** A flow item with the comma that divides it from the next or the last. */
function withComma(text: string, site: Site): readonly [number, number] {
  const after = /^\s*,\s*/.exec(text.slice(site.valueEnd))?.[0];
  if (after !== undefined) return [site.start, site.valueEnd + after.length];
  const before = /,\s*$/.exec(text.slice(0, site.start))?.[0] ?? '';
  return [site.start - before.length, site.valueEnd];
}

/** Every key and value of a text deleted, misspelt, doubled and given another type. */
export function* mutationsOf(text: string): Generator<Mutation> {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const lineOf = (changed: string, offset: number) => changed.slice(0, offset).split('\n').length;
  const splice = (from: number, to: number, put: string) => text.slice(0, from) + put + text.slice(to);
  let turn = 0;
  for (const site of sitesOf(document.contents as Node, [], 1, counter)) {
    const name = site.path.join('.');
    const own = [counter.linePos(site.start).line];
    const put = (label: string, from: number, to: number, piece: string): Mutation => {
      const changed = splice(from, to, piece);
      return { label: `${name}: ${label}`, text: changed, lines: [...own, lineOf(changed, from)] };
    };
    const [from, to] = site.isFlow ? withComma(text, site) : wholeLines(text, site);
    yield { label: `${name}: deleted`, text: splice(from, to, ''), lines: [site.parentLine] };
    const piece = text.slice(from, to);
    if (site.isFlow) {
      const whole = text.slice(site.start, site.valueEnd);
      yield put('doubled', site.valueEnd, site.valueEnd, `, ${whole}`);
    } else {
      const doubled = splice(to, to, piece);
      yield { label: `${name}: doubled`, text: doubled, lines: [...own, lineOf(doubled, to)] };
    }
    if (site.keyEnd !== undefined) {
      yield put('key misspelt', site.start, site.keyEnd, misspelt(text.slice(site.start, site.keyEnd)));
      yield put(
        'value deleted',
        site.keyEnd + 1,
        site.valueEnd,
        site.isFlow ? ' ' : '\n'.repeat(Number(text[site.valueEnd - 1] === '\n')),
      );
    }
    if (isScalar(site.value)) {
      const value = text.slice(site.valueStart, site.valueEnd);
      const bare = value.replaceAll('"', '');
      const quote = (word: string) => (value.startsWith('"') ? `"${word}"` : word);
      yield put('value misspelt', site.valueStart, site.valueEnd, quote(misspelt(bare)));
      yield put('value doubled', site.valueStart, site.valueEnd, quote(bare + bare));
    }
    const other = otherType(site.value, (turn += 1));
    const isBlock = !isScalar(site.value) && !site.isFlow && text[site.valueEnd - 1] === '\n';
    const at = site.keyEnd === undefined ? site.valueStart : site.keyEnd + 1;
    const retyped = `${site.keyEnd === undefined ? '' : ' '}${other}${isBlock ? '\n' : ''}`;
    yield put(`value becomes ${other}`, at, site.valueEnd, retyped);
  }
}
