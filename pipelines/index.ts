import { limits } from './rules/limits.js';

/** Every rule a site file may name, by its `type`. */
export const rules = { limits } as const;

export { type Judged, judge } from './operators/judge.js';
export type { RuleInput } from './operators/rule-input.js';
export { ticksAtOnceMax, withTicks } from './operators/with-ticks.js';
export { IsolatedRule } from './rules/isolated-rule.js';
export type { LimitKind, LimitsConfig } from './rules/limits-config.js';
export { buildTransforms } from './transforms/build-transforms.js';
export { checkFormula } from './transforms/check-formula.js';
export type { DerivedTag, ReadTag, TagChecks, TransformSpec } from './transforms/spec.js';
