import { expect, test } from '@jest/globals';
import { Bench, run } from './running-site.js';
import { sluice } from './sluice.js';

const bench = new Bench();

const more = `context:
  batch-start: { type: date, by: operator, description: first day of the batch }
  nh3-zero: { type: number, unit: mg/m³, value: 0.1 }
`;

test('`sluice context` shows what holds, and a named user says what does', async () => {
  const site = await bench.place('batch', { more });
  const added = await sluice(['user', 'add', 'li', '--role', 'operator', '--site', site.file]);
  const gateway = await run(site);
  const env = { SLUICE_TOKEN: added.out.trim() };
  const context = (...args: readonly string[]) => sluice(['context', ...args, '--site', site.file], { env });

  expect((await context()).out).toMatch(
    /batch-start +nothing +site file +first day of the batch\n +nh3-zero +0\.1 mg\/m³/,
  );
  const begun = await context('set', 'batch-start', '2026-11-01', '--reason', 'weaners came');
  expect(begun).toMatchObject({ code: 0, err: '' });
  expect(begun.out).toMatch(/^batch-start is 2026-11-01 since .* \+08:00\./);
  expect(await context('clear', 'batch-start', '--from', '2099-03-01', '--lang', 'zh')).toMatchObject({
    code: 0,
    out: expect.stringContaining('batch-start 自 2099-03-01 00:00:00 +08:00 起将为 无'),
  });
  expect((await context('list')).out).toMatch(
    /batch-start +2026-11-01 \(day [\d.]+\) +li, .* weaners came\n +then nothing from 2099-03-01 00:00:00 \+08:00 \(li\)/,
  );
  expect(await context('set', 'batch-start', '2026-10-01', '--from', '2026-10-01')).toMatchObject({
    out: expect.stringContaining(
      'Noted for 2026-10-01 00:00:00 +08:00. Something later holds: batch-start is 2026-11-01.',
    ),
  });

  const [engineers, noDay, unknown, noTime] = await Promise.all([
    context('set', 'nh3-zero', '-0.2'),
    context('set', 'batch-start', 'monday'),
    context('set', 'nobody', '1'),
    context('set', 'batch-start', '2026-11-01', '--from', 'soon'),
  ]);
  expect(engineers).toMatchObject({ code: 1, err: expect.stringContaining('needs the role engineer') });
  expect(noDay).toMatchObject({ code: 1, err: expect.stringContaining('its value is a day') });
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('no "nobody"') });
  expect(noTime).toMatchObject({ code: 2, err: expect.stringContaining('`soon` is no time') });
  expect((await gateway.stop()).code).toBe(0);
});
