import type { Text } from '../../gateway/contract/index.js';

/** What is wrong with a setting and what to write instead, in every language. */
export interface SettingFault {
  readonly what: Text;
  readonly remedy: Text;
}

/** A zod issue that carries its sentences in `params`, for whoever prints problems in the reader's language. */
export function settingIssue(fault: SettingFault, path: readonly (string | number)[] = []) {
  return { code: 'custom' as const, message: fault.what.en, params: { ...fault }, path: [...path] };
}
