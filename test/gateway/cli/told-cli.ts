import type { Cli } from '../../../gateway/cli/cli.js';
import { messages } from '../../../gateway/cli/messages/index.js';
import type { Language } from '../../../gateway/contract/index.js';

/** A command line that keeps what it says. */
export function toldCli(
  language: Language = 'en',
  columns = 80,
): Cli & { readonly said: string[]; readonly told: string[] } {
  const said: string[] = [];
  const told: string[] = [];
  return {
    language,
    m: messages(language),
    env: {},
    columns,
    isWatched: false,
    said,
    told,
    say: (text) => void said.push(text),
    tell: (text) => void told.push(text),
  };
}
