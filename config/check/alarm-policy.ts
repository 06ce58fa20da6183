import type { AlarmClass, Text } from '../../gateway/contract/index.js';
import { text } from '../messages/index.js';
import type { RuleConfig } from '../site.js';
import type { Path } from '../source/source.js';
import { valueAt } from './checked.js';
import type { SiteCheck } from './site-check.js';

/** What is known of what a rule judges. */
export interface Judged {
  /** Kinds of its conditions; empty where they are not known. */
  readonly kinds: readonly string[];
  /** Its tag is computed by a formula, on one of its devices at least. */
  readonly isDerived: boolean;
  /** Its alarms are not announced yet. */
  readonly isShadowed: boolean;
  readonly isSuppressed: boolean;
}

const isLikeSafety = (check: SiteCheck, { name }: AlarmClass): boolean =>
  name === 'safety' || valueAt(check.data, ['classes', name, 'like']) === 'safety';

const without = (key: string): Text => text((m) => m.remedy.removeKey({ key }));

function checkDelay(check: SiteCheck, path: Path, rule: RuleConfig, { onDelayMaxMs, name }: AlarmClass): void {
  const delay = valueAt(rule.settings, ['onDelay']);
  if (typeof delay !== 'number' || onDelayMaxMs === null || delay <= onDelayMaxMs) return;
  const max = `${onDelayMaxMs / 1000} s`;
  const sentence = {
    what: text((m) =>
      onDelayMaxMs === 0 ? m.problem.delayed({ class: name }) : m.problem.delayTooLong({ class: name, max }),
    ),
    remedy: onDelayMaxMs === 0 ? without('onDelay') : text((m) => m.remedy.atMost({ bound: max })),
  };
  check.tell([...path, 'onDelay'], sentence);
}

/**
 * What a class forbids its rules: whatever delays, hides or computes away a danger, and kinds of rule that cannot see it.
 * Warnings and doubts about the reading stay allowed, for they take nothing away.
 */
export function checkPolicy(
  check: SiteCheck,
  path: Path,
  rule: RuleConfig,
  policy: AlarmClass,
  { isDerived, isShadowed, isSuppressed }: Judged,
): void {
  const { name, toxic } = policy;
  checkDelay(check, path, rule, policy);
  if (isShadowed && (toxic || isLikeSafety(check, policy))) {
    const what = text((m) => m.problem.shadowedDanger({ class: name }));
    check.tell([...path, 'shadow'], { what, remedy: without('shadow') });
  }
  if (!toxic) return;
  if (rule.type !== 'limits') {
    const what = text((m) => m.problem.toxicNeedsLimits({ class: name, type: rule.type }));
    check.tell([...path, 'alarm', 'class'], { what, remedy: text((m) => m.remedy.toxicLimits()) });
  }
  for (const kind of ['HH', 'H', 'L', 'LL']) {
    if (typeof valueAt(rule.settings, [kind]) !== 'object') continue;
    const what = text((m) => m.problem.toxicMovingLimit({ class: name, kind }));
    check.tell([...path, kind], { what, remedy: text((m) => m.remedy.plainLimit()) });
  }
  if (isDerived) {
    const tag = String(valueAt(rule.settings, ['tag']));
    const what = text((m) => m.problem.toxicDerived({ class: name, tag }));
    check.tell([...path, 'tag'], { what, remedy: text((m) => m.remedy.measuredTag()) });
  }
  if (isSuppressed) {
    const what = text((m) => m.problem.toxicSuppressed({ class: name }));
    check.tell([...path, 'alarm', 'suppress'], { what, remedy: without('suppress') }, { atKey: true });
  }
}
