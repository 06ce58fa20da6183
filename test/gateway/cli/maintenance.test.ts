import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Bench, frames, json, type Place, run } from './running-site.js';
import { type Running, sluice } from './sluice.js';

const bench = new Bench();

/** The device's 23.4 °C is above both limits; an engineer may not put the upper one out of service. */
const rules = `alarms: { settling: none }
classes: { guarded: { like: safety, outOfService: administrator } }
rules:
  heat:
    type: limits
    devices: [climate-1]
    tag: temperature
    H: 20
    HH: 22
    deadband: 1
    alarm:
      action: { en: Open the inlets, zh: 打开进风口 }
      kinds: { HH: { severity: severe, respondWithin: 5min, class: guarded } }
  damp: { type: limits, devices: [climate-1], tag: humidity, H: 90, deadband: 1 }
`;

let site: Place;
let gateway: Running;
let token = '';

beforeAll(async () => {
  site = await bench.place('worked', { more: rules });
  token = (await sluice(['user', 'add', 'eng', '--role', 'engineer', '--site', site.file])).out.trim();
  gateway = await run(site);
  for (let count = 0; count < 2; ) {
    ({ length: count } = (await json<{ alarms: unknown[] }>(`${site.url}/api/alarms`)).alarms);
  }
});
afterAll(() => gateway.stop());

const asEngineer = (words: readonly string[]) =>
  sluice([...words, '--url', site.url], { env: { SLUICE_TOKEN: token } });

const states = async (): Promise<string[]> => {
  const { alarms } = await json<{ alarms: { key: string; state: string }[] }>(`${site.url}/api/alarms`);
  return alarms.map(({ key, state }) => `${key.split('/').at(-1) ?? ''} ${state}`).sort();
};

describe('work on a device', () => {
  test('puts its alarms out of service for a time, as far as the role goes, and is seen everywhere', async () => {
    const began = await asEngineer([
      'maintenance',
      'begin',
      'climate-1/temperature',
      '--for',
      '2h',
      '--reason',
      'new cell',
      '--calibration',
    ]);
    expect(began.code).toBe(0);
    expect(began.out).toMatch(
      /climate-1\/temperature is being worked on until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+08:00 \(2\sh\)/,
    );
    expect(began.out).toContain('they go on calling:\n  heat/climate-1/temperature/HH\n');
    expect(await states()).toEqual(['H out-of-service', 'HH unacknowledged']);

    const [list, zh, status] = await Promise.all([
      sluice(['maintenance', '--url', site.url, '--json']),
      sluice(['maintenance', 'list', '--url', site.url, '--lang', 'zh']),
      sluice(['status', '--url', site.url]),
    ]);
    expect(JSON.parse(list.out)).toMatchObject({
      isRunning: true,
      modes: [{ mode: 'calibration', device: 'climate-1', tag: 'temperature', who: 'eng', reason: 'new cell' }],
    });
    expect(zh.out).toMatch(
      /正在检修或标校：\n {2}climate-1\/temperature {2}标校 {2}还剩 (2|1\.99|2\.00) h {2}eng：new cell/,
    );
    expect(status.out).toContain('Being worked on:\n  climate-1/temperature  calibration');
  });

  test('is refused in the words of the gateway', async () => {
    const [again, tooLong, wrong, nobody] = await Promise.all([
      asEngineer(['maintenance', 'begin', 'climate-1/temperature', '--for', '1h', '--reason', 'r', '--lang', 'zh']),
      asEngineer(['maintenance', 'begin', 'climate-1/humidity', '--for', '9h', '--reason', 'r']),
      asEngineer(['maintenance', 'begin', 'a/b/c', '--for', '1h', '--reason', 'r']),
      sluice(['maintenance', 'begin', 'climate-1/humidity', '--for', '1h', '--reason', 'r', '--url', site.url]),
    ]);
    expect(again).toMatchObject({ code: 1, err: '已处于检修或标校中\n' });
    expect(tooLong).toMatchObject({ code: 1, err: 'eight hours at most; ask again then\n' });
    expect(wrong).toMatchObject({ code: 2, err: '`a/b/c` is no DEVICE or DEVICE/TAG.\n' });
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('SLUICE_TOKEN') });
  });

  test('ends before its time, and its alarms are back', async () => {
    const ended = await asEngineer(['maintenance', 'end', 'climate-1／temperature']);
    expect(ended.out).toContain('climate-1/temperature: the work is done');
    expect(await states()).toEqual(['H unacknowledged', 'HH unacknowledged']);
  });
});

describe('what was recorded', () => {
  test('is judged again beside the running gateway, and reported by it', async () => {
    await frames(site, 20);
    const [replayed, tuned, report] = await Promise.all([
      sluice(['replay', '--site', site.file, '--json']),
      sluice(['tune', 'temperature/HH', '--site', site.file]),
      sluice(['report', '--url', site.url, '--json', '--operators', '2']),
    ]);
    expect(replayed.err).toBe('');
    expect(JSON.parse(replayed.out)).toMatchObject({ isGrowing: true, unjudged: 0, against: { added: 0, gone: [] } });
    expect(tuned.out).toContain('heat/climate-1/temperature/HH: HH at 22 °C');
    expect(tuned.out).toMatch(/there\s+is\s+nothing\s+to\s+tune/);
    expect(JSON.parse(report.out)).toMatchObject({ operators: 2, load: { total: 2 } });
  });

  test('is judged and reported when it is stopped, by the site file or by the folder alone', async () => {
    await gateway.stop();
    const other = bench.path('other.yaml');
    await writeFile(other, (await readFile(site.file, 'utf8')).replace('H: 20', 'H: 30').replace('HH: 22', 'HH: 32'));
    const picture = bench.path('report.svg');
    const [replayed, changed, listed, unknown, markdown, svg] = await Promise.all([
      sluice(['replay', '--folder', site.journal]),
      sluice(['replay', '--site', site.file, '--rules', other, '--json']),
      sluice(['maintenance', '--site', site.file]),
      sluice(['tune', 'pressure', '--folder', site.journal]),
      sluice(['report', '--folder', site.journal, '--from', '1h', '--lang', 'zh']),
      sluice(['report', '--site', site.file, '--svg', '--out', picture]),
    ]);
    expect(replayed.out).toMatch(/^Judged: \d+ frames/);
    expect(replayed.out).toMatch(/Against what was journaled \(2\): 0 new, 0 gone\./);
    expect(replayed.out).toMatch(/still stands {2}CRITICAL {2}heat\/climate-1\/temperature\/HH/);
    const gone = (JSON.parse(changed.out) as { against: { gone: { key: string }[] } }).against.gone;
    expect(new Set(gone.map(({ key }) => key.split('/').at(-1)))).toEqual(new Set(['H', 'HH']));
    expect(listed.out).toContain('Nothing is being worked on.');
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('  heat/climate-1/temperature/HH\n') });
    expect(markdown.out).toContain('（+08:00）');
    expect(svg).toMatchObject({ code: 0, out: '', err: `${picture} written.\n` });
    expect(await readFile(picture, 'utf8')).toMatch(/^<svg /);
    gateway = await run(site);
  });

  test('of a period that says nothing is told so', async () => {
    const [badTime, empty, nothing, forms] = await Promise.all([
      sluice(['replay', '--site', site.file, '--from', 'noon']),
      sluice(['replay', '--site', site.file, '--from', '1h', '--to', '2h']),
      sluice(['report', '--url', site.url, '--from', '2020-01-01', '--to', '2020-02-01']),
      sluice(['report', '--url', site.url, '--svg', '--json']),
    ]);
    expect(badTime).toMatchObject({ code: 2, err: expect.stringContaining('`noon` is no time') });
    expect(empty).toMatchObject({ code: 2, err: expect.stringContaining('ends before it begins') });
    expect(nothing).toMatchObject({ code: 1, err: 'nothing is kept of that period\n' });
    expect(forms).toMatchObject({ code: 2 });
  });
});

test('check tells the alarms by priority against what people can follow', async () => {
  const [text, zh, programs] = await Promise.all([
    sluice(['check', site.file]),
    sluice(['check', site.file, '--lang', 'zh']),
    sluice(['check', site.file, '--json']),
  ]);
  expect(text.out.replaceAll(/\s+/g, ' ')).toContain(
    'Alarms: 2 (CRITICAL 1 = 50 %, HIGH 0 = 0 %, MEDIUM 0 = 0 %, LOW 1 = 50 %; the aim is 5 % high, 15 % medium, 80 % low). Events, on which nobody has to act: 1.',
  );
  expect(zh.out.replaceAll('\n', '')).toContain('无需处置的事件 1 个');
  expect(JSON.parse(programs.out)).toMatchObject({
    priorities: { critical: 1, high: 0, medium: 0, low: 1, events: 1 },
  });
});
