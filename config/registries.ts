import type { DriverDefinition, RuleDefinition, SinkDefinition, Text } from '../gateway/contract/index.js';

/**
 * What can be configured, by name. Configuration is generic over it: it takes the halves of the file that belong to a
 * driver, sink or rule from their definitions. The types of those halves differ from one to the next and are opaque
 * here, which is why the parameters are `never`.
 */
export interface Registries {
  readonly drivers: Readonly<Record<string, DriverDefinition<never, never, never>>>;
  readonly sinks: Readonly<Record<string, SinkDefinition<never>>>;
  readonly rules: Readonly<Record<string, RuleDefinition<never>>>;
  /** What is wrong with a formula over these tags, undefined when nothing is. */
  checkFormula(formula: string, tagNames: readonly string[]): Text | undefined;
}
