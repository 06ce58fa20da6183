import { compileExpression } from 'filtrex';

/** A formula ready to be computed: the tags it reads, each once, and its result. */
export interface Formula {
  readonly inputs: readonly string[];
  /** Values of the site's context it reads, each once, by their own names: `zero` for `context.zero`. */
  readonly context: readonly string[];
  /** NaN when the result is no number. A logical result is 1 or 0. Never throws. */
  evaluate(read: (name: string) => number | boolean): number;
}

export const functions: readonly string[] = [
  'abs',
  'ceil',
  'floor',
  'log',
  'log2',
  'log10',
  'max',
  'min',
  'round',
  'sqrt',
];
/** What a formula calls a value of the site's context begins with it: `context.zero`. */
export const contextPrefix = 'context.';
const isContext = (name: string): boolean => name.startsWith(contextPrefix);

const keywords = new Set(['and', 'or', 'not', 'in', 'of', 'if', 'then', 'else', 'mod']);

/** A text, a tag name in quotes, a bare word, or a sign; a name or word may be the head of a call. */
const tokenPattern = /"(?:\\.|[^"\\])*"|(?:'((?:\\.|[^'\\])*)'|([A-Za-z$_][.\w$]*))(?=\s*(\()?)|[%?:]/gu;

interface Words {
  readonly names: readonly string[];
  readonly calls: readonly string[];
  readonly refused: readonly string[];
}

/** What a formula speaks of, also in branches that one evaluation would not reach. */
export function wordsOf(formula: string): Words {
  const names = new Set<string>();
  const calls = new Set<string>();
  const refused = new Set<string>();
  for (const [token, quoted, bare, call] of formula.matchAll(tokenPattern)) {
    const name = quoted?.replace(/\\(.)/gu, '$1') ?? bare;
    if (token === 'of' || (token.length === 1 && '%?:'.includes(token))) refused.add(token);
    else if (name !== undefined && !(bare !== undefined && keywords.has(bare))) (call ? calls : names).add(name);
  }
  return { names: [...names], calls: [...calls], refused: [...refused] };
}

/** Logical values count as 1 and 0, so `pump == 1`, `if pump then …` and `(a > 3) + (b > 3)` all work. */
const operators = {
  '+': (a: unknown, b: unknown) => Number(a) + Number(b),
  '-': (a: unknown, b?: unknown) => (b === undefined ? -Number(a) : Number(a) - Number(b)),
  '*': (a: unknown, b: unknown) => Number(a) * Number(b),
  '/': (a: unknown, b: unknown) => Number(a) / Number(b),
  mod: (a: unknown, b: unknown) => ((Number(a) % Number(b)) + Number(b)) % Number(b),
  '^': (a: unknown, b: unknown) => Number(a) ** Number(b),
  '==': (a: unknown, b: unknown) => Number(a) === Number(b),
  '!=': (a: unknown, b: unknown) => Number(a) !== Number(b),
  '<': (a: unknown, b: unknown) => Number(a) < Number(b),
  '<=': (a: unknown, b: unknown) => Number(a) <= Number(b),
  '>': (a: unknown, b: unknown) => Number(a) > Number(b),
  '>=': (a: unknown, b: unknown) => Number(a) >= Number(b),
};

/** Outside quotes: line breaks become spaces, and a space parts `not(` and the like, which the parser would misread. */
const layoutPattern = /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\s+|(?<![\w.$])(and|or|not|in|if|then|else|mod)(?=\()/gu;
const tidied = (formula: string): string =>
  formula.replace(layoutPattern, (_match, quoted?: string, keyword?: string) => quoted ?? `${keyword ?? ''} `);

type Evaluate = (read: (name: string) => number | boolean) => unknown;

/** The formula as a function; throws where it cannot be read. */
export const compileExpressionOf = (formula: string): Evaluate =>
  compileExpression(tidied(formula), {
    operators,
    customProp: (name: string, _get: unknown, read: (name: string) => number | boolean) => read(name),
  }) as Evaluate;

/**
 * Compiles a formula that `checkFormula` found right: `+ - * / ^ mod`, comparisons, `and or not`, `if … then … else …`,
 * `in (…)`, and abs, ceil, floor, log, log2, log10, max, min, round, sqrt. A name that is not plain ASCII stands in
 * single quotes: `'一号泵.流量' * 3.6`. Throws on a syntax error.
 */
export function compileFormula(formula: string): Formula {
  const evaluate = compileExpressionOf(formula);
  const { names } = wordsOf(formula);
  return {
    inputs: names.filter((name) => !isContext(name)),
    context: names.filter(isContext).map((name) => name.slice(contextPrefix.length)),
    evaluate(read) {
      const result = evaluate(read);
      return typeof result === 'number' || typeof result === 'boolean' ? Number(result) : Number.NaN;
    },
  };
}
