import type { Language } from '../../contract/index.js';
import { briefOf } from './brief.js';
import { acknowledgement, floods, load, priorities, topTen } from './markdown/figures.js';
import { exceedances, nuisances, putAside, standing, suppressed } from './markdown/lists.js';
import { plain } from './markdown/markdown-table.js';
import { section } from './markdown/section.js';
import type { AlarmReport } from './report.js';
import { Wording } from './wording.js';

/**
 * An alarm report as Markdown that reads well printed: what it comes to in plain sentences, then the figures against
 * their targets, then lists. `zone` is `+08:00` or an IANA name.
 */
export function reportMarkdown(report: AlarmReport, language: Language, zone: string): string {
  const words = new Wording(language, zone);
  const { head } = words.m;
  const period = { from: words.time(report.from), to: words.time(report.to), zone };
  return `${[
    `# ${head.title()}`,
    `${head.period(period)}  \n${head.operators({ count: report.operators })}`,
    section(words.m.brief.title(), plain(words.join(briefOf(report, words)))),
    load(report, words),
    floods(report, words),
    topTen(report, words),
    priorities(report, words),
    nuisances(report, words),
    standing(report, words),
    acknowledgement(report, words),
    putAside(report, words),
    suppressed(report, words),
    exceedances(report, words),
    notes(report, words),
  ].join('\n\n')}\n`;
}

function notes({ events, unlabelled, fleeting }: AlarmReport, words: Wording): string {
  const { notes: text } = words.m;
  const lines = [
    text.source(),
    text.unconfirmed(),
    text.fleeting({ within: words.duration(fleeting.withinMs) }),
    text.events({ count: events }),
    text.unlabelled({ count: unlabelled }),
  ];
  return section(text.title(), lines.map((line) => `- ${line}`).join('\n'));
}
