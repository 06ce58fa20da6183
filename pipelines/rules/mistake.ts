import type { Text } from '../../gateway/contract/index.js';

/** One sentence that says what is wrong and one that says what to write; config shows them in the reader's language. */
export const mistake = (path: readonly (string | number)[], what: Text, remedy: Text) => ({
  code: 'custom' as const,
  path: [...path],
  message: what.en,
  params: { what, remedy },
});
