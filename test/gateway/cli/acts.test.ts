import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { freePort } from '../../support/free-port.js';
import { Bench, frames, json, run } from './running-site.js';
import { Running, sluice } from './sluice.js';

const bench = new Bench();

describe('acts of a user', () => {
  test('need a token; with one the clock is vouched for, and a removed sink is forgotten', async () => {
    const port = await freePort();
    const site = await bench.place('acts', { sinks: `old: { type: pool, url: "http://127.0.0.1:${port}" }` });
    await (await run(site)).stop();
    const text = await readFile(site.file, 'utf8');
    await writeFile(site.file, text.replace(/sinks: .*/, 'clock: { source: operator }'));
    const gateway = await run(site);
    const target = ['--url', site.url];

    const [nobody, wrong, added] = await Promise.all([
      sluice(['clock', 'set', ...target]),
      sluice(['clock', 'set', ...target], { env: { SLUICE_TOKEN: 'sluice_x' } }),
      sluice(['user', 'add', 'boss', '--role', 'administrator', '--site', site.file]),
    ]);
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('SLUICE_TOKEN') });
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('does not know this token') });

    const token = added.out.trim();
    const env = { SLUICE_TOKEN: token };
    const [off, before] = await Promise.all([
      sluice(['clock', 'set', ...target, '--time', '2020-01-01 00:00'], { env }),
      sluice(['status', ...target]),
    ]);
    expect(off.code).toBe(1);
    expect(off.err).toContain('sudo date -u -s "2019-12-31 16:00:00"');
    expect(before.out).toContain('time is not known');
    expect(await sluice(['clock', 'set', ...target], { env })).toMatchObject({ code: 0 });
    expect((await sluice(['status', ...target])).out).not.toContain('time is not known');

    const unknown = await sluice(['sink', 'forget', 'none', ...target, '--lang', 'zh'], { env });
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('none') });
    const tokenFile = bench.path('token');
    await writeFile(tokenFile, `${token}\n`);
    const forgotten = await sluice(['sink', 'forget', 'old', ...target, '--token-file', tokenFile]);
    expect(forgotten).toMatchObject({ err: '', code: 0 });
    expect((await sluice(['ledger', ...target])).out).not.toContain('old');
    expect((await gateway.stop()).code).toBe(0);
  });
});

describe('a backup', () => {
  test('of a running gateway restores to a new epoch, with every frame and without secrets', async () => {
    const site = await bench.place('saved');
    const token = (await sluice(['user', 'add', 'li', '--role', 'viewer', '--site', site.file])).out.trim();
    const gateway = await run(site);
    await frames(site, 5);
    const { epoch } = await json<{ epoch: string }>(`${site.url}/api/status`);
    const to = bench.path('backup');
    const made = await sluice(['backup', '--to', to, '--site', site.file]);
    expect(made).toMatchObject({ code: 0, out: expect.stringContaining(epoch) });
    expect(await sluice(['backup', '--to', to, '--site', site.file])).toMatchObject({ code: 2 });
    expect(await sluice(['restore', to, '--site', site.file])).toMatchObject({
      code: 1,
      err: expect.stringContaining('is running'),
    });
    await gateway.stop();

    const manifest = await readFile(join(to, 'backup.json'), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({ epoch, users: [{ name: 'li', role: 'viewer' }] });
    expect(manifest).not.toContain(token);
    expect(manifest).not.toContain('tokenSha256');
    expect(await sluice(['restore', to, '--site', site.file])).toMatchObject({ code: 1 });
    const restored = await sluice(['restore', to, '--site', site.file, '--force']);
    expect(restored).toMatchObject({ code: 0, out: expect.stringContaining('sluice user add li --role viewer') });
    const kept = JSON.parse((await sluice(['ledger', '--folder', site.journal, '--json'])).out) as {
      lanes: { samples: { next: number } };
    };
    expect(kept.lanes.samples.next).toBeGreaterThanOrEqual(5);

    const again = await run(site);
    const status = await json<{ epoch: string }>(`${site.url}/api/status`);
    expect(status.epoch).not.toBe(epoch);
    await again.stop();
  });

  test('brings its site file along where there is none', async () => {
    const site = await bench.place('moved');
    await (await run(site)).stop();
    const to = bench.path('moved-backup');
    await sluice(['backup', '--to', to, '--site', site.file]);
    const file = bench.path('elsewhere', 'site.yaml');
    expect(await sluice(['restore', to, '--site', file, '--force'])).toMatchObject({ code: 0 });
    expect(await readFile(file, 'utf8')).toBe(await readFile(site.file, 'utf8'));
  });
});

test('pool receives with a token only, and stops', async () => {
  const port = await freePort();
  const tokens = bench.path('tokens');
  await writeFile(tokens, 'secret-1\n\nsecret-2\n');
  const pool = new Running(['pool', '--folder', bench.path('pool'), '--port', String(port), '--token-file', tokens]);
  await pool.says(/receives at/);
  const missing = (token: string) =>
    fetch(`http://127.0.0.1:${port}/v1/missing`, { headers: { authorization: `Bearer ${token}` } });
  expect((await missing('wrong')).status).toBe(401);
  expect((await missing('secret-2')).status).toBe(200);
  const { code, out } = await pool.stop();
  expect(code).toBe(0);
  expect(out).toContain('Stopped.');
});
