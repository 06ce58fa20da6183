import type { Entry, Json } from '../../contract/index.js';

/**
 * An entry of the alarms lane as JSON: a number that is not there is null, and a configuration is named by its hash and
 * the names of its files, whose texts stay in the journal.
 */
export function entryJson(entry: Entry): { readonly [key: string]: Json } {
  const short = entry.kind === 'configuration' ? { ...entry, files: Object.keys(entry.files).sort() } : entry;
  return JSON.parse(JSON.stringify(short)) as { readonly [key: string]: Json };
}
