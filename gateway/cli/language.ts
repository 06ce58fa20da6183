import type { Language } from '../contract/index.js';

const byPrefix = (name: string): Language => (name.toLowerCase().startsWith('zh') ? 'zh' : 'en');

/**
 * The language of this call: `--lang`, else the first of LC_ALL, LC_MESSAGES and LANG that is set (POSIX.1-2017 §8.2).
 * Read before the command line is parsed, because its own faults are told in this language too.
 */
export function languageOf(argv: readonly string[], env: NodeJS.ProcessEnv): Language {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  if (at >= 0) return byPrefix(argv[at]?.split('=')[1] ?? argv[at + 1] ?? '');
  return byPrefix(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '');
}
