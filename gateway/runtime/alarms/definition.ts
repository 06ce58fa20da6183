import type { ConditionDescription, Rationale } from '../../contract/index.js';

/** A condition that a person has to act on, and why. */
export interface AlarmDefinition extends ConditionDescription {
  readonly rationale: Rationale;
}

/**
 * The alarm says of its tag that it is true, as `state` with `is: true` does; not that it is blind, silent or false, nor
 * anything of other tags beside it.
 */
export const saysTrue = ({ kind, limit }: Pick<AlarmDefinition, 'kind' | 'limit'>): boolean =>
  kind === 'STATE' && limit === 1;
