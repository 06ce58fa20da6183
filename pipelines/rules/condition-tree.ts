import type { Condition, Json, StampedFrame, TagTableSpec, Text } from '../../gateway/contract/index.js';
import { ConditionTest } from './condition-test.js';
import { inBrackets, joinTexts, testText } from './condition-text.js';
import { findTags } from './each-table.js';
import { allTrue, anyTrue, atLeastTrue, negated } from './kleene.js';
import { type Test, testsOf, type When } from './when.js';

/**
 * A condition over several tags, compiled. Reads no clock and does no I/O: it is given the frames of its tables and asked
 * at instants, which must not decrease. Times that end without a frame are found when it is asked again.
 */
export interface ConditionTree {
  /** Tables whose frames it needs, each once. */
  readonly tables: readonly TagTableSpec[];
  /** Its tests, as tags, in reading order. */
  readonly tests: readonly { readonly device: string; readonly tag: string }[];
  /** The condition in words. */
  readonly text: Text;
  /** Takes a frame; false when it is of no table of this condition. Late frames must not be given. */
  read(frame: StampedFrame): boolean;
  look(instant: number): Condition;
  snapshot(): Json;
  /** Refuses nothing: a test without a memory that fits begins anew. */
  restore(state: Json): void;
}

interface Node {
  readonly text: Text;
  /** Several conditions joined: set in brackets inside another. */
  readonly isJoined: boolean;
  readonly look: (instant: number) => Condition;
}

const textOf = ({ text, isJoined }: Node): Text => (isJoined ? inBrackets(text) : text);

function joined(nodes: readonly Node[], by: Text, decide: (conditions: readonly Condition[]) => Condition): Node {
  return {
    text: joinTexts(nodes.map(textOf), by),
    isJoined: nodes.length > 1,
    // Every one is asked, whatever the others say: each has times to keep.
    look: (instant) => decide(nodes.map((node) => node.look(instant))),
  };
}

function compileNode(tree: When, leaf: (test: Test) => Node): Node {
  if ('tag' in tree) return leaf(tree);
  const several = (trees: readonly When[]) => trees.map((one) => compileNode(one, leaf));
  if ('all' in tree) return joined(several(tree.all), { en: ' and ', zh: '，且 ' }, allTrue);
  if ('any' in tree) return joined(several(tree.any), { en: ' or ', zh: '，或 ' }, anyTrue);
  if ('of' in tree) {
    const { atLeast: count } = tree;
    const node = joined(several(tree.of), { en: '; ', zh: '；' }, (conditions) => atLeastTrue(count, conditions));
    const text = inBrackets(node.text, { en: `at least ${count} of `, zh: `至少 ${count} 项成立` });
    return { ...node, text, isJoined: false };
  }
  const node = compileNode(tree.not, leaf);
  return {
    text: inBrackets(node.text, { en: 'not ', zh: '非' }),
    isJoined: false,
    look: (instant) => negated(node.look(instant)),
  };
}

/**
 * Compiles a condition of the site file. `device` is the one that tests without a device mean; `all` are the tables of
 * the whole site. Undefined when a tag it needs is in none of them.
 */
export function compileCondition(
  tree: When,
  device: string | undefined,
  all: readonly TagTableSpec[],
): ConditionTree | undefined {
  /** By what each says, so that memory fits after the tests were reordered, and tests that say the same are one. */
  const tests = new Map<string, ConditionTest>();
  const keyOf = (test: Test): string => JSON.stringify({ ...test, device: test.device ?? device });
  for (const test of testsOf(tree)) {
    const found = findTags(all, test.tag).find(({ table }) => table.device === (test.device ?? device));
    if (!found) return undefined;
    tests.set(keyOf(test), new ConditionTest(test, found));
  }
  const root = compileNode(tree, (test) => {
    const compiled = tests.get(keyOf(test)) as ConditionTest;
    return { text: testText(test, compiled.found), isJoined: false, look: (instant) => compiled.look(instant) };
  });
  const ordered = [...tests.values()];
  return {
    tables: [...new Set(ordered.map(({ found }) => found.table))],
    tests: ordered.map(({ found }) => ({ device: found.table.device, tag: found.tag.name })),
    text: root.text,
    read(frame) {
      const { device: from, group } = frame.table;
      const own = ordered.filter(({ found: { table } }) => table.device === from && table.group === group);
      for (const one of own) one.read(frame);
      return own.length > 0;
    },
    look: root.look,
    snapshot: () => Object.fromEntries([...tests].map(([key, one]) => [key, one.snapshot()])),
    restore(state) {
      if (typeof state !== 'object' || state === null || Array.isArray(state)) return;
      const saved = state as { readonly [key: string]: Json };
      for (const [key, one] of tests) one.restore(Object.hasOwn(saved, key) ? saved[key] : undefined);
    },
  };
}
