import { systemInteraction } from './commands.js';
import type { Segment, SentSegment } from './segment.js';

/** What answers a message: it has that message's number, in the version of 2005 within the content. */
export function answerTo({ qn, pw, mn, version }: Segment, cn: string, content: string): SentSegment {
  const head = { st: systemInteraction, cn, pw, mn, version, wantsAnswer: false };
  if (version > 0 || qn === undefined) return { ...head, qn, content };
  return { ...head, qn: undefined, content: content === '' ? `QN=${qn}` : `QN=${qn};${content}` };
}
