import { text } from '../messages/index.js';
import type { Path } from '../source/source.js';
import { isObject } from './checked.js';
import { groupOf } from './references.js';
import type { KnownDevice, SiteCheck } from './site-check.js';

/** Times that say nothing unless the tag is read more than once in them; `maxAge` is of the reference, where there is one. */
const keys = ['maxAge', 'after', 'over'] as const;

interface Span {
  /** From the root of the rule. */
  readonly path: Path;
  readonly ms: number;
  readonly device: string | undefined;
  readonly tag: string;
}

/** Settings as parsed, so that defaults count as well. */
function spansIn(settings: unknown, path: Path): Span[] {
  if (Array.isArray(settings)) return settings.flatMap((one, index) => spansIn(one, [...path, index]));
  if (!isObject(settings)) return [];
  const own = keys.flatMap((key): Span[] => {
    const subject = key === 'maxAge' && isObject(settings['from']) ? settings['from'] : settings;
    const { device, tag } = subject;
    const ms = settings[key];
    if (typeof ms !== 'number' || typeof tag !== 'string') return [];
    return [{ path: [...path, key], ms, device: typeof device === 'string' ? device : undefined, tag }];
  });
  return [...own, ...Object.entries(settings).flatMap(([key, inner]) => spansIn(inner, [...path, key]))];
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** As durations are written in the site file: `20s`, `3min`. */
export function written(ms: number): string {
  const [unit, size] = units.find(([, one]) => ms % one === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

/** Warns of times within which a tag is read once at most. `path` is where the settings stand. */
export function warnShortTimes(check: SiteCheck, path: Path, settings: unknown, judged: Iterable<KnownDevice>): void {
  const own = [...judged];
  for (const span of spansIn(settings, [])) {
    const named = span.device === undefined ? undefined : check.device(span.device);
    const devices = span.device === undefined ? own : named ? [named] : [];
    const everyMs = Math.max(0, ...devices.map((device) => groupOf(device, span.tag)?.everyMs ?? 0));
    if (span.ms >= 2 * everyMs) continue;
    const key = String(span.path.at(-1));
    const sentence = {
      what: text((m) =>
        m.problem.shorterThanPolls({ key, time: written(span.ms), tag: span.tag, poll: written(everyMs) }),
      ),
      remedy: text((m) => m.remedy.addKeyLike({ key, example: written(3 * everyMs) })),
    };
    check.tell([...path, ...span.path], sentence, { warning: true });
  }
}
