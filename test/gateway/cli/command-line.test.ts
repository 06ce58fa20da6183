import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { textWidth } from '../../../gateway/cli/text-width.js';
import { scratchFolder } from '../../support/scratch.js';
import { sluice } from './sluice.js';

const commands = [
  'demo',
  'check',
  'plan',
  'bench',
  'run',
  'status',
  'alarms',
  'maintenance',
  'report',
  'replay',
  'tune',
  'explain',
  'ledger',
  'user',
  'backup',
  'restore',
  'clock',
  'sink',
  'import',
  'schema',
  'simulate',
  'pool',
];
const hasHan = /\p{Script=Han}/u;

let folder: string;
let remove: () => Promise<void>;

beforeAll(async () => ({ folder, remove } = await scratchFolder()));
afterAll(() => remove());

const site = (more = ''): string => `version: 1
site: { id: farm }
links:
  bus:
    driver: modbus
    framing: rtu
    address: tcp://127.0.0.1:1
    serial: { baud: 9600 }
    devices: { climate-1: { profile: xy-md02, unit: 1 } }
journal: { folder: ${JSON.stringify(join(folder, 'journal'))}, bytesMax: 1MiB, freeBytesMin: 1MiB }
${more}`;

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('help', () => {
  test('names every command and the exit codes, in 80 columns, in both languages', async () => {
    for (const lang of ['en', 'zh']) {
      const { code, out } = await sluice(['--help', '--lang', lang]);
      expect(code).toBe(0);
      for (const command of commands) expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
      expect(out).toContain('70');
      expect(hasHan.test(out)).toBe(lang === 'zh');
      for (const line of out.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(80);
    }
  });

  test('of each command has an example', async () => {
    const texts = await Promise.all(commands.map((command) => sluice([command, '--help'])));
    texts.forEach(({ code, out }, index) => {
      expect(code).toBe(0);
      expect(out).toContain(`Examples:\n  sluice ${commands[index] as string}`);
    });
  });

  test('is what a call without a word shows', async () => {
    expect((await sluice([])).out).toContain('Commands:');
  });
});

describe('a command line that is wrong', () => {
  test.each([
    [['chek', 'x'], 'did you mean `check`?'],
    [['plan', '--jsn', 'x'], 'did you mean `--json`?'],
    [['user', 'lst'], 'did you mean `list`?'],
    [['alarms', 'shelv', 'x'], 'no command `shelv`; did you mean `shelve`?'],
    [['alarms', 'shelve', 'x', '--for', '1h'], '`--reason <text>` is needed'],
    [['maintenance', 'begin', 'x', '--reason', 'r'], '`--for <duration>` is needed'],
    [['replay', '--operators', '0'], '`0` is no number of operators'],
    [['tune', 'x', '--long', 'ages'], '`ages` is no duration'],
    [['report', '--site', 'none.yaml', '--markdown', '--svg'], 'One of `--markdown`, `--svg` and `--json`'],
    [['check'], '`site.yaml` is missing'],
    [['check', 'a', 'b'], '`b` is one word too many'],
    [['pool', '--folder', 'x', '--port', '99999'], '`99999` is no port'],
    [['user', 'add', 'li', '--role', 'boss'], 'viewer, operator, engineer, administrator'],
    [['backup', '--to'], 'needs a value'],
    [['import', 'x.csv'], '`--profile <name>` is needed'],
    [['explain', 'temperature', 'now', '--url', 'http://127.0.0.1:1'], 'is no DEVICE/TAG'],
    [['explain', 'a/b', 'noon', '--url', 'http://127.0.0.1:1'], 'is no time'],
  ])('%j is told in one sentence, with exit code 2', async (argv, words) => {
    const { code, out, err } = await sluice(argv, { cwd: folder });
    expect(err.replaceAll('\n', ' ')).toContain(words);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('is told in Chinese to those who read Chinese', async () => {
    const { code, err } = await sluice(['chek'], { env: { LANG: 'zh_CN.UTF-8' } });
    expect(code).toBe(2);
    expect(err).toContain('没有命令 `chek`；是不是 `check`？');
  });
});

describe('check', () => {
  test('tells every problem at once and opens nothing', async () => {
    const path = await file('bad.yaml', site().replace('baud: 9600', 'baudd: 9600').replace('unit: 1', 'unit: 999'));
    const { code, out, err } = await sluice(['check', path]);
    expect(code).toBe(2);
    expect(out).toContain(`${path}:8:`);
    expect(out).toContain(`${path}:9:`);
    expect(err).toContain('To mend: 2');
  });

  test('gives the same to programs', async () => {
    const path = await file('bad.json.yaml', site().replace('unit: 1', 'unit: 999'));
    const { code, out } = await sluice(['check', path, '--json']);
    expect(code).toBe(2);
    const told = JSON.parse(out) as { isValid: boolean; problems: { line: number }[] };
    expect(told).toMatchObject({ isValid: false, problems: [{ line: 9 }] });
  });

  test('says what a good file holds', async () => {
    const { code, out } = await sluice(['check', await file('good.yaml', site()), '--lang', 'zh']);
    expect(code).toBe(0);
    expect(out).toContain('1 条链路，1 台设备，2 个测点');
  });

  test('of a file that is not there says so', async () => {
    const { code, out } = await sluice(['check', join(folder, 'none.yaml')]);
    expect(code).toBe(2);
    expect(out).toContain('there is no file');
  });
});

describe('plan', () => {
  test('prints bus, sinks and flash, and exits 0 when everything fits', async () => {
    const sinks = 'sinks: { influx: { type: influxdb, url: "http://127.0.0.1:8086" } }\n';
    const { code, out } = await sluice(['plan', await file('plan.yaml', site(sinks))]);
    expect(code).toBe(0);
    expect(out).toMatch(/climate-1 {2}unit 1 .* each 10 s/);
    expect(out).toMatch(/influx {2}influxdb/);
    expect(out).toContain('Everything fits.');
    for (const line of out.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(80);
  });

  test('exits 1 and says what to change when something does not fit', async () => {
    const path = await file('full.yaml', site().replace('bytesMax: 1MiB', 'bytesMax: 900000GiB'));
    const { code, out } = await sluice(['plan', path]);
    expect(code).toBe(1);
    expect(out.replaceAll(/\s+/g, ' ')).toContain('Lower `bytesMax`');
    const { out: json } = await sluice(['plan', path, '--json']);
    expect(JSON.parse(json)).toMatchObject({ unfit: [{ kind: 'disk' }] });
  });
});

describe('files', () => {
  test('import writes a profile that check accepts, and tells faults by cell', async () => {
    const table = await file('表.csv', 'name,register,type,unit\ntemperature,1,int16,℃\nhumidity,x,int16,%\n');
    const out = join(folder, 'meter.yaml');
    const { code, err } = await sluice(['import', table, '--profile', 'meter', '--out', out]);
    expect(code).toBe(2);
    expect(err).toContain(`${table}!B3:`);
    expect(await readFile(out, 'utf8')).toContain('profile: meter');
    const using = site('profiles: [meter.yaml]\n').replace('xy-md02', 'meter');
    expect(await sluice(['check', await file('using.yaml', using)])).toMatchObject({ code: 0 });
  });

  test('schema is JSON Schema', async () => {
    const { out } = await sluice(['schema']);
    expect(JSON.parse(out)).toMatchObject({ title: 'Sluice site', type: 'object' });
  });
});

describe('users', () => {
  test('a token is shown once, alone on standard output; removing ends it', async () => {
    const path = await file('users.yaml', site());
    const { code, out, err } = await sluice(['user', 'add', 'li-ming', '--role', 'operator', '--site', path]);
    expect(code).toBe(0);
    expect(out).toMatch(/^sluice_[\w-]{43}\n$/);
    expect(err).toContain('li-ming');
    const list = await sluice(['user', 'list', '--site', path]);
    expect(list.out).toMatch(/li-ming {2}operator/);
    expect(list.out).not.toContain(out.trim());
    expect(await sluice(['user', 'remove', 'li-ming', '--site', path])).toMatchObject({ code: 0 });
    expect(await sluice(['user', 'remove', 'li-ming', '--site', path])).toMatchObject({ code: 1 });
    expect((await sluice(['user', 'list', '--site', path, '--json'])).out).toBe('[]\n');
  });
});

describe('what is not there', () => {
  test('no gateway: says where it looked and how to start one', async () => {
    const { code, err } = await sluice(['status', '--url', 'http://127.0.0.1:1']);
    expect(code).toBe(1);
    expect(err).toContain('No gateway answers at http://127.0.0.1:1');
  });

  test('no journal, no backup, no secret, no port', async () => {
    expect(await sluice(['ledger', '--folder', join(folder, 'nowhere')])).toMatchObject({ code: 1 });
    expect(await sluice(['restore', folder, '--site', 'x.yaml'])).toMatchObject({ code: 2 });
    const secret = 'sinks: { i: { type: influxdb, url: "http://127.0.0.1:1", user: u, password: { env: NOT_SET } } }\n';
    const { code, err } = await sluice(['run', await file('secret.yaml', site(secret))]);
    expect(code).toBe(2);
    expect(err).toContain('NOT_SET');
  });

  test('a folder that may not be written to is the system refusing, not a fault of ours', async () => {
    const taken = join(folder, 'taken');
    await writeFile(taken, '');
    await mkdir(join(folder, 'sub'), { recursive: true });
    const path = await file('file-as-folder.yaml', site().replace(join(folder, 'journal'), join(taken, 'journal')));
    const { code, err } = await sluice(['run', path]);
    expect(code).toBe(1);
    expect(err).toContain('The system refused');
    expect(err).not.toMatch(/\n\s+at /);
  });
});
