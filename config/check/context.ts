import { text } from '../messages/index.js';
import type { ContextHalf } from '../schema/context-schema.js';
import type { SiteFile } from '../schema/site-schema.js';
import type { ContextConfig } from '../site.js';
import { isObject, valueAt } from './checked.js';
import { isReserved } from './profile-tags.js';
import type { SiteCheck } from './site-check.js';

function contextConfig(name: string, half: ContextHalf): ContextConfig {
  const { type, by, description = '', value = null } = half;
  return { name, type, unit: 'unit' in half ? half.unit : '', value, by, description };
}

/** The context of a site as it is written. */
export const contextConfigs = ({ context }: SiteFile): ContextConfig[] =>
  Object.entries(context).map(([name, half]) => contextConfig(name, half));

/** Names in the context that no record can have, as no tag can. */
export function checkContextNames(check: SiteCheck): void {
  const items = valueAt(check.data, ['context']);
  for (const name of Object.keys(isObject(items) ? items : {})) {
    if (!isReserved(name)) continue;
    const what = text((m) => m.problem.reservedTag({ tag: name }));
    check.tell(['context', name], { what, remedy: text((m) => m.remedy.renameTag({ tag: name })) }, { atKey: true });
  }
}
