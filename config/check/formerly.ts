import { text } from '../messages/index.js';
import type { Place } from '../problem.js';
import type { Path, ProblemOptions, Sentence } from '../source/source.js';
import { isObject, valueAt } from './checked.js';

interface Names {
  /** Things of one kind, by name, as plain data: each may have a `formerly`. */
  readonly items: readonly (readonly [name: string, path: Path, data: unknown])[];
  readonly tell: (path: Path, sentence: Sentence, options: ProblemOptions) => void;
  readonly place: (path: Path) => Place;
}

/** Former names: one that is in use is no former name, and one that two things had says nothing. */
export function checkFormerly({ items, tell, place }: Names): void {
  const inUse = new Map(items.map(([name, path]) => [name, path]));
  const listed = new Map<string, Path>();
  for (const [, path, data] of items) {
    const names = isObject(data) ? valueAt(data, ['formerly']) : undefined;
    for (const [index, name] of Array.isArray(names) ? names.entries() : []) {
      if (typeof name !== 'string') continue;
      const at = [...path, 'formerly', index];
      const used = inUse.get(name);
      const first = listed.get(name);
      if (used) {
        const what = text((m) => m.problem.formerlyInUse({ name }));
        tell(at, { what, remedy: text((m) => m.remedy.removeKey({ key: name })) }, { related: [place(used)] });
      } else if (first) {
        const what = text((m) => m.problem.listedTwice({ name }));
        tell(at, { what, remedy: text((m) => m.remedy.removeOne({ key: name })) }, { related: [place(first)] });
      } else listed.set(name, at);
    }
  }
}
