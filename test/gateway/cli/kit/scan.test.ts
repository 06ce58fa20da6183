import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Failure } from '../../../../gateway/cli/failure.js';
import { knownProfiles } from '../../../../gateway/cli/kit/scan/known-profiles.js';
import { runScan, type ScanRequest } from '../../../../gateway/cli/kit/scan/run-scan.js';
import { defaultTimeoutMs } from '../../../../gateway/cli/kit/scan/default-timeout.js';
import { resumeCommand } from '../../../../gateway/cli/kit/scan/resume-command.js';
import { scanCommand } from '../../../../gateway/cli/kit/scan/command.js';
import { systemClock } from '../../../../gateway/runtime/index.js';
import { type PtyPair, startPtyPair } from '../../../prove/pty-pair.js';
import { peer } from '../../../support/peers.js';
import { format, registersAnswerer, registersFrom, SerialBench } from '../../../support/serial-bench.js';
import { toldCli } from '../told-cli.js';

const never = new AbortController().signal;

let folder: string;
let pair: PtyPair | undefined;
let bench: SerialBench | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-scan-'));
});

afterEach(async () => {
  await bench?.stop();
  await pair?.stop();
  [bench, pair] = [undefined, undefined];
  await rm(folder, { recursive: true, force: true });
});

/** A climate sensor as XY-MD02 is, published reading 30.5 °C and 54.6 %, set to 4800 baud; and one that refuses. */
const devices = [
  {
    unit: 2,
    format: format(4800),
    answer: registersAnswerer({ 3: registersFrom(257, 2), 4: registersFrom(1, 305, 546) }),
  },
  { unit: 3, format: format(9600), answer: registersAnswerer({ 3: registersFrom(0, 11, 12) }) },
];

async function request(more: Partial<ScanRequest> = {}): Promise<ScanRequest> {
  pair = await startPtyPair(folder, 'bus');
  bench = await SerialBench.start(pair.far, { devices });
  return {
    address: { kind: 'serial', path: pair.near },
    choice: {
      address: `serial:${pair.near}`,
      units: [1, 2, 3],
      bauds: [9600, 4800],
      parities: ['none'],
      framings: ['rtu'],
    },
    timeoutMs: 60,
    stopAfter: Number.POSITIVE_INFINITY,
    resume: undefined,
    listenMs: 50,
    talksAnyway: false,
    isJson: false,
    profiles: await knownProfiles(),
    clock: systemClock,
    open: bench.open,
    ...more,
  };
}

describe('the command that goes on with a scan', () => {
  const asked: ScanRequest = {
    address: { kind: 'serial', path: '/dev/ttyUSB0' },
    choice: { address: '', units: [1, 2, 3], bauds: [9600], parities: ['none', 'even'], framings: ['rtu'] },
    timeoutMs: defaultTimeoutMs.serial,
    stopAfter: Number.POSITIVE_INFINITY,
    resume: undefined,
    listenMs: 0,
    talksAnyway: false,
    isJson: false,
    profiles: [],
    clock: systemClock,
  };
  const plain =
    'sluice scan serial:/dev/ttyUSB0 --resume scan.json --units 1-3 --baud 9600 --parity none,even --framing rtu';

  test('says no more than was asked for', () => {
    expect(resumeCommand(toldCli(), asked, 'scan.json')).toBe(plain);
  });

  test.each([
    ['--talk-anyway', { talksAnyway: true }],
    ['--json', { isJson: true }],
    ['--stop-after 2', { stopAfter: 2 }],
    ['--timeout 500ms', { timeoutMs: 500 }],
  ])('keeps %s', (option, more) => {
    expect(resumeCommand(toldCli(), { ...asked, ...more }, 'scan.json')).toBe(`${plain} ${option}`);
  });

  test('keeps the language, where the box is set to another', () => {
    expect(resumeCommand(toldCli('zh'), asked, 'scan.json')).toBe(`${plain} --lang zh`);
    expect(resumeCommand({ language: 'zh', env: { LANG: 'zh_CN.UTF-8' } }, asked, 'scan.json')).toBe(plain);
  });

  test('can be pasted whatever the file is called', () => {
    expect(resumeCommand(toldCli(), asked, "Tom's scan.json")).toContain(String.raw`--resume 'Tom'\''s scan.json'`);
  });
});

describe('sluice scan', () => {
  peer('socat')('tells each device with its settings, registers and what it may be', async () => {
    const cli = toldCli('en', 120);
    expect(await runScan(cli, await request(), never)).toBe(0);
    expect(cli.told[0]).toBe('Listening for 50 ms before anything is said …');
    expect(cli.told[1]).toMatch(/^Questions: 12 at most, settings of the line: 4; about .* s\. Ctrl-C stops\.$/);
    expect(cli.said[0]).toMatch(/^unit 3, 9600 8N1, answers in \d+ ms\n {2}holding 0–1: 11 12$/);
    expect(cli.said[1]).toMatch(
      /^unit 2, 4800 8N1, answers in \d+ ms\n {2}nothing at register 0\n {2}may be `xy-md02`/,
    );
    expect(cli.said[2]).toBe('Devices found: 2.');
  });

  peer('socat')('says the same as JSON, for programs', async () => {
    const cli = toldCli();
    await runScan(cli, await request({ isJson: true }), never);
    expect(JSON.parse(cli.said.join(''))).toMatchObject({
      isWhole: true,
      done: 12,
      of: 12,
      found: [
        {
          unit: 3,
          framing: 'rtu',
          serial: { baud: 9600, parity: 'none' },
          registers: { holding: [11, 12] },
          profiles: [],
        },
        { unit: 2, serial: { baud: 4800 }, registers: {}, profiles: ['xy-md02'] },
      ],
    });
  });

  peer('socat')('that is stopped says how to go on, and then goes on', async () => {
    const file = join(folder, 'scan.json');
    const first = await request({ resume: file });
    const stop = new AbortController();
    const stopping = { ...toldCli(), say: () => stop.abort() };
    expect(await runScan(stopping, first, stop.signal)).toBe(1);
    const said = stopping.told.at(-1) ?? '';
    expect(said).toMatch(/^Stopped at \d+ %\. To go on:\n {2}sluice scan serial:/);
    expect(said).toContain(`--resume ${file} --units 1-3 --baud 9600,4800 --parity none --framing rtu --timeout 60ms`);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ format: 'sluice-scan', found: [{ unit: 3 }] });

    const second = toldCli();
    expect(await runScan(second, first, never)).toBe(0);
    expect(second.told[0]).toMatch(/^Going on at \d+ %; found before: 1\.$/);
    expect(second.said.join('\n')).toContain('unit 2, 4800 8N1');
    expect(second.said.join('\n')).not.toContain('unit 3, ');
    expect(second.said).toContain('Devices found: 2.');
    expect(existsSync(file)).toBe(false);
  });

  peer('socat')('refuses a file of another scan, and one that is none', async () => {
    const file = join(folder, 'scan.json');
    const asked = await request({ resume: file });
    await writeFile(file, JSON.stringify({ format: 'sluice-scan', choice: {}, done: 3, found: [] }));
    await expect(runScan(toldCli(), asked, never)).rejects.toThrow('is of another scan');
    await writeFile(file, 'no json');
    await expect(runScan(toldCli('zh'), asked, never)).rejects.toThrow('不是扫描文件');
  });

  peer('socat')('refuses a file that tells of more than there is, before anything is asked', async () => {
    const file = join(folder, 'scan.json');
    const asked = await request({ resume: file });
    await writeFile(file, JSON.stringify({ format: 'sluice-scan', choice: asked.choice, done: 13, found: [] }));
    await expect(runScan(toldCli(), asked, never)).rejects.toThrow('is damaged: it tells of 13 questions asked of 12');
    await expect(runScan(toldCli('zh'), asked, never)).rejects.toThrow('已损坏：其中记有 13 次询问，而总共只有 12 次');
    expect(bench?.requests).toBe(0);
  });

  peer('socat')('refuses at once to keep what is unfinished where it cannot', async () => {
    const asked = await request();
    await writeFile(join(folder, 'file'), '');
    for (const resume of [folder, join(folder, 'nowhere/scan.json'), join(folder, 'file/scan.json')]) {
      const scanning = runScan(toldCli(), { ...asked, resume }, never);
      await expect(scanning).rejects.toThrow(`An unfinished scan cannot be kept in ${resume}: E`);
      await expect(scanning).rejects.toBeInstanceOf(Failure);
    }
    await expect(runScan(toldCli('zh'), { ...asked, resume: folder }, never)).rejects.toThrow('未发出任何询问');
    expect(bench?.requests).toBe(0);
  });

  peer('socat')('that is stopped and cannot be kept any more says so', async () => {
    const place = join(folder, 'away');
    await mkdir(place);
    const stop = new AbortController();
    const stopping = {
      ...toldCli(),
      say: () => {
        rmSync(place, { recursive: true });
        stop.abort();
      },
    };
    const scanning = runScan(stopping, await request({ resume: join(place, 'scan.json') }), stop.signal);
    await expect(scanning).rejects.toThrow(/^Stopped at \d+ %, and what was found cannot be kept in .*ENOENT/);
    await expect(scanning).rejects.toBeInstanceOf(Failure);
  });

  peer('socat')('sends nothing on a line where somebody talks, unless told to', async () => {
    const asked = await request({ listenMs: 400 });
    const talk = (): void => bench?.say(() => Uint8Array.of(3, 3, 0, 0, 0, 2, 0xc5, 0xe9), format(9600), 100);
    talk();
    await expect(runScan(toldCli(), asked, never)).rejects.toThrow(/^Somebody talks on this line already: \d+ bytes/);
    expect(bench?.requests).toBe(0);
  });

  test('says why a port cannot be opened, in both languages', async () => {
    const call = async (language: 'en' | 'zh') =>
      scanCommand(toldCli(language)).parseAsync([join(folder, 'nowhere')], { from: 'user' });
    await expect(call('en')).rejects.toThrow(
      /^There is no port serial:.*nowhere\.\nCheck that the adapter is plugged in/,
    );
    await expect(call('zh')).rejects.toThrow(/^没有串口 serial:.*nowhere。\n检查转换器是否插好/);
  });

  test('refuses units and speeds that are none', async () => {
    const call = (...args: string[]) => scanCommand(toldCli()).parseAsync(args, { from: 'user' });
    await expect(call('/dev/ttyUSB0', '--units', '1-999')).rejects.toThrow('is no list of numbers');
    await expect(call('/dev/ttyUSB0', '--units', '10-1')).rejects.toThrow('`10-1` goes down: write 1-10');
    await expect(call('/dev/ttyUSB0', '--baud', '4800,9600-1200')).rejects.toThrow('`9600-1200` goes down');
    const chinese = scanCommand(toldCli('zh')).parseAsync(['/dev/ttyUSB0', '--units', '10~1'], { from: 'user' });
    await expect(chinese).rejects.toThrow('“10-1”前大后小：写成 1-10');
    await expect(call('/dev/ttyUSB0', '--baud', 'fast')).rejects.toThrow('is no list of numbers');
    await expect(call('/dev/ttyUSB0', '--parity', 'mark')).rejects.toThrow('is not possible here: none, even, odd');
    await expect(call('tcp-listen://0.0.0.0:7000')).rejects.toThrow('is where DTUs dial in');
    await expect(call('nonsense://')).rejects.toThrow('is no address of a line');
  });
});
