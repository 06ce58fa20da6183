import type { TagType } from '../../gateway/contract/index.js';
import { text } from '../messages/index.js';
import type { LinkConfig, RuleConfig } from '../site.js';
import type { Path } from '../source/source.js';
import { followsContext, rulesOver, type TagPlace, tagPlaces } from '../statutory-facts.js';
import { written } from './poll-times.js';
import type { ProfileCheck } from './profile.js';
import type { SiteCheck } from './site-check.js';

/** What the law protects is read at least this often: a longer excursion than this would be missed. */
const pollMaxMs = 60_000;

/** The law protects what is measured or switched. A text has no limit, no exceedance and no quality checks. */
export function checkStatutoryType(check: ProfileCheck, path: Path, type: TagType, isStatutory: boolean): void {
  if (!isStatutory || type !== 'text') return;
  const sentence = {
    what: text((m) => m.problem.statutoryText()),
    remedy: text((m) => m.remedy.removeKey({ key: 'statutory' })),
  };
  check.tell([...path, 'statutory'], sentence);
}

/** One person sets the context at any time: a limit that two people have to change does not follow it. */
function refuseContext(check: SiteCheck, { tag }: TagPlace, over: readonly RuleConfig[]): void {
  for (const rule of over) {
    if (rule.type !== 'limits' || !followsContext(rule)) continue;
    const sentence = {
      what: text((m) => m.problem.statutoryContext({ tag: tag.name })),
      remedy: text((m) => m.remedy.fixedLimit()),
    };
    check.tell(['rules', rule.name], sentence, { atKey: true });
  }
}

function warnSeldom(check: SiteCheck, { link, device, group, tag }: TagPlace): void {
  if (group.everyMs <= pollMaxMs) return;
  const told = { device: device.name, tag: tag.name, poll: written(group.everyMs) };
  const sentence = {
    what: text((m) => m.problem.statutorySeldom(told)),
    remedy: text((m) => m.remedy.readAtLeast({ poll: written(pollMaxMs) })),
  };
  check.tell(['links', link.name, 'devices', device.name], sentence, { atKey: true, warning: true });
}

function warnUnjudged(check: SiteCheck, { link, device, tag }: TagPlace): void {
  const sentence = {
    what: text((m) => m.problem.statutoryUnjudged({ device: device.name, tag: tag.name })),
    remedy: text((m) => m.remedy.judgeTag({ tag: tag.name })),
  };
  check.tell(['links', link.name, 'devices', device.name], sentence, { atKey: true, warning: true });
}

/** Tags that the law protects: limits that one person could move, tags read seldom or judged by no rule. */
export function checkStatutory(check: SiteCheck, links: readonly LinkConfig[], rules: readonly RuleConfig[]): void {
  // A rule with something wrong in it is not among `rules`: nothing is said of what it may judge.
  const isWhole = check.isFineSince(0);
  for (const place of tagPlaces({ links })) {
    if (!place.tag.statutory) continue;
    const over = rulesOver(rules, place);
    refuseContext(check, place, over);
    warnSeldom(check, place);
    if (isWhole && over.length === 0) warnUnjudged(check, place);
  }
}
