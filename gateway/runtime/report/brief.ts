import type { AlarmReport } from './report.js';
import type { Verdict } from './targets.js';
import { number, percent, type Wording } from './wording.js';

/** What a report comes to, in sentences for someone who reads no tables. */
export function briefOf(report: AlarmReport, words: Wording): string[] {
  const { brief } = words.m;
  const { load, standing, chattering, acknowledgement } = report;
  const sentences = load.total === 0 ? [brief.none()] : loadSentences(report, words);
  if (chattering.alarms.length > 0) sentences.push(brief.chattering({ count: chattering.alarms.length }));
  if (standing.alarms.length > 0) sentences.push(brief.standing({ count: standing.alarms.length }));
  if (acknowledgement.waiting > 0) sentences.push(brief.waiting({ count: acknowledgement.waiting }));
  return sentences;
}

function loadSentences({ load, floods, topTen, operators }: AlarmReport, words: Wording): string[] {
  const { brief } = words.m;
  const { verdict, value } = load.perTenMinutes;
  const byVerdict: Readonly<Record<Verdict, typeof brief.loadMet>> = {
    met: brief.loadMet,
    manageable: brief.loadManageable,
    missed: brief.loadMissed,
    'too-few': brief.loadMet,
  };
  const sentences = [byVerdict[verdict]({ total: load.total, rate: number(value) })];
  const peak = number(load.peak.value * operators);
  const count = floods.list.length;
  sentences.push(
    count === 0 ? brief.noFlood({ peak }) : brief.floods({ count, share: percent(floods.share.value), peak }),
  );
  const [worst, next] = topTen.alarms;
  if (worst && next && worst.count > next.count) {
    sentences.push(brief.worst({ alarm: words.alarm(worst), share: percent(worst.share) }));
  }
  return sentences;
}
