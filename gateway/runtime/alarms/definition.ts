import type { ConditionDescription, Rationale } from '../../contract/index.js';

/** A condition that a person has to act on, and why. */
export interface AlarmDefinition extends ConditionDescription {
  readonly rationale: Rationale;
}
