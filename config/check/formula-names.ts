import { contextPrefix } from '../context-tags.js';
import { isObject, valueAt } from './checked.js';

/** What formulas may write of context: numbers and days, as far as the section can be read. */
export function formulaNames(data: unknown): string[] {
  const items = valueAt(data, ['context']);
  return Object.entries(isObject(items) ? items : {})
    .filter(([, item]) => valueAt(item, ['type']) !== 'text')
    .map(([name]) => `${contextPrefix}${name}`);
}
