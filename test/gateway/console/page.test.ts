import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { displays } from '../../../gateway/console/alarm-schemas.js';
import { mode } from '../../../gateway/console/mode-schemas.js';
import { priorities } from '../../../gateway/contract/index.js';
import type { AlarmView } from '../../../gateway/runtime/index.js';
import { openConsole } from './console-kit.js';
import { alarm } from './fake-alarms.js';

const root = new URL('../../../', import.meta.url);
const web = new URL('gateway/console/web/', root);

type Words = Readonly<Record<string, string | ((...values: never[]) => string) | Readonly<Record<string, string>>>>;

const { texts, preferredLanguage } = (await import(new URL('texts.js', web).href)) as {
  texts: Readonly<Record<'en' | 'zh', Words>>;
  preferredLanguage: (languages: readonly string[]) => string;
};
const { formatAge, formatCount, formatValue, siteTime } = (await import(new URL('format.js', web).href)) as {
  formatAge: (ms: number, words: Words) => string;
  formatCount: (count: number) => string;
  formatValue: (value: number | string | boolean | null, words: Words) => string;
  siteTime: (time: string, timezone: string) => string;
};

interface ShownMode {
  readonly device: string;
  readonly tag: string | null;
  readonly who: string;
  readonly since: string | null;
}

const { isToldByMode, isWorkedOn } = (await import(new URL('modes.js', web).href)) as {
  isToldByMode: (alarm: AlarmView, modes: readonly ShownMode[]) => boolean;
  isWorkedOn: (value: { device: string; tag: string; quality: string }, modes: readonly ShownMode[]) => boolean;
};

const scriptFiles = ['status.js', 'render.js', 'alarms.js', 'modes.js', 'dom.js', 'format.js', 'texts.js'];

describe('the page', () => {
  test('it and all it asks for come from this server, with their types', async () => {
    const { ask } = await openConsole();
    const page = await ask('/');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const scripts = scriptFiles.map((file) => readFileSync(new URL(file, web), 'utf8'));
    const asked = [page.body, ...scripts].flatMap((text) => [
      ...text.matchAll(/(?:href|src)="([^"]+)"|from '\.(\/[^']+)'|fetchJson\('([^']+)'\)/g),
    ]);
    const paths = new Set(asked.map(([, link, module, data]) => link ?? module ?? data ?? ''));
    paths.delete('data:,');
    expect(paths.size).toBeGreaterThanOrEqual(7);
    const kinds: Record<string, string> = { js: 'text/javascript', css: 'text/css' };
    for (const path of paths) {
      const { status, headers } = await ask(path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['content-type']).toContain(kinds[path.split('.')[1] ?? ''] ?? 'application/json');
    }
  });

  test('it holds no script, style or handler of its own, which the content policy would stop', async () => {
    const { body } = await (await openConsole()).ask('/');
    expect(body).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|style=/);
  });

  test('every table has headings with a scope, and every word of it is in the catalogue', async () => {
    const { body } = await (await openConsole()).ask('/');
    for (const [cell] of body.matchAll(/<th[ >][^>]*>/g)) expect(cell).toContain('scope=');
    const keys = [...body.matchAll(/data-text="([^"]+)"/g)].map(([, key]) => key as string);
    expect(Object.keys(texts.en)).toEqual(expect.arrayContaining(keys));
  });

  test('the built package finds it too', () => {
    const built = fileURLToPath(new URL('dist/gateway/console/page-routes.js', root));
    const program = `
      const { pageRoutes } = await import(${JSON.stringify(built)});
      for (const { path, handle } of pageRoutes()) console.log(path, handle({}).body.length > 500);`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      cwd: '/',
    });
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual(
      ['/', '/status.css', '/alarms.css', ...scriptFiles.map((file) => `/${file}`)].map((path) => `${path} true`),
    );
  });
});

describe('words', () => {
  test('both languages have the same ones, of the same kind', () => {
    const shape = (words: Words) =>
      Object.entries(words).map(
        ([key, word]) => `${key}: ${typeof word} ${typeof word === 'function' ? word.length : ''}`,
      );
    expect(shape(texts.zh)).toEqual(shape(texts.en));
  });

  test('name every mode', () => {
    for (const words of [texts.en, texts.zh]) {
      expect(Object.keys(words['modes'] as object)).toEqual(mode.shape.mode.options);
    }
  });

  test('name every state an alarm is shown in, and every priority', () => {
    for (const words of [texts.en, texts.zh]) {
      const states = words['states'] as Readonly<Record<string, string>>;
      expect(Object.keys(states).sort()).toEqual(displays.filter((state) => state !== 'normal').sort());
      for (const priority of priorities) expect(words[priority]).not.toBe('');
    }
  });

  test.each([
    [['zh-CN', 'en'], 'zh'],
    [['en-US'], 'en'],
    [['fr', 'zh'], 'zh'],
    [['fr'], 'en'],
    [[], 'en'],
  ])('a browser that prefers %j gets %s', (languages, language) => {
    expect(preferredLanguage(languages)).toBe(language);
  });
});

describe('what is being worked on', () => {
  const since = '2026-11-21T01:00:00.000Z';
  const work: ShownMode = { device: 'pit-1', tag: null, who: 'chen', since };
  const value = { device: 'pit-1', tag: 'h2s', quality: 'uncertain-function-check' };

  test('values that say so are no trouble of their own; all others stay one', () => {
    expect(isWorkedOn(value, [work])).toBe(true);
    expect(isWorkedOn(value, [{ ...work, tag: 'h2s' }])).toBe(true);
    expect(isWorkedOn(value, [{ ...work, tag: 'level' }])).toBe(false);
    expect(isWorkedOn(value, [])).toBe(false);
    expect(isWorkedOn({ ...value, quality: 'bad-no-answer' }, [work])).toBe(false);
  });

  test('its alarms are told with it, but for one whose condition stands or that somebody took out by hand', () => {
    const outOfService = { who: 'chen', reason: 'new seal', since: '2026-11-21T01:00:00.040Z' };
    const out = alarm({ state: 'out-of-service', isAbnormal: false, outOfService });
    expect(isToldByMode(out, [work])).toBe(true);
    expect(isToldByMode({ ...out, isAbnormal: true }, [work])).toBe(false);
    expect(isToldByMode({ ...out, outOfService: { ...outOfService, who: 'li' } }, [work])).toBe(false);
    const later = { ...outOfService, since: '2026-11-21T01:20:00.000Z' };
    expect(isToldByMode({ ...out, outOfService: later }, [work])).toBe(false);
    expect(isToldByMode({ ...out, device: 'pit-2' }, [work])).toBe(false);
    expect(isToldByMode({ ...out, state: 'shelved' }, [work])).toBe(false);
    // Nobody knows the time: rather told twice.
    expect(isToldByMode({ ...out, outOfService: { ...outOfService, since: null } }, [{ ...work, since: null }])).toBe(
      false,
    );
  });
});

describe('numbers and times', () => {
  test.each([
    [23.600000381469727, '23.6'],
    [12345678, '12345678'],
    [Math.fround(0.1), '0.1'],
    [Math.fround(-1.17549435e-38), '-1.1754944e-38'],
    [0.1 + 0.2, '0.3'],
    [123456.78, '123456.78'],
    [-0.00012345678, '-0.00012345678'],
    [0, '0'],
    [true, 'yes'],
    [null, '—'],
    ['system', 'system'],
  ])('%j is written %s', (value, text) => {
    expect(formatValue(value, texts.en)).toBe(text);
  });

  test.each([
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [7_300_000, '2 h'],
    [200_000_000, '2 d'],
    [-5, '0 s'],
  ])('%i ms is %s', (ms, text) => {
    expect(formatAge(ms, texts.en)).toBe(text);
  });

  test('counts are grouped', () => {
    expect([7, 1234, 4_320_000].map(formatCount)).toEqual(['7', '1\u202f234', '4\u202f320\u202f000']);
  });

  test.each([
    ['+08:00', '2026-11-21 09:12:40 +08:00'],
    ['-03:30', '2026-11-20 21:42:40 -03:30'],
    ['Asia/Shanghai', '2026-11-21 09:12:40 Asia/Shanghai'],
    ['UTC', '2026-11-21 01:12:40 UTC'],
  ])('site time in %s', (timezone, text) => {
    expect(siteTime('2026-11-21T01:12:40.250Z', timezone)).toBe(text);
  });
});
