import type { Registries } from '../../../config/index.js';
import type { RuleConfig, SiteConfig } from '../../../config/site.js';
import type { LimitKind, LimitsConfig } from '../../../pipelines/index.js';
import type { ConditionDescription, Tag } from '../../contract/index.js';
import { rulesOfSite, tableSpecsOf } from './site-rules.js';
import type { TuneSubject } from './tune-advice.js';

/** A limit that can be tuned, and under which names its tag stands in a journal. */
export interface TunableAlarm extends TuneSubject {
  readonly devices: readonly string[];
  readonly tags: readonly string[];
}

/** Of a limit that is no alarm, and so has no time to respond. */
const respondWithinMs = 1_800_000;

const ruleOf = ({ rules }: SiteConfig, { key, device, tag, kind }: ConditionDescription): RuleConfig | undefined =>
  rules.find(({ type, name }) => type === 'limits' && key === `${name}/${device}/${tag}/${kind}`);

function tagOf(site: SiteConfig, { device, tag }: ConditionDescription): Tag | undefined {
  const own = tableSpecsOf(site).filter((table) => table.device === device);
  return own.flatMap(({ tags }) => tags).find(({ name }) => name === tag);
}

/** The names a device and its tag have and had. */
function namesOf({ links }: SiteConfig, { device, tag }: ConditionDescription): Pick<TunableAlarm, 'devices' | 'tags'> {
  const own = links.flatMap(({ devices }) => devices).find(({ name }) => name === device);
  const tags = own?.groups.flatMap((group) => [...group.tags, ...group.derived]);
  const formerly = tags?.find(({ name }) => name === tag)?.formerly ?? [];
  return { devices: [device, ...(own?.formerly ?? [])], tags: [tag, ...formerly] };
}

/** Every fixed limit of a site. Those that move depend on more than their own tag, and are not among them. */
export function tunableAlarms(site: SiteConfig, registries: Registries): TunableAlarm[] {
  const { alarms, events } = rulesOfSite(site, registries);
  return [...alarms.values(), ...events.values()].flatMap((condition): TunableAlarm[] => {
    const [rule, tag] = [ruleOf(site, condition), tagOf(site, condition)];
    if (!rule || !tag) return [];
    const kind = condition.kind as LimitKind;
    // Parsed by the schema of that type.
    const { deadband, onDelay = 0, offDelay = 0, [kind]: limit } = rule.settings as LimitsConfig;
    if (typeof limit !== 'number') return [];
    const rationale = alarms.get(condition.key)?.rationale;
    return [
      {
        key: condition.key,
        tag,
        kind,
        limit,
        current: { deadband, onDelayMs: onDelay, offDelayMs: offDelay },
        isToxic: rationale?.class.toxic ?? false,
        onDelayMaxMs: rationale?.class.onDelayMaxMs ?? null,
        respondWithinMs: rationale?.respondWithinMs ?? respondWithinMs,
        ...namesOf(site, condition),
      },
    ];
  });
}
