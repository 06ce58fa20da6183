import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { connectAsync } from 'mqtt';
import { freePort } from '../../support/free-port.js';
import { Bench, frames, json, run } from './running-site.js';
import { sluice } from './sluice.js';

const bench = new Bench();

describe('a site that runs', () => {
  test('answers status, ledger and explain; stops in order; and its files answer afterwards', async () => {
    const site = await bench.place('whole');
    const gateway = await run(site);
    await frames(site, 5);

    const [status, ledger, explained, locked] = await Promise.all([
      sluice(['status', '--site', site.file, '--values']),
      sluice(['ledger', '--site', site.file]),
      sluice(['explain', 'climate-1/temperature', 'now', '--site', site.file]),
      sluice(['ledger', '--folder', site.journal]),
    ]);
    expect(status.code).toBe(0);
    expect(status.out).toContain('试验站 (whole)');
    expect(status.out).toMatch(/climate-1\/temperature +23\.4 {2}°C +good/);
    expect(ledger.code).toBe(0);
    expect(explained.out).toContain('climate-1/temperature = 23.4 °C');
    expect(explained.out).toContain('register input 1');
    expect(locked).toMatchObject({ code: 1, err: expect.stringContaining(`process ${gateway.pid}`) });

    const ended = await gateway.stop('SIGINT');
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/Stopped\. \d+ frames were taken in during this run, every\s+one\s+is in the journal/);

    const before = await Promise.all((await readdir(site.journal)).map((name) => readFile(join(site.journal, name))));
    const [stopped, kept, later] = await Promise.all([
      sluice(['status', '--site', site.file, '--lang', 'zh']),
      sluice(['ledger', '--folder', site.journal]),
      sluice(['explain', 'climate-1/temperature', 'now', '--folder', site.journal, '--json']),
    ]);
    expect(stopped.out).toContain('上次是正常停止');
    expect(kept.code).toBe(0);
    expect(later).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(later.out)).toMatchObject({ value: 23.4, quality: 'good', configuration: { version: '0.1.0' } });
    const after = await Promise.all((await readdir(site.journal)).map((name) => readFile(join(site.journal, name))));
    expect(after).toEqual(before);
  });

  test('says after a kill that the last run ended without a stop', async () => {
    const site = await bench.place('killed');
    const gateway = await run(site);
    await frames(site, 12);
    await gateway.stop('SIGKILL');
    expect((await sluice(['status', '--site', site.file])).out).toContain('ended without a stop');
    const again = await run(site);
    expect((await again.stop()).out).toContain('The last run ended without a stop');
  });

  test('of a mine prints what it is not, at each start', async () => {
    const gateway = await run(await bench.place('mine', { kind: 'mine' }));
    expect((await gateway.stop()).out.replaceAll('\n', ' ')).toContain('no MA or Ex certificate');
  });

  test('feeds the embedded broker with the credentials the broker made for it', async () => {
    const port = await freePort();
    const sinks = `screens: { type: mqtt, url: "mqtt://127.0.0.1:${port}", flush: 100ms }`;
    const site = await bench.place('broker', { sinks, more: `broker: { port: ${port} }\n` });
    const gateway = await run(site);
    for (let delivered = 0; delivered < 2; ) {
      const ledger = await json<{ sinks: { delivered: number }[] }>(`${site.url}/api/ledger`);
      delivered = ledger.sinks[0]?.delivered ?? 0;
    }
    expect((await gateway.stop()).out).toContain(`MQTT broker: mqtt://127.0.0.1:${port}`);
  });

  test('hears devices that publish to its own broker, and tells a password that is missing', async () => {
    const port = await freePort();
    const site = await bench.place('mqtt-devices', {
      links: `  shed: { driver: mqtt, broker: "mqtt://127.0.0.1:${port}", devices: { pig-1: { profile: mqtt-air-sensor } } }`,
      more: `broker:
  port: ${port}
  devices: { pig-1: { password: { env: PIG_1 }, publish: ["zigbee2mqtt/pig-1"] } }
`,
    });
    const refused = await sluice(['run', site.file]);
    expect(refused.code).toBe(2);
    expect(refused.err.replaceAll('\n', ' ')).toContain('broker.devices.pig-1: `password` refers to');
    const gateway = await run(site, { PIG_1: 'oink' });
    const device = await connectAsync(`mqtt://127.0.0.1:${port}`, { username: 'pig-1', password: 'oink' });
    const told = async (): Promise<[string, unknown][]> => {
      const values = await json<{ device: string; tag: string; value: unknown }[]>(
        `${site.url}/api/values?device=pig-1`,
      );
      return values.map(({ tag, value }) => [tag, value]);
    };
    for (let known: [string, unknown][] = []; known.length === 0; known = await told())
      await device.publishAsync('zigbee2mqtt/pig-1', '{"temperature":21.5,"humidity":60}', { qos: 1 });
    await device.publishAsync('zigbee2mqtt/pig-1', '{"temperature":22.5}', { qos: 1 });
    let known: [string, unknown][] = [];
    while (!known.some(([, value]) => value === 22.5)) known = await told();
    expect(known).toEqual(
      expect.arrayContaining([
        ['temperature', 22.5],
        ['humidity', 60],
        ['battery', null],
      ]),
    );
    await device.endAsync();
    const status = await sluice(['status', '--site', site.file]);
    expect(status.out).toMatch(/shed +mqtt +connected/);
    await gateway.stop();
  });

  test('names who holds a port it needs, and leaves nothing behind', async () => {
    const site = await bench.place('taken');
    const holder = createServer().listen(Number(new URL(site.url).port), '127.0.0.1');
    await once(holder, 'listening');
    const { code, err } = await sluice(['run', site.file]);
    holder.close();
    expect(code).toBe(1);
    expect(err.replaceAll('\n', ' ')).toContain(`is taken by process ${process.pid}`);
  });

  test('keeps a second gateway off its journal', async () => {
    const site = await bench.place('once');
    const gateway = await run(site);
    const other = await bench.place('other');
    const text = (await readFile(other.file, 'utf8')).replace(other.journal, site.journal);
    await writeFile(other.file, text);
    const { code, err } = await sluice(['run', other.file]);
    expect(code).toBe(1);
    expect(err).toContain(`process ${gateway.pid}`);
    await gateway.stop();
  });
});
