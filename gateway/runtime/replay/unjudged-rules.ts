import type { Registries } from '../../../config/index.js';
import type { RuleConfig, SiteConfig } from '../../../config/site.js';
import type { CompiledRule, ConditionDescription, RuleDefinition, TagTableSpec } from '../../contract/index.js';
import type { Coverage } from './coverage.js';
import { tableSpecsOf } from './site-rules.js';

/** A tag that a rule needs, and of which there was nothing. */
export interface MissingTag {
  readonly device: string;
  readonly tag: string;
}

/** A rule that said nothing because it could not: that it raised no alarm means nothing. */
export interface UnjudgedRule {
  readonly rule: string;
  /** Nothing of it was judged; else it was on other tags or devices. */
  readonly isWhole: boolean;
  /** Keys of what was not judged. */
  readonly conditions: readonly string[];
  readonly missing: readonly MissingTag[];
}

interface Asked {
  readonly site: SiteConfig;
  readonly registries: Registries;
  readonly coverage: Coverage;
  /** Only this device was there: of others only rules are told of which nothing was judged. */
  readonly device?: string;
}

const without = (tables: readonly TagTableSpec[], { device, tag }: MissingTag): TagTableSpec[] =>
  tables.map((table) =>
    table.device === device ? { ...table, tags: table.tags.filter(({ name }) => name !== tag) } : table,
  );

/** Looks at one rule: what the site file would have it judge, beside what was there. */
class RuleLook {
  readonly #config: RuleConfig;
  readonly #definition: RuleDefinition<unknown>;
  readonly #coverage: Coverage;
  readonly #compiled: readonly CompiledRule[];

  constructor(config: RuleConfig, all: readonly TagTableSpec[], { registries, coverage }: Asked) {
    this.#config = config;
    this.#definition = registries.rules[config.type] as RuleDefinition<unknown>;
    this.#coverage = coverage;
    this.#compiled = this.#create(all);
  }

  unjudged(device: string | undefined): UnjudgedRule[] {
    const all = this.#compiled.flatMap((one) => one.conditions.map((condition) => ({ one, condition })));
    const open = all.flatMap(({ one, condition }) => {
      const own = one.tables.find((table) => isOf(table, condition));
      if (!this.#coverage.isOpen(condition.key, own)) return [];
      const missing = this.#missing(one, condition.key);
      return missing.length > 0 || this.#coverage.isMissing(condition.key) ? [{ condition, missing }] : [];
    });
    const isWhole = open.length === all.length;
    const told = open.filter(({ condition }) => isWhole || device === undefined || condition.device === device);
    if (told.length === 0) return [];
    const missing = new Map(told.flatMap((one) => one.missing).map((one) => [`${one.device}/${one.tag}`, one]));
    const conditions = told.map(({ condition }) => condition.key);
    return [{ rule: this.#config.name, isWhole, conditions, missing: [...missing.values()] }];
  }

  /** The tags without which the rule would not have this condition, as far as there was nothing of them. */
  #missing({ tables }: CompiledRule, key: string): MissingTag[] {
    const needsValue = this.#definition.judges === 'values';
    const nowhere = tables.flatMap(({ device, tags }) =>
      tags.flatMap(({ name: tag }) => (this.#coverage.hasTag(device, tag, needsValue) ? [] : [{ device, tag }])),
    );
    return nowhere.filter((tag) =>
      // Of its own tables alone: of all of a large site it would take long.
      this.#create(without(tables, tag)).every(({ conditions }) => conditions.every((one) => one.key !== key)),
    );
  }

  #create(all: readonly TagTableSpec[]): readonly CompiledRule[] {
    const { name, settings, devices } = this.#config;
    const own = all.filter(({ device }) => devices.includes(device));
    // What the definition's own schema parsed is handed back to it.
    return this.#definition.create(name, settings, own, all);
  }
}

const isOf = ({ device, tags }: TagTableSpec, condition: ConditionDescription): boolean =>
  device === condition.device && tags.some(({ name }) => name === condition.tag);

/** Rules of a site, or parts of them, that could not be judged by what was there, in the order of its file. */
export function unjudgedRules(asked: Asked): UnjudgedRule[] {
  const all = tableSpecsOf(asked.site);
  return asked.site.rules.flatMap((config) => new RuleLook(config, all, asked).unjudged(asked.device));
}
