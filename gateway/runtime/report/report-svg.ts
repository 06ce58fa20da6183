import type { Language } from '../../contract/index.js';
import { briefOf } from './brief.js';
import type { AlarmReport } from './report.js';
import { escaped, faint, fontFamily, text } from './svg/draw.js';
import { left, pageWidth } from './svg/layout.js';
import { loadChart, loadChartHeight } from './svg/load-chart.js';
import { patterns } from './svg/patterns.js';
import { priorityBars, priorityBarsHeight } from './svg/priority-bars.js';
import { tiles, tilesHeight } from './svg/tiles.js';
import { topTen, topTenHeight } from './svg/top-ten.js';
import { Wording } from './wording.js';

const headHeight = 84;
const gap = 30;

/**
 * An alarm report as one picture: figures, alarms over time with the flood line, priorities, the ten most frequent. It
 * is self-contained, without script, and told apart without colour. `zone` is `+08:00` or an IANA name.
 */
export function reportSvg(report: AlarmReport, language: Language, zone: string): string {
  const words = new Wording(language, zone);
  const { head, picture } = words.m;
  const tilesTop = headHeight;
  const chartTop = tilesTop + tilesHeight + gap;
  const prioritiesTop = chartTop + loadChartHeight + gap;
  const topTenTop = prioritiesTop + priorityBarsHeight + gap;
  const footTop = topTenTop + topTenHeight(report) + 20;
  const height = footTop + 30;
  const period = head.period({ from: words.time(report.from), to: words.time(report.to), zone });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pageWidth}" height="${height}" viewBox="0 0 ${pageWidth} ${height}" role="img" lang="${language}" font-family="${escaped(fontFamily)}">`,
    `<title>${escaped(`${head.title()} ${period}`)}</title>`,
    `<desc>${escaped(words.join(briefOf(report, words)))}</desc>`,
    patterns(),
    `<rect width="${pageWidth}" height="${height}" fill="#ffffff"/>`,
    text(left, 40, head.title(), { size: 26, weight: 'bold' }),
    text(left, 64, `${period} · ${head.operators({ count: report.operators })}`, { size: 13, fill: faint }),
    tiles(report, words, tilesTop),
    loadChart(report, words, chartTop),
    priorityBars(report, words, prioritiesTop),
    topTen(report, words, topTenTop),
    text(left, footTop + 8, picture.footer(), { size: 11, fill: faint }),
    '</svg>\n',
  ].join('\n');
}
