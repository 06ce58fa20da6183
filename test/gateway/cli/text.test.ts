import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quantile } from '../../../gateway/cli/bench/quantile.js';
import { obstacles } from '../../../gateway/cli/bench/verdict.js';
import { movedSite } from '../../../gateway/cli/demo/demo-site.js';
import { languageOf } from '../../../gateway/cli/language.js';
import { plainLine } from '../../../gateway/cli/log.js';
import { bytes, percent, short, span } from '../../../gateway/cli/numbers.js';
import { parseSiteTime, siteTime } from '../../../gateway/cli/site-time.js';
import { table } from '../../../gateway/cli/table.js';
import { textWidth, wrapText } from '../../../gateway/cli/text-width.js';

describe('the language', () => {
  test.each([
    [['check', '--lang', 'zh'], {}, 'zh'],
    [['--lang=en', 'check'], { LANG: 'zh_CN.UTF-8' }, 'en'],
    [[], { LC_ALL: 'zh_CN.UTF-8', LANG: 'en_GB.UTF-8' }, 'zh'],
    [[], { LC_ALL: '', LC_MESSAGES: 'zh_TW', LANG: 'en' }, 'zh'],
    [[], { LANG: 'C.UTF-8' }, 'en'],
    [[], {}, 'en'],
  ])('%j in %j is %s', (argv, env, language) => {
    expect(languageOf(argv, env)).toBe(language);
  });
});

describe('numbers for people', () => {
  test('bytes, spans and shares have three digits at most and a unit', () => {
    expect([bytes(0), bytes(999), bytes(42_600), bytes(1.153e9)]).toEqual(['0 B', '999 B', '42.6 kB', '1.15 GB']);
    expect([span(0.4), span(250), span(90_000), span(7_500_000)]).toEqual(['0.4 ms', '250 ms', '1.5 min', '2.08 h']);
    expect([percent(0.0138), percent(1.2), short(1234.5)]).toEqual(['1.4 %', '120 %', '1235']);
  });
});

describe('lines', () => {
  test('a table is aligned also where signs are two columns wide', () => {
    expect(
      table(
        [
          ['温度', '1'],
          ['nh3', '25'],
        ],
        'lr',
      ),
    ).toBe('  温度   1\n  nh3   25');
  });

  test('no line is longer than asked for, and nothing is lost', () => {
    const word = fc.oneof(fc.stringMatching(/^[a-z]{1,12}$/), fc.stringMatching(/^[温度湿氨气]{1,30}$/));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 20, max: 80 }), (words, columns) => {
        const wrapped = wrapText(words.join(' '), columns, '  ');
        for (const line of wrapped.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(columns);
        expect(wrapped.replaceAll(/\s/g, '')).toBe(words.join(''));
      }),
    );
  });

  test('Chinese marks neither begin nor brackets end a line', () => {
    const text = '提示：本产品没有煤矿安全标志（MA），没有防爆证书，仅供早期预警。'.repeat(4);
    for (let columns = 20; columns < 80; columns += 1) {
      for (const line of wrapText(text, columns).split('\n')) {
        expect(line).not.toMatch(/^[，。）]/u);
        expect(line).not.toMatch(/（$/u);
      }
    }
  });

  test('a command in back quotes is never broken, nor parted from the mark behind it', () => {
    const text =
      '请先执行 `sudo date -u -s "2019-12-31 17:00:00"`，再执行 `sluice clock set`；then `sluice user add NAME`; done.';
    for (let columns = 45; columns < 120; columns += 1) {
      const wrapped = wrapText(text, columns);
      expect(wrapped).toContain('`sudo date -u -s "2019-12-31 17:00:00"`，');
      expect(wrapped).toContain('`sluice clock set`；');
      expect(wrapped).toContain('`sluice user add NAME`;');
    }
  });

  test('a log line is one a person can read, with the stack of an error', () => {
    const json = JSON.stringify({ level: 'warn', time: '2026-11-21T12:04:11Z', link: 'bus', msg: 'link lost' });
    expect(plainLine(json, '+08:00')).toBe('20:04:11 !  link lost  link=bus\n');
    const error = JSON.stringify({
      level: 'error',
      time: '2026-11-21T12:04:11Z',
      err: { stack: 'Error: x\n at y' },
      msg: 'm',
    });
    expect(plainLine(error, 'Asia/Shanghai')).toContain('err=Error: x\n at y');
  });
});

describe('time at the site', () => {
  const now = Date.UTC(2026, 10, 21, 12, 4, 11, 250);

  test('is shown with its zone', () => {
    expect(siteTime(now, '+08:00')).toBe('2026-11-21 20:04:11.250 +08:00');
    expect(siteTime(now, 'Asia/Shanghai')).toBe('2026-11-21 20:04:11.250 +08:00');
    expect(siteTime(Date.UTC(2026, 6, 1, 12), 'Europe/Berlin')).toBe('2026-07-01 14:00:00 +02:00');
  });

  test.each([
    ['now', now],
    ['20:04', Date.UTC(2026, 10, 21, 12, 4)],
    ['20：04：11', Date.UTC(2026, 10, 21, 12, 4, 11)],
    ['0:30', Date.UTC(2026, 10, 20, 16, 30)],
    ['2026-11-20 20:04', Date.UTC(2026, 10, 20, 12, 4)],
    ['2026/11/20 20:04:01.5', Date.UTC(2026, 10, 20, 12, 4, 1, 500)],
    ['2026-11-21T12:04:00Z', Date.UTC(2026, 10, 21, 12, 4)],
    ['2026-11-21 14:04 +02:00', Date.UTC(2026, 10, 21, 12, 4)],
    ['25:00', undefined],
    ['2026-13-01 10:00', undefined],
    ['yesterday', undefined],
  ])('%s is understood', (written, utc) => {
    expect(parseSiteTime(written, '+08:00', now)).toBe(utc);
  });

  test('what is shown is understood again, in every zone', () => {
    const zone = fc.constantFrom('+08:00', '-03:30', 'Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), zone, (utc, name) => {
        expect(parseSiteTime(siteTime(utc, name), name, now)).toBe(utc);
      }),
    );
  });
});

describe('the bench', () => {
  test('quantile is the nearest rank', () => {
    expect(quantile([5, 1, 3, 2, 4], 0.5)).toBe(3);
    expect(quantile([1, 2], 0.99)).toBe(2);
    expect(quantile([], 0.5)).toBe(0);
  });

  test('says no for each thing that is too little, and only for those', () => {
    const good = { readsPerSecond: 100, syncP50Ms: 1, syncP99Ms: 5, timerP99Ms: 2 };
    const site = { requestsPerSecond: 40, commitEveryMs: 1000, fastestMs: 100, fits: true };
    expect(obstacles(good, site)).toEqual([]);
    expect(obstacles({ ...good, readsPerSecond: 79 }, site)).toEqual(['reads']);
    expect(obstacles({ ...good, syncP99Ms: 1500, timerP99Ms: 30 }, { ...site, fits: false })).toEqual([
      'sync',
      'timer',
      'fit',
    ]);
  });
});

test('a demonstration elsewhere keeps everything but ports and folder', () => {
  const ports = { controller: 1, bus: 2, station: 3, broker: 4, pool: 5, page: 6 };
  const text = 'a: tcp://127.0.0.1:15021\nfolder: ./data/journal\nhttp: { port: 8080 }\nbytesMax: 2GiB\n';
  expect(movedSite(text, ports, 'my data')).toBe(
    'a: tcp://127.0.0.1:2\nfolder: "my data/journal"\nhttp: { port: 6 }\nbytesMax: 2GiB\n',
  );
});
