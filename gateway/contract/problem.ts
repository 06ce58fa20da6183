import type { Text } from './text.js';

/** Something wrong in configuration, found before anything opens. `path` leads to the place, outermost key first. */
export interface Problem {
  readonly path: readonly (string | number)[];
  /** What is wrong. */
  readonly what: Text;
  /** What to write instead. */
  readonly remedy: Text;
  /** A warning is shown and does not refuse the file. */
  readonly warning?: boolean;
}
