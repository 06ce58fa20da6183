import type { Registries } from '../../config/index.js';
import type { RuleConfig, SiteConfig, SuppressConfig } from '../../config/site.js';
import {
  Communication,
  type DevicePhase,
  type HostedRule,
  IsolatedRule,
  newPhase,
  ReadingTimes,
} from '../../pipelines/index.js';
import type {
  CompiledRule,
  ConditionDescription,
  Json,
  Log,
  Rule,
  RuleDefinition,
  TagTable,
} from '../contract/index.js';
import type { AlarmDefinition } from './alarms/definition.js';
import { blindAlarm, lostAlarm, rationaleOf } from './alarms/rationales.js';
import {
  type FormerNames,
  formerKeys,
  formerMemoryKeys,
  formerNames,
  memoryKey,
  type RulePart,
} from './former-names.js';

/** A rule on its place in the pipeline. */
export interface SiteRule extends HostedRule {
  /** What it remembers is kept under it. */
  readonly memoryKey: string;
  /** What that was before things were renamed. */
  readonly formerMemoryKeys: readonly string[];
  readonly conditions: readonly ConditionDescription[];
}

/** Everything that judges, compiled once at a start. */
export interface CompiledRules {
  /** In the order in which they are asked: what watches the links first. */
  readonly rules: readonly SiteRule[];
  /** Conditions nobody has to act on, by key. */
  readonly events: ReadonlyMap<string, ConditionDescription>;
  readonly alarms: ReadonlyMap<string, AlarmDefinition>;
  /** By table number. */
  readonly phases: ReadonlyMap<number, DevicePhase>;
  /** When each table was last judged. */
  readonly times: ReadingTimes;
  /** Keys that conditions had under other names, by the key they have now. */
  readonly formerKeys: ReadonlyMap<string, readonly string[]>;
  /** Rules that judge the values of one table alone, by its number, as if they had seen nothing; made anew at each call. */
  readonly untouched: (table: number) => readonly CompiledRule[];
  /** Gives rules back what they remembered, also under former names; what fits none is passed over. */
  restore(memory: Readonly<Record<string, Json>>): void;
  /** The gateway was away: what was read before says nothing of now, so values settle again. */
  beginAgain(): void;
  /** A rule that fails begins anew; what stands by the journal is asked here, so that it goes on. */
  knowStanding(isStanding: (key: string) => boolean): void;
}

interface Ports {
  readonly registries: Registries;
  readonly log: Log;
}

const numbersOf = (tables: CompiledRule['tables']): number[] => tables.map((table) => (table as TagTable).number);

class RulesCompiler {
  readonly #site: SiteConfig;
  readonly #ports: Ports;
  readonly #tables: readonly TagTable[];
  readonly #rules: SiteRule[] = [];
  readonly #events = new Map<string, ConditionDescription>();
  readonly #alarms = new Map<string, AlarmDefinition>();
  /** Tags on whose readings lives depend, by device. */
  readonly #toxicTags = new Map<string, string[]>();
  readonly #former: FormerNames;
  /** Rules that judge the values of one table alone, by its number. */
  readonly #ofOneTable = new Map<number, RuleConfig[]>();
  readonly #formerKeys = new Map<string, readonly string[]>();
  #isStanding: (key: string) => boolean = () => false;

  constructor(site: SiteConfig, tables: readonly TagTable[], ports: Ports) {
    this.#site = site;
    this.#former = formerNames(site);
    this.#tables = tables;
    this.#ports = ports;
  }

  compile(): CompiledRules {
    for (const config of this.#site.rules) this.#compileRule(config);
    const onLinks = this.#tables.filter(({ link }) => this.#site.links.some(({ name }) => name === link));
    const phaseOfDevice = new Map(onLinks.map(({ device }) => [device, newPhase()]));
    const watching = this.#site.links.map(({ name }) => this.#watchLink(name, phaseOfDevice));
    const phases = new Map(onLinks.map(({ number, device }) => [number, phaseOfDevice.get(device) as DevicePhase]));
    const rules = [...watching, ...this.#rules];
    const times = new ReadingTimes(
      new Map(this.#tables.map(({ number, device, group }) => [number, `${device}/${group}`])),
    );
    return {
      rules,
      events: this.#events,
      alarms: this.#alarms,
      phases,
      times,
      formerKeys: this.#formerKeys,
      untouched: (number) => this.#untouched(number),
      restore: (memory) => {
        times.restore(memory[timesKey]);
        for (const { rule, ...kept } of rules) {
          const key = [kept.memoryKey, ...kept.formerMemoryKeys].find((one) => memory[one] !== undefined);
          if (key !== undefined) rule.restore(memory[key] as Json);
        }
      },
      beginAgain: () => {
        for (const phase of phases.values()) phase.isOut = true;
      },
      knowStanding: (isStanding) => {
        this.#isStanding = isStanding;
      },
    };
  }

  #compileRule(config: RuleConfig): void {
    const tables = this.#tables.filter(({ device }) => config.devices.includes(device));
    const { alarm } = config;
    const create = (type: string, name: string, settings: unknown): readonly CompiledRule[] =>
      this.#definition(type).create(name, settings, tables, this.#tables);
    const compileSuppression = () =>
      create('compound', `${config.name}/suppress`, suppressSettings(alarm?.suppress, this.#definition('compound')));
    const suppressing = alarm?.suppress ? compileSuppression() : [];
    if (alarm?.suppress) this.#host(config.name, '/suppress', compileSuppression, valuesOnly);
    // A condition that names all its devices suppresses on every device; any other one on its own.
    const suppressedBy = (device: string): string | undefined =>
      suppressing.find(({ key }) => key === device || key === '')?.conditions[0]?.key;
    const { judges } = this.#definition(config.type);
    const isToxic = [alarm?.shared, ...Object.values(alarm?.kinds ?? {})].some((one) => one?.class.toxic);
    const asked = { settles: !isToxic, needsDevice: judges === 'presence' };
    const compile = () => create(config.type, config.name, config.settings);
    const hosted = this.#host(config.name, '', compile, asked);
    if (judges === 'values') this.#knowTables(config, hosted);
    const conditions = hosted.flatMap((compiled) => compiled.conditions);
    for (const condition of conditions) {
      const rationale = rationaleOf(config, condition, suppressedBy);
      if (rationale) this.#alarms.set(condition.key, { ...condition, rationale });
      else this.#events.set(condition.key, condition);
    }
    if (isToxic) this.#watchBlindness(config, conditions, create);
  }

  /** A toxic tag that turns bad is an alarm of its own, unless its device or link is lost: that one then says so. */
  #watchBlindness(
    config: RuleConfig,
    judged: readonly ConditionDescription[],
    create: (type: string, name: string, settings: unknown) => readonly CompiledRule[],
  ): void {
    const toxic = judged.filter(({ key }) => this.#alarms.get(key)?.rationale.class.toxic);
    for (const { device, tag } of toxic) {
      const tags = this.#toxicTags.get(device) ?? [];
      if (!tags.includes(tag)) this.#toxicTags.set(device, [...tags, tag]);
    }
    const [first] = toxic;
    const of = first && this.#alarms.get(first.key)?.rationale;
    if (!first || !of) return;
    const settings = this.#definition('quality').config.parse({ tag: first.tag });
    const compile = () => create('quality', config.name, settings);
    const asked = { settles: false, needsDevice: true };
    const blind = [
      ...this.#host(config.name, '/blind', compile, asked),
      // A driver that hangs gives no bad reading either.
      ...this.#host(config.name, '/silent', () => this.#silence(config, first.tag, create), asked),
    ];
    for (const condition of blind.flatMap(({ conditions }) => conditions))
      this.#alarms.set(condition.key, blindAlarm(condition, of));
  }

  #silence(
    { name, devices }: RuleConfig,
    tag: string,
    create: (type: string, name: string, settings: unknown) => readonly CompiledRule[],
  ): readonly CompiledRule[] {
    const groups = this.#site.links.flatMap((link) =>
      link.devices.filter((device) => devices.includes(device.name)).flatMap((device) => device.groups),
    );
    const everyMs = Math.max(
      0,
      ...groups.filter(({ tags }) => tags.some((one) => one.name === tag)).map((group) => group.everyMs),
    );
    const after = `${Math.max(silentPolls * everyMs, silentMsMin)}ms`;
    return create('stale', name, this.#definition('stale').config.parse({ tag, after, answers: true }));
  }

  #watchLink(link: string, phases: ReadonlyMap<string, DevicePhase>): SiteRule {
    const tables = this.#tables.filter((table) => table.link === link);
    const { settlingMs, lostAfterMs } = this.#site.alarms;
    const settings = { link, tables, settlingMs, lostAfterMs, phases, toxicTags: this.#toxicTags };
    const communication = new Communication(settings);
    const { conditions } = communication;
    for (const condition of conditions) {
      this.#knowFormerly(condition, condition.key.slice(0, condition.key.indexOf('/')), '');
      const devices = condition.kind === 'LINK' ? tables.map(({ device }) => device) : [condition.device];
      this.#alarms.set(
        condition.key,
        lostAlarm(
          condition,
          devices.some((device) => this.#toxicTags.has(device)),
        ),
      );
    }
    return {
      rule: this.#isolated(link, { rule: communication, conditions }, () => new Communication(settings)),
      tables: numbersOf(tables),
      settles: false,
      needsDevice: false,
      memoryKey: `${link}/communication`,
      formerMemoryKeys: [],
      conditions,
    };
  }

  #knowTables(config: RuleConfig, compiled: readonly CompiledRule[]): void {
    for (const { tables } of compiled) {
      const [table, ...others] = numbersOf(tables);
      if (table === undefined || others.length > 0) continue;
      const known = this.#ofOneTable.get(table);
      if (!known) this.#ofOneTable.set(table, [config]);
      else if (!known.includes(config)) known.push(config);
    }
  }

  #untouched(number: number): readonly CompiledRule[] {
    const tables = this.#tables.filter((table) => table.number === number);
    return (this.#ofOneTable.get(number) ?? [])
      .flatMap(({ type, name, settings }) => this.#definition(type).create(name, settings, tables, this.#tables))
      .filter((compiled) => compiled.tables.length === 1);
  }

  /** Puts what a definition compiles on its place. */
  #host(
    ruleName: string,
    part: RulePart,
    create: () => readonly CompiledRule[],
    asked: Pick<HostedRule, 'settles' | 'needsDevice'>,
  ): readonly CompiledRule[] {
    const made = create();
    for (const [index, compiled] of made.entries()) {
      const { key, tables, conditions } = compiled;
      const rule = this.#isolated(ruleName + part, compiled, () => create()[index]?.rule ?? compiled.rule);
      this.#rules.push({
        rule,
        tables: numbersOf(tables),
        ...asked,
        memoryKey: memoryKey(key, ruleName, part),
        formerMemoryKeys: formerMemoryKeys(key, ruleName, part, this.#former),
        conditions,
      });
      for (const condition of conditions) this.#knowFormerly(condition, ruleName, part === '/suppress' ? part : '');
    }
    return made;
  }

  #knowFormerly(condition: ConditionDescription, ruleName: string, part: RulePart): void {
    const keys = formerKeys(condition, ruleName, part, this.#former);
    if (keys.length > 0) this.#formerKeys.set(condition.key, keys);
  }

  /** A rule that failed begins anew with what stands by the journal, so that its alarms neither end nor come twice. */
  #isolated(name: string, first: Pick<CompiledRule, 'rule' | 'conditions'>, createAgain: () => Rule): IsolatedRule {
    let hasBegun = false;
    const begin = (): Rule => {
      if (!hasBegun) {
        hasBegun = true;
        return first.rule;
      }
      const rule = createAgain();
      for (const { key } of first.conditions) if (this.#isStanding(key)) rule.assumeActive(key);
      return rule;
    };
    return new IsolatedRule(begin, (error) =>
      this.#ports.log.error({ rule: name, err: error }, 'rule failed in a way it should not'),
    );
  }

  #definition(type: string): RuleDefinition<unknown> {
    const definition = this.#ports.registries.rules[type] as RuleDefinition<unknown> | undefined;
    if (!definition) throw new Error(`no rule of type ${type}`);
    return definition;
  }
}

/** A dangerous-gas tag of which nothing is heard for so many polls, and not less than so long, is blind. */
const silentPolls = 3;
const silentMsMin = 5000;

/** What the times of judging are remembered under, beside the rules. */
export const timesKey = 'judged';

const valuesOnly = { settles: true, needsDevice: false } as const;

/** The condition that suppresses: what the site file says, and nothing living that says otherwise. */
function suppressSettings(suppress: SuppressConfig | undefined, compound: RuleDefinition<unknown>): unknown {
  if (!suppress) throw new Error('nothing suppresses here');
  const { when, unless } = suppress;
  return compound.config.parse({ when: unless === undefined ? when : { all: [when, { not: unless }] } });
}

/** Compiles the rules of a site over the tables of its devices. */
export const compileRules = (site: SiteConfig, tables: readonly TagTable[], ports: Ports): CompiledRules =>
  new RulesCompiler(site, tables, ports).compile();
