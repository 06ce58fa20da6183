import type { FirstOut } from '../../contract/index.js';

/**
 * What came first in a group, once `latest` has come too. `first` is what was first so far, empty when the whole group was
 * normal. Polled bits of one cycle tie: whatever may have begun before the earliest of them certainly had is named with
 * it, as no clock tells which was first (ISA-18.2-2016 §12; `one of these`). The order in which they are told, which
 * delays turn round, does not matter.
 */
export const firstOutAfter = (first: readonly FirstOut[], latest: FirstOut): readonly FirstOut[] =>
  earliest(first.some(({ key }) => key === latest.key) ? first : [...first, latest]);

/** What members of a group say together: until all are told of the last that came they do not agree. */
export function firstOutOf(members: readonly (readonly FirstOut[])[]): readonly FirstOut[] {
  const byKey = new Map<string, FirstOut>();
  for (const one of members.flat()) {
    const known = byKey.get(one.key);
    if (!known || one.to < known.to) byKey.set(one.key, one);
  }
  return earliest([...byKey.values()]);
}

/** Those of which no other certainly came before. */
function earliest(all: readonly FirstOut[]): readonly FirstOut[] {
  const begun = Math.min(...all.map(({ to }) => to));
  return all.filter(({ from }) => from <= begun);
}

/** True when both name the same alarms. */
export const namesSame = (a: readonly FirstOut[], b: readonly FirstOut[]): boolean =>
  a.length === b.length && a.every(({ key }) => b.some((other) => other.key === key));

/** By the keys that alarms have now; the same list when none of them was renamed. */
export function namedAnew(all: readonly FirstOut[], presentKey: ReadonlyMap<string, string>): readonly FirstOut[] {
  if (!all.some(({ key }) => presentKey.has(key))) return all;
  return all.map((one) => ({ ...one, key: presentKey.get(one.key) ?? one.key }));
}
