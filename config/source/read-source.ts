import { text } from '../messages/index.js';
import type { SiteProblem } from '../problem.js';
import { decodeText } from './decode.js';
import type { Source } from './source.js';
import { masked } from './masked.js';
import { realign, repair } from './repair.js';
import { syntaxProblems } from './syntax-problems.js';
import type { RepairedLine } from './typography.js';

/** A file of this size is no configuration; reading it would only cost memory. */
const bytesMax = 4 * 2 ** 20;

export interface ReadSource {
  /** Undefined where nothing could be made of it. */
  readonly source: Source | undefined;
  /** Plain data, undefined where the structure is broken. */
  readonly data: unknown;
  /** As it was read, decoded, for the journal. */
  readonly text: string;
  readonly problems: readonly SiteProblem[];
}

function typingProblem(file: string, repaired: RepairedLine): SiteProblem {
  const [first] = repaired.edits;
  const kind = repaired.edits.find((edit) => edit.kind === 'full-width')?.kind ?? first?.kind ?? 'full-width';
  const what = text(({ problem }) => {
    const sentences = {
      'full-width': problem.fullWidthSigns,
      indentation: problem.tabIndentation,
      misaligned: problem.badIndentation,
      'space-after-colon': problem.noSpaceAfterColon,
    };
    return sentences[kind]();
  });
  return {
    file,
    line: repaired.line,
    column: (first?.at ?? 0) + 1,
    what,
    remedy: text((m) => m.remedy.writeLine({ line: masked(repaired.text) })),
    warning: false,
    related: [],
  };
}

const wholeFile = (file: string, sentence: Pick<SiteProblem, 'what' | 'remedy'>, warning = false): SiteProblem => ({
  file,
  line: 1,
  column: 1,
  ...sentence,
  warning,
  related: [],
});

/**
 * A YAML file from its bytes, with every problem of encoding, typing and syntax. Byte order mark and Windows line ends
 * are no problem; GBK is a warning. Where typing alone was wrong the repaired text goes on to be checked, so that all
 * problems of a file are told at once. Never throws.
 */
export function readSource(file: string, bytes: Uint8Array): ReadSource {
  if (bytes.length > bytesMax) {
    const limit = bytesMax / 2 ** 20;
    const problem = wholeFile(file, {
      what: text((m) => m.problem.fileTooBig({ limit })),
      remedy: text((m) => m.remedy.splitFile()),
    });
    return { source: undefined, data: undefined, text: '', problems: [problem] };
  }
  const decoded = decodeText(bytes);
  if ('what' in decoded) return { source: undefined, data: undefined, text: '', problems: [wholeFile(file, decoded)] };
  const typed = decoded.text
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n');
  const problems: SiteProblem[] = [];
  if (decoded.encoding !== 'utf-8') {
    const sentence = {
      what: text((m) => m.problem.otherEncoding({ encoding: decoded.encoding })),
      remedy: text((m) => m.remedy.saveAsUtf8()),
    };
    problems.push(wholeFile(file, sentence, true));
  }
  try {
    const { text: repaired, repairs } = repair(typed);
    const { source, moved } = realign(file, repaired, repairs);
    problems.push(...[...repairs, ...moved].map((one) => typingProblem(file, one)));
    const syntax = syntaxProblems(source);
    problems.push(...syntax.problems);
    return { source, data: syntax.broken ? undefined : source.toData(), text: typed, problems };
  } catch {
    // Aliases that lead nowhere or in circles, and nesting beyond the parser's stack, are all it throws on.
    problems.push(
      wholeFile(file, { what: text((m) => m.problem.tooDeep()), remedy: text((m) => m.remedy.noAliases()) }),
    );
    return { source: undefined, data: undefined, text: typed, problems };
  }
}
