import type { WordsAnswer } from '../raw/raw-reader.js';
import type { RegisterWindow, WordTable } from './decodings.js';

/** Reads registers of one table. */
export type AskWords = (start: number, count: number) => Promise<WordsAnswer>;

/** Reads that may stay without answer before a table is given up: each costs a time-out. */
const silencesMax = 2;

/**
 * Registers around one that somebody asks about, as many as the device gives: what it refuses in one piece is asked for
 * in two, down to single registers. Undefined when the device gives none of the table.
 */
export async function readWindow(
  table: WordTable,
  start: number,
  count: number,
  ask: AskWords,
): Promise<RegisterWindow | undefined> {
  const words: (number | undefined)[] = Array.from({ length: count }, () => undefined);
  let silences = 0;
  const fill = async (from: number, length: number): Promise<void> => {
    if (silences >= silencesMax) return;
    const answer = await ask(start + from, length);
    if (answer.kind === 'words') {
      answer.words.forEach((word, n) => {
        words[from + n] = word;
      });
      return;
    }
    if (answer.kind === 'silent') silences += 1;
    const isFunctionUnknown = answer.kind === 'refused' && answer.exception === 1;
    if (length === 1 || isFunctionUnknown) return;
    const half = length >> 1;
    await fill(from, half);
    await fill(from + half, length - half);
  };
  await fill(0, count);
  return words.some((word) => word !== undefined) ? { table, start, words } : undefined;
}
