import { describe, expect, test } from '@jest/globals';
import { alarmReport } from '../../../../gateway/runtime/report/alarm-report.js';
import { reportMarkdown } from '../../../../gateway/runtime/report/report-markdown.js';
import { reportSvg } from '../../../../gateway/runtime/report/report-svg.js';
import { exceedanceEntry } from '../../../support/sink-records.js';
import { day, Duty, hour, minute, second, start } from './duty.js';

const languages = ['en', 'zh'] as const;
const nasty = { en: 'a | b <script>alert(1)</script> & "c"\nd', zh: '甲 | 乙 <b>' };

/** A bad day: a flood, something shelved, something that stands, names that try to break out. */
function badDay() {
  const keys = Array.from({ length: 14 }, (_, n) => `r/猪舍-${n}/氨气/HH`);
  const duty = new Duty([
    ...keys.map((key) => ({ key, priority: 'high' as const })),
    { key: 'r/<x>&"/tag/H', message: nasty },
    { key: 'r/stands/level/LL' },
    { key: `r/${'很长的设备名'.repeat(12)}/${'t'.repeat(80)}/H` },
  ]);
  duty.is('r/<x>&"/tag/H', true, 0).is('r/stands/level/LL', true, 1);
  duty.does('r/<x>&"/tag/H', { act: 'shelve', forMs: hour, reason: 'x | y' }, 'li|si', minute);
  duty.from(`r/${'很长的设备名'.repeat(12)}/${'t'.repeat(80)}/H`, 2 * minute, hour);
  duty.is('r/<x>&"/tag/H', false, 2 * hour);
  keys.forEach((key, n) => duty.is(key, true, 3 * hour + n * second));
  keys.forEach((key, n) => duty.is(key, false, 4 * hour + n * second));
  for (let n = 0; n < 2; n++) duty.from('r/<x>&"/tag/H', 5 * hour + n * hour, minute);
  const exceedance = exceedanceEntry(0, { key: keys[0] as string, time: start + hour, durationMs: 125_000 });
  return alarmReport([...duty.entries, exceedance], { from: start, to: start + 30 * hour });
}

describe('as Markdown', () => {
  test('says in sentences what it comes to, in the language and time of the site', () => {
    const text = reportMarkdown(badDay(), 'en', '+08:00');
    expect(text).toContain('2025-11-24 08:00 to 2025-11-25 14:00 (+08:00)');
    expect(text).toContain('Times when more came than a person can follow: 1');
    expect(text).toContain('the busiest ten minutes brought 14.');
    expect(text).toContain('| most in any 10 min, an operator | 14 | at most 10 | missed |');
    expect(text).toContain('at most 150, up to 300 is manageable ¹');
    expect(text).toContain('2 min 5 s');
    expect(text).toContain('The most frequent, \\<x>&"/tag H, made');
    const chinese = reportMarkdown(badDay(), 'zh', 'Asia/Shanghai');
    expect(chinese).toContain('2025-11-24 08:00 至 2025-11-25 14:00（Asia/Shanghai）');
    expect(chinese).toContain('| 任意 10 分钟最多（每岗位） | 14 | 不超过 10 | 未达标 |');
    expect(chinese).not.toMatch(/。 \S/u);
  });

  test.each(languages)('every row of a table has the cells of its heading (%s)', (language) => {
    const lines = reportMarkdown(badDay(), language, '+08:00').split('\n');
    const cells = (line: string): number => line.replaceAll(/\\./g, '').split('|').length;
    let checked = 0;
    lines.forEach((line, n) => {
      if (!line.startsWith('|') || !lines[n - 1]?.startsWith('|')) return;
      expect(cells(line)).toBe(cells(lines[n - 1] as string));
      checked += 1;
    });
    expect(checked).toBeGreaterThan(25);
  });

  test.each(languages)('a quiet day reads as one (%s)', (language) => {
    const text = reportMarkdown(alarmReport([], { from: start, to: start + hour }), language, '+08:00');
    expect(text).toContain(language === 'en' ? 'No alarm called for a person' : '没有需要人处理的报警');
    expect(text).toContain(language === 'en' ? 'shorter than a day' : '不足一天');
    expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
  });
});

describe('as a picture', () => {
  test.each(languages)('one self-contained drawing, whatever names contain (%s)', (language) => {
    const svg = reportSvg(badDay(), language, '+08:00');
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).not.toMatch(/<script|href=|url\((?!#)|@font-face|@import|NaN|undefined|Infinity/);
    // Balanced, so that it is read as XML.
    const open: string[] = [];
    for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)(?:"[^"]*"|[^">])*?(\/?)>/g)) {
      if (close) expect(open.pop()).toBe(name);
      else if (!self) open.push(name as string);
    }
    expect(open).toEqual([]);
    expect(svg.replaceAll(/<(?:"[^"]*"|[^">])*>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;)/);
  });

  test('says its figures in words, and shows where a flood begins', () => {
    const svg = reportSvg(badDay(), 'en', '+08:00');
    expect(svg).toContain('flood: more than 10');
    expect(svg).toContain('>missed<');
    expect(svg).toContain('url(#priority-high)');
    expect(svg).toContain('猪舍-0/氨气 HH');
    expect(svg).toContain('…');
  });

  test.each([hour, day, 7 * day, 90 * day, 3 * 365 * day])(
    'no bar, mark or text leaves it over %i ms',
    (durationMs) => {
      const duty = new Duty([{ key: 'r/a/b/H' }]);
      duty.from('r/a/b/H', 0, second).from('r/a/b/H', 50 * minute, second);
      const svg = reportSvg(alarmReport(duty.entries, { from: start, to: start + durationMs }), 'zh', '+08:00');
      const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) as unknown as [string, string, string];
      const places = [...svg.matchAll(/<(?:rect|text) x="([\d.-]+)" y="([\d.-]+)"(?: width="([\d.]+)")?/g)];
      expect(places.length).toBeGreaterThan(20);
      for (const [, x, y, wide = '0'] of places) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x) + Number(wide)).toBeLessThanOrEqual(Number(width));
        expect(Number(y)).toBeLessThanOrEqual(Number(height));
      }
      const times = [...svg.matchAll(/text-anchor="middle">(\d\d[-:]\d\d)</g)];
      expect(times.length).toBeGreaterThanOrEqual(2);
      expect(times.length).toBeLessThanOrEqual(10);
    },
  );
});
