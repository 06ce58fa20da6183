/** One step into a JSON value: a key, a place in a list (negative: from its end), or the item of a list with such a field. */
type Step =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'where'; readonly key: string; readonly is: string };

/** Where a value stands in a JSON text, parsed; no steps are the whole. */
export interface JsonPath {
  readonly text: string;
  readonly steps: readonly Step[];
}

const key = /^[^.[\]="\s]+/;
const bracket = /^\[(?:(-?\d{1,6})|"([^"]+)"|([^.[\]="\s]+)=([^[\]"]+))\]/;

/** `now.temp`, `list[0].main`, `sensors[id=CH4].value`, `["odd key"]`, `$` the whole; undefined when it is none. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const steps: Step[] = [];
  let rest = text.startsWith('$') ? text.slice(1).replace(/^\./, '') : text;
  if (rest === '') return text === '$' ? { text, steps } : undefined;
  for (let isFirst = true; rest !== ''; isFirst = false) {
    const inBrackets = bracket.exec(rest);
    if (inBrackets) {
      steps.push(stepOf(inBrackets));
      rest = rest.slice(inBrackets[0].length);
      continue;
    }
    if (!isFirst && !rest.startsWith('.')) return undefined;
    const named = key.exec(isFirst ? rest : rest.slice(1));
    if (!named) return undefined;
    steps.push({ kind: 'key', key: named[0] });
    rest = rest.slice(named[0].length + (isFirst ? 0 : 1));
  }
  return { text, steps };
}

function stepOf([, index, quoted, where, is]: RegExpExecArray): Step {
  if (index !== undefined) return { kind: 'index', index: Number(index) };
  if (quoted !== undefined) return { kind: 'key', key: quoted };
  return { kind: 'where', key: where as string, is: is as string };
}

/** The value there; undefined where there is none. Null is a value. */
export function readJsonPath(json: unknown, { steps }: JsonPath): unknown {
  let value = json;
  for (const step of steps) {
    if (step.kind === 'key') value = member(value, step.key);
    else if (!Array.isArray(value)) return undefined;
    else if (step.kind === 'index') value = value.at(step.index) as unknown;
    else value = value.find((item) => wordOf(member(item, step.key)) === step.is) as unknown;
  }
  return value;
}

/** An object's own member: what a body calls `constructor` is that, and nothing of ours. */
function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** A single value as text; undefined for null, lists and objects: one with a member `toString` would be called. */
export function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
