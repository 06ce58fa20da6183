import type { AlarmClass } from '../../gateway/contract/index.js';
import { priorityOf } from '../alarm-classes.js';
import { text } from '../messages/index.js';
import type { AlarmHalf } from '../schema/alarm-schema.js';
import type { AlarmConfig, RationaleConfig, RuleConfig, SuppressConfig } from '../site.js';
import type { Path } from '../source/source.js';
import { checkPolicy, type Judged } from './alarm-policy.js';
import { valueAt } from './checked.js';
import { nearest } from './nearest.js';
import type { SiteCheck } from './site-check.js';
import { wrongChoice } from './values.js';

const respondWithinMs = 1_800_000;

type Reasons = AlarmHalf['kinds'][string];

/** The class of one block; undefined where there is none of that name, which is told, or where it is wrong itself. */
function classAt(check: SiteCheck, path: Path, name: string): AlarmClass | undefined {
  const known = check.classes.get(name);
  if (known || valueAt(check.data, ['classes', name]) !== undefined) return known;
  const choices = [...check.classes.keys()].filter((one) => one !== 'system');
  check.tell([...path, 'class'], wrongChoice({ key: 'class', value: name }, choices));
  return undefined;
}

/** Told once, where one action would do for all of them. */
function tellNoAction(check: SiteCheck, path: Path, kinds: readonly string[]): void {
  const sentence = { what: text((m) => m.problem.noAction()), remedy: text((m) => m.remedy.addAction()) };
  const related = kinds.map((kind) => check.source.place([...path, 'kinds', kind], true));
  check.tell(path, sentence, { atKey: true, related });
}

/** A rationale for a condition that the rule does not have would never be used. */
function checkKind(check: SiteCheck, path: Path, kind: string, known: readonly string[]): void {
  if (known.length === 0 || known.includes(kind)) return;
  const meant = nearest(kind, known);
  const sentence = {
    what: text((m) => m.problem.unknownKind({ kind })),
    remedy: text((m) => (meant ? m.remedy.writeKey({ key: meant }) : m.remedy.oneOfKeys({ keys: known }))),
  };
  const rule = path.slice(0, 2);
  check.tell(path, sentence, { atKey: true, related: [check.source.place(rule, true)] });
}

function rationale(half: Omit<Reasons, 'class'>, policy: AlarmClass): RationaleConfig | undefined {
  const { action, severity = 'minor', respondWithin = respondWithinMs } = half;
  if (action === undefined) return undefined;
  return {
    class: policy,
    priority: priorityOf(severity, respondWithin),
    cause: half.cause,
    consequence: half.consequence,
    action,
    respondWithinMs: respondWithin,
    owner: half.owner,
    source: half.source,
    date: half.date,
    group: half.group,
  };
}

/** The `alarm` block of a rule; undefined, and told, where something is wrong with it. */
export function checkAlarm(
  check: SiteCheck,
  path: Path,
  rule: RuleConfig,
  half: AlarmHalf,
  judged: Judged,
): AlarmConfig | undefined {
  const before = check.problems.length;
  const at = [...path, 'alarm'];
  const { kinds, suppress, class: className, ...shared } = half;
  const policy = classAt(check, at, className);
  const ofKinds = Object.entries(kinds).map(([kind, own]) => {
    const place = [...at, 'kinds', kind];
    const ownClass = own.class === undefined ? policy : classAt(check, place, own.class);
    checkKind(check, place, kind, judged.kinds);
    return [kind, ownClass && rationale({ ...shared, ...defined(own) }, ownClass)] as const;
  });
  const own = policy && rationale(shared, policy);
  const idle = Object.entries(kinds).flatMap(([kind, { action }]) => (action === undefined ? [kind] : []));
  const lacksAction = shared.action === undefined && (idle.length > 0 || ofKinds.length === 0);
  if (lacksAction) tellNoAction(check, at, idle);
  const policies = new Set([own?.class, ...ofKinds.map(([, one]) => one?.class)].filter((one) => one !== undefined));
  for (const one of policies) checkPolicy(check, path, rule, one, judged);
  if (check.problems.length > before) return undefined;
  const whole = Object.fromEntries(ofKinds) as Record<string, RationaleConfig>;
  return { shared: own, kinds: whole, suppress: suppress as SuppressConfig | undefined };
}

const defined = <Half extends object>(half: Half): Half =>
  Object.fromEntries(Object.entries(half).filter(([, value]) => value !== undefined)) as Half;
