import { z } from 'zod';
import {
  type CompiledRule,
  type Condition,
  type Json,
  Quality,
  type RuleDefinition,
  type StampedFrame,
  type TagTableSpec,
} from '../../gateway/contract/index.js';
import { type ConditionTree, compileCondition } from './condition-tree.js';
import { type Gauge, type GaugedCondition, gaugedRule } from './gauged-rule.js';
import { delayFields, delaysOf, messageField } from './rule-fields.js';
import { testsOf, when } from './when.js';

const config = z.strictObject({
  when,
  ...delayFields,
  message: messageField().describe(
    'What people read; the generated sentence tells the condition and not what it means',
  ),
});

export type CompoundConfig = z.output<typeof config>;

const memory = z.object({ said: z.union([z.boolean(), z.literal('unknown')]).nullable(), tests: z.unknown() });

/** What a condition over several tags says now. It has no value of its own. */
class TreeGauge implements Gauge {
  readonly value = Number.NaN;
  readonly #tree: ConditionTree;
  /** As of the last look; null before the first. */
  #said: Condition | null = null;

  constructor(tree: ConditionTree) {
    this.#tree = tree;
  }

  get said(): Condition {
    return this.#said ?? 'unknown';
  }

  get quality(): number {
    return this.said === 'unknown' ? Quality['bad-formula'] : Quality.good;
  }

  read(frame: StampedFrame): boolean {
    if (!this.#tree.read(frame)) return false;
    this.#said = this.#tree.look(frame.instant);
    return true;
  }

  /** A second that changes nothing only lets delays end; before the first frame there is nothing to say. */
  pass(instant: number): boolean {
    const before = this.#said;
    if (before === null) return false;
    this.#said = this.#tree.look(instant);
    return this.#said !== before;
  }

  snapshot(): Json {
    return { said: this.#said, tests: this.#tree.snapshot() };
  }

  restore(state: Json): void {
    const { success, data } = memory.safeParse(state);
    if (!success) return;
    this.#said = data.said;
    this.#tree.restore((data.tests ?? null) as Json);
  }
}

function compile(
  name: string,
  settings: CompoundConfig,
  device: string | undefined,
  all: readonly TagTableSpec[],
): CompiledRule[] {
  const tree = compileCondition(settings.when, device, all);
  const first = tree?.tests[0];
  if (!tree || !first) return [];
  const on = device ?? first.device;
  const condition: GaugedCondition<TreeGauge> = {
    description: {
      key: `${name}/${on}/CONDITION`,
      device: on,
      tag: (tree.tests.find((test) => test.device === on) ?? first).tag,
      kind: 'CONDITION',
      limit: Number.NaN,
      unit: '',
      message: settings.message ?? tree.text,
    },
    signOf: ({ said }) => (said === 'unknown' ? said : said ? 'reached' : 'returned'),
  };
  const compiled = gaugedRule(new TreeGauge(tree), [condition], delaysOf(settings));
  return [{ ...compiled, key: device ?? '', tables: tree.tables }];
}

/**
 * A condition over several tags and devices: CONDITION. One rule for each device it is applied to; a single one when
 * every test names its device. Kleene's three values: unknown when a needed reading is bad or older than its `maxAge`.
 * Looked at with each frame of its tags and each second; a `within` is kept to that second. Late frames are not judged.
 */
export const compound: RuleDefinition<CompoundConfig> = {
  summary: { en: 'A condition over several tags', zh: '多测点组合条件' },
  config,
  judges: 'values',
  create(name, settings, tables, all) {
    const namesEvery = testsOf(settings.when).every((test) => test.device !== undefined);
    const devices = namesEvery ? [undefined] : [...new Set(tables.map((table) => table.device))];
    return devices.flatMap((device) => compile(name, settings, device, all));
  },
};
