import type { AlarmEntry, FloodEntry } from '../../../../gateway/contract/index.js';
import type { AlarmBookOptions } from '../../../../gateway/runtime/alarms/alarm-book.js';

export type Noted = AlarmEntry | FloodEntry;

/** What a start reads from the entries a journal kept: the fold that an alarm book begins with. */
export function foldOf(entries: readonly Noted[], instant: number): Omit<AlarmBookOptions, 'definitions' | 'note'> {
  const last = new Map<string, AlarmEntry>();
  const activations: { key: string; instant: number; isAnnunciated: boolean }[] = [];
  let isFlooded = false;
  for (const entry of entries) {
    if (entry.kind === 'flood') isFlooded = entry.state === 'began';
    else {
      last.set(entry.key, entry);
      if (entry.change === 'raised' && entry.instant > instant - 600_000) activations.push(entry);
    }
  }
  return { standing: last.values(), activations, isFlooded };
}

/** The entries as a journal holds them, a line each; JSON has no NaN, which stands for an unknown time. */
const lineOf = (entry: Noted): string => `${JSON.stringify(entry)}\n`;

const entryOf = (line: string): Noted => {
  const entry = JSON.parse(line) as Noted;
  return { ...entry, time: entry.time ?? Number.NaN };
};

/** What is left of them when all but the first bytes are lost: whole lines. `kept` is a share of the bytes. */
export function truncated(entries: readonly Noted[], kept: number): Noted[] {
  const bytes = Buffer.from(entries.map(lineOf).join(''));
  const left = bytes.subarray(0, Math.round(kept * bytes.length)).toString();
  return left
    .slice(0, left.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
    .map(entryOf);
}

/**
 * Keys that were raised again with nothing between that ended, counted or announced the activation before. While an alarm
 * chatters its returns are held, without an entry each.
 */
export function doubledIn(entries: readonly Noted[]): readonly string[] {
  const open = new Set<string>();
  const doubled: string[] = [];
  for (const entry of entries) {
    if (entry.kind === 'flood') continue;
    const { key, change } = entry;
    if (change === 'raised') {
      if (open.has(key) && entry.state.chatter === null) doubled.push(key);
      open.add(key);
    } else if (ends.has(change)) open.delete(key);
  }
  return doubled;
}

const ends: ReadonlySet<string> = new Set([
  'returned',
  'closed',
  'chattering',
  'chatter-ended',
  'unshelved',
  'unsuppressed',
  'returned-to-service',
]);
