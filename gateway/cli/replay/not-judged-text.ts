import { contextDevice } from '../../../config/index.js';
import type { Cli } from '../cli.js';
import { wrapText } from '../text-width.js';
import type { Replayed } from './replayed.js';

type UnjudgedRule = Replayed['notJudged'][number];

/** More reasons than these are only counted, and more names in one than those. */
const reasonsMax = 8;
const namesMax = 6;

function listText({ m }: Cli, names: readonly string[]): readonly string[] | string {
  if (names.length <= namesMax) return names;
  return m.replay.andMore({ list: names.slice(0, namesMax), count: names.length - namesMax });
}

const tagsOf = ({ missing }: UnjudgedRule): string[] => missing.map(({ device, tag }) => `${device} ${tag}`);

function whatText(cli: Cli, rules: readonly UnjudgedRule[]): string {
  const { replay } = cli.m;
  const [first] = rules as [UnjudgedRule];
  if (!first.isWhole) return replay.notJudgedPart({ conditions: listText(cli, first.conditions), rule: first.rule });
  const names = listText(
    cli,
    rules.map(({ rule }) => rule),
  );
  return rules.length === 1 ? replay.notJudgedRule({ rules: names }) : replay.notJudgedRules({ rules: names });
}

/** Rules that lack the same are told together; one that was judged in part, on its own. */
function byReason(rules: readonly UnjudgedRule[]): UnjudgedRule[][] {
  const groups = new Map<string, UnjudgedRule[]>();
  for (const one of rules) {
    const reason = one.isWhole ? tagsOf(one).join('\n') : `\n${one.rule}`;
    const group = groups.get(reason);
    if (group) group.push(one);
    else groups.set(reason, [one]);
  }
  return [...groups.values()];
}

/** Which rules had nothing to judge, and what of; empty where all were judged. */
export function notJudgedText(cli: Cli, { notJudged, isRelative }: Pick<Replayed, 'notJudged' | 'isRelative'>): string {
  const { m, columns } = cli;
  const groups = byReason(notJudged);
  const lines = groups.slice(0, reasonsMax).map((rules) => {
    const what = whatText(cli, rules);
    const tags = tagsOf(rules[0] as UnjudgedRule);
    return tags.length === 0
      ? m.replay.notJudgedTogether({ what })
      : m.replay.notJudged({ what, tags: listText(cli, tags) });
  });
  const rest = groups.slice(reasonsMax).flat().length;
  const needsDays = isRelative && notJudged.some(({ missing }) => missing.some((one) => one.device === contextDevice));
  const all = [
    ...lines,
    ...(rest > 0 ? [m.replay.notJudgedMore({ count: rest })] : []),
    ...(needsDays ? [m.replay.notJudgedDays()] : []),
  ];
  return wrapText(all.join('\n'), columns);
}
