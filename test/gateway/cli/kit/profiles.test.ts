import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { profileSheets } from '../../../../config/index.js';
import { profilesPage, profilesText, profileText } from '../../../../gateway/cli/kit/profiles/profile-text.js';
import { textWidth } from '../../../../gateway/cli/text-width.js';
import { toldCli } from '../told-cli.js';

const page = new URL('../../../../config/profiles/README.md', import.meta.url);

describe('shipped profiles', () => {
  test('each says in both languages what it is and what to mind, and where every tag is read', async () => {
    for (const { name, summary, note, tags } of await profileSheets()) {
      expect([name, summary.en, summary.zh, note?.en, note?.zh].filter((text) => !text)).toEqual([]);
      expect(tags.length).toBeGreaterThan(0);
      expect(tags.filter(({ from }) => from === '')).toEqual([]);
    }
  });

  test('the page in the documents is what this build would write', async () => {
    const written = profilesPage(await profileSheets());
    if (process.env['SLUICE_UPDATE_GOLDEN']) writeFileSync(page, written);
    expect(readFileSync(page, 'utf8')).toBe(written);
  });

  test.each(['en', 'zh'] as const)('are listed a line each, and one is shown with its tags: %s', async (language) => {
    const cli = toldCli(language);
    const sheets = await profileSheets();
    const lines = profilesText(cli, sheets).split('\n');
    expect(lines.filter((line) => sheets.some(({ name }) => line.trim().startsWith(`${name} `)))).toHaveLength(
      sheets.length,
    );
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(120);
    const sheet = sheets.find(({ name }) => name === 'kincony-sht30');
    const text = sheet ? profileText(cli, sheet) : '';
    expect(text).toContain('offset10000');
    expect(text).toContain('−3.0 °C');
    expect(text).toMatch(/temperature\s+°C\s+-40 … 125\s+0\.1\s+10 s/);
  });
});
