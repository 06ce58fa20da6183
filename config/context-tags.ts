import type { Tag, TagTableSpec } from '../gateway/contract/index.js';
import { boxDevice } from './box-tags.js';
import type { ContextConfig } from './site.js';

/** The built-in device that carries the site's context: rules name it so, and formulas write `context.NAME`. */
export const contextDevice = 'context';

/** What a formula calls one of its values begins with it. */
export const contextPrefix = `${contextDevice}.`;

/** Its values are told when one changes, at a start, and this often. */
export const contextEveryMs = 60_000;

const tagOf = ({ name, type, unit }: ContextConfig): Tag =>
  // A day counts as the days since.
  type === 'date' ? { name, type: 'number', unit: 'd' } : { name, type, unit };

/** What the frames of context hold; undefined for a site without. It is on no link: the box itself has it. */
export function contextTableSpec(
  site: string,
  items: readonly ContextConfig[],
  configuration: string,
): TagTableSpec | undefined {
  if (items.length === 0) return undefined;
  const [link, device, profile] = [boxDevice, contextDevice, contextDevice];
  return { site, link, device, profile, group: 'main', configuration, tags: items.map(tagOf) };
}
