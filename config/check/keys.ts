import { text } from '../messages/index.js';
import type { SiteProblem } from '../problem.js';
import { type JsonSchema, keysOf, schemasAt } from '../schema/json.js';
import { toAscii } from '../source/full-width.js';
import type { Path } from '../source/source.js';
import { type Checked, isObject, valueAt } from './checked.js';
import { exampleOf } from './examples.js';
import { nearest } from './nearest.js';

/** Keys beside this one that belong to another alternative of a union than it does. */
function atOddsWith(key: string, schemas: readonly JsonSchema[], parent: unknown): string[] {
  if (!isObject(parent)) return [];
  const companions = new Set(
    keysOf({ anyOf: schemas.filter((schema) => Object.hasOwn(schema.properties ?? {}, key)) }),
  );
  const known = new Set(keysOf({ anyOf: schemas }));
  return Object.keys(parent).filter((other) => known.has(other) && !companions.has(other));
}

/** What a section is called: an item of a list by the list. */
const nameOf = (path: Path): string => String(path.findLast((step) => typeof step === 'string') ?? '');

/** A key that does not belong here, and the one that was most likely meant. */
export function unknownKey(
  checked: Checked,
  path: Path,
  key: string,
): { readonly problem: SiteProblem; readonly meant: string | undefined } {
  const parent = valueAt(checked.data, path);
  const schemas = schemasAt(checked.json, path);
  const allowed = keysOf({ anyOf: schemas });
  const whole = [...checked.base, ...path];
  if (allowed.includes(key)) {
    const others = atOddsWith(key, schemas, parent);
    const what = text((m) =>
      others.length > 0 ? m.problem.notTogether({ key, others }) : m.problem.unknownKey({ key, where: nameOf(whole) }),
    );
    const sentence = { what, remedy: text((m) => m.remedy.removeKey({ key })) };
    return { problem: checked.source.problem([...whole, key], sentence, { atKey: true }), meant: undefined };
  }
  const free = allowed.filter((one) => !isObject(parent) || !Object.hasOwn(parent, one));
  const meant = nearest(key, free) ?? nearest(key, allowed);
  const where = nameOf(whole);
  const what = text(({ problem }) =>
    where === '' ? problem.unknownTopKey({ key }) : problem.unknownKey({ key, where }),
  );
  // `{ en: Transmitter, infrared }`: what follows the comma became a key without a value.
  const isText = meant === undefined && isObject(parent) && parent[key] === null;
  const remedy = text((m) => {
    if (meant) return m.remedy.writeKey({ key: meant });
    return isText ? m.remedy.quoteComma({ keys: allowed }) : m.remedy.oneOfKeys({ keys: allowed });
  });
  return { problem: checked.source.problem([...whole, key], { what, remedy }, { atKey: true }), meant };
}

/** A key that is not there, told at the line of what it belongs to. */
export function missingKey(checked: Checked, path: Path): SiteProblem {
  const whole = [...checked.base, ...path];
  const key = String(whole.at(-1) ?? '');
  const where = nameOf(whole.slice(0, -1));
  const example = exampleOf(schemasAt(checked.json, path));
  const what = text(({ problem }) =>
    where === '' ? problem.missingTopKey({ key }) : problem.missingKey({ key, where }),
  );
  const remedy = text((m) => (example ? m.remedy.addKeyLike({ key, example }) : m.remedy.addKey({ key })));
  return checked.source.problem(whole, { what, remedy });
}

/** A name that is none, and the nearest that is one. */
export function badName(checked: Checked, path: Path): SiteProblem {
  const whole = [...checked.base, ...path];
  const name = nameOf(whole);
  const better = toAscii(name)
    .trim()
    .replaceAll(/\s+/g, '-')
    .replaceAll(/[^\p{L}\p{N}._-]/gu, '');
  const isBetter = /^[\p{L}\p{N}]/u.test(better) && better !== name;
  const what = text((m) => m.problem.badName({ name }));
  const remedy = text((m) => (isBetter ? m.remedy.writeKey({ key: better }) : m.remedy.nameRule()));
  return checked.source.problem(whole, { what, remedy }, { atKey: true });
}
