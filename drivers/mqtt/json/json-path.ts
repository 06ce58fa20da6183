import { z } from 'zod';
import { settingIssue } from '../../streams/index.js';

/** One step into JSON: a key, an index of an array, or the element of an array whose key is this. */
type Step = { readonly key: string } | { readonly index: number } | { readonly where: string; readonly is: string };

/** Where in a message a value stands; the whole message when it is empty. */
export type JsonPath = readonly Step[];

/** Characters of a path. */
const pathMax = 200;

const stepPattern =
  /(?:^|(?<=.)\.)(?<key>[^.[\]'"=]+)|\[(?<index>\d{1,6})\]|\[(?<quote>['"])(?<quoted>.*?)\k<quote>\]|\[(?<where>[^.[\]'"=]+)=(?<is>[^[\]]*)\]/uy;

/** `a.b[0].c`, `['key with.dots']`, `params[name=temp].value`, with or without `$.` before; undefined when it is none. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const steps: Step[] = [];
  const path = text.trim().replace(/^\$(\.|(?=\[)|$)/, '');
  if (path.length > pathMax) return undefined;
  for (let at = 0; at < path.length; ) {
    stepPattern.lastIndex = at;
    const { key, index, quoted, where, is } = stepPattern.exec(path)?.groups ?? {};
    if (key !== undefined) steps.push({ key: key.trim() });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else if (quoted !== undefined) steps.push({ key: quoted });
    else if (where !== undefined && is !== undefined) steps.push({ where: where.trim(), is: is.trim() });
    else return undefined;
    at = stepPattern.lastIndex;
  }
  return steps;
}

/** What stands there; undefined when nothing does. Inherited properties are nothing. */
export function valueAt(root: unknown, path: JsonPath): unknown {
  let value = root;
  for (const step of path) {
    if ('key' in step) value = own(value, step.key);
    else if (!Array.isArray(value)) return undefined;
    else if ('index' in step) value = value[step.index] as unknown;
    else value = value.find((one: unknown) => isThis(own(one, step.where), step.is)) as unknown;
    if (value === undefined) return undefined;
  }
  return value;
}

const own = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;

/** Scalars are compared as they are written: `1`, `"1"` and `true` are what a file says `1`, `1` and `true` for. */
export const isThis = (value: unknown, is: string | number | boolean): boolean =>
  (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') &&
  String(value) === String(is);

/** A path as it stands in the file. */
export const jsonPathField = () =>
  z
    .string()
    .transform((text, context) => {
      const path = parseJsonPath(text);
      if (path) return path;
      context.addIssue(
        settingIssue({
          what: { en: `\`${text}\` is no path into JSON`, zh: `“${text}”不是 JSON 路径` },
          remedy: {
            en: "write `a.b[0].c`, `['key with.dots']` or `params[name=temp].value`",
            zh: "写成 `a.b[0].c`、`['带.的键']` 或 `params[name=temp].value`",
          },
        }),
      );
      return z.NEVER;
    })
    .meta({ examples: ['temperature', 'data.sensors[0].value', 'params[name=temp].value'] });
