import type { ConditionDescription, Tag, TagTableSpec } from '../../gateway/contract/index.js';
import { text } from '../messages/index.js';
import type { Registries } from '../registries.js';
import type { RuleConfig } from '../site.js';
import type { Path } from '../source/source.js';
import { valueAt } from './checked.js';
import type { SiteCheck } from './site-check.js';

/** The conditions that a rule raises on some tables; `all` are those of the site. */
export function conditionsOf(
  registries: Registries,
  rule: Pick<RuleConfig, 'name' | 'type' | 'settings'>,
  tables: readonly TagTableSpec[],
  all: readonly TagTableSpec[],
): ConditionDescription[] {
  const definition = registries.rules[rule.type];
  // What the definition's own schema parsed is handed back to it.
  const compiled = definition?.create(rule.name, rule.settings as never, tables, all) ?? [];
  return compiled.flatMap(({ conditions }) => [...conditions]);
}

/** A condition held against a number of the settings that is named after it, as HH is: in the unit of its tag. */
const isBareLimit = (settings: unknown, { kind, limit }: ConditionDescription): boolean =>
  valueAt(settings, [kind]) === limit;

/** A deadband below the sensor's step does nothing: the value jumps over it. */
function warnDeadband(check: SiteCheck, path: Path, settings: unknown, resolution: number, unit: string): void {
  const deadband = valueAt(settings, ['deadband']);
  if (typeof deadband !== 'number' || deadband >= resolution) return;
  const step = `${resolution} ${unit}`.trim();
  const sentence = {
    what: text((m) => m.problem.deadbandTooSmall({ deadband, step })),
    remedy: text((m) => m.remedy.addKeyLike({ key: 'deadband', example: String(resolution) })),
  };
  check.tell([...path, 'deadband'], sentence, { warning: true });
}

function warnLimit(check: SiteCheck, path: Path, { kind, limit }: ConditionDescription, { range, unit }: Tag): void {
  if (!range || (limit >= range[0] && limit <= range[1])) return;
  const shown = `${range[0]}…${range[1]} ${unit}`.trim();
  const sentence = {
    what: text((m) => m.problem.limitOutOfRange({ kind, limit, range: shown })),
    remedy: text((m) => m.remedy.limitInRange({ range: shown })),
  };
  check.tell([...path, kind], sentence, { warning: true });
}

/** Warns of limits that the sensor never reaches, and of a deadband that is none. */
export function warnLimits(
  check: SiteCheck,
  path: Path,
  settings: unknown,
  conditions: readonly ConditionDescription[],
): void {
  const tagOf = ({ device, tag }: ConditionDescription): Tag | undefined =>
    check
      .device(device)
      ?.groups?.flatMap(({ table }) => table.tags)
      .find(({ name }) => name === tag);
  const judged = conditions
    .filter((condition) => isBareLimit(settings, condition))
    .flatMap((condition) => {
      const tag = tagOf(condition);
      return tag ? [{ condition, tag }] : [];
    });
  const steps = judged.flatMap(({ tag }) => tag.resolution ?? []);
  if (steps.length > 0) warnDeadband(check, path, settings, Math.max(...steps), judged[0]?.tag.unit ?? '');
  const told = new Set<string>();
  for (const { condition, tag } of judged) {
    if (!tag.range || told.has(condition.kind)) continue;
    told.add(condition.kind);
    warnLimit(check, path, condition, tag);
  }
}
