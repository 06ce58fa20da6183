import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ModbusSimulator } from '../../../../firmware-sim/index.js';
import { probeCommand } from '../../../../gateway/cli/kit/probe/command.js';
import { tagLine } from '../../../../gateway/cli/kit/probe/probe-text.js';
import { parseRegister } from '../../../../gateway/cli/kit/probe/register-argument.js';
import { textWidth } from '../../../../gateway/cli/text-width.js';
import { toldCli } from '../told-cli.js';

let simulator: ModbusSimulator;

beforeEach(async () => {
  const words = [7, 0xcccd, 0x42f6, 0x51ec, 0x4148, 235, 10_124, 0x4142];
  simulator = new ModbusSimulator({
    transport: { kind: 'tcp', port: 0 },
    units: [{ unit: 1, map: { entries: [], fixed: [{ area: 'holding', address: 0, words }] } }],
  });
  await simulator.start();
});

afterEach(() => simulator.stop());

const probed = (language: 'en' | 'zh', ...args: readonly string[]): Promise<string> => probedAt(200, language, ...args);

async function probedAt(columns: number, language: 'en' | 'zh', ...args: readonly string[]): Promise<string> {
  const cli = toldCli(language, columns);
  await probeCommand(cli).parseAsync([simulator.address, '--unit', '1', ...args], { from: 'user' });
  return cli.said.join('\n');
}

describe('sluice probe', () => {
  test('shows a register and its neighbours in every meaning, counted from 0 and as Modicon does', async () => {
    const lines = (await probed('en', '--register', '40006')).split('\n');
    expect(lines[0]).toBe('holding 1–13 (40002–40014), function 03');
    const row = (register: number): string[] =>
      (lines.find((line) => line.includes(` ${40_001 + register} `)) ?? '').trim().split(/\s{2,}/);
    expect(row(5)).toEqual(['→', '5', '40006', '00EB', '235', '23.5', '2.35', '0000 0000 1110 1011', '··']);
    expect(row(6).slice(0, 7)).toEqual(['6', '40007', '278C', '10124', '1012.4', '101.24', '-124']);
    expect(row(7).at(-1)).toBe('AB');
  });

  test('shows two and four registers in each order', async () => {
    const lines = (await probed('en', '--register', 'h1')).split('\n').map((line) => line.trim().split(/\s{2,}/));
    expect(lines.find(([type]) => type === 'float32')?.[2]).toBe('123.4');
    expect(lines.find(([type]) => type === 'uint32')?.[2]).toBe(String(0x42f6_cccd));
  });

  test('ranks what gives the reading of the display, and writes the profile line', async () => {
    const english = await probed('en', '--register', '40002', '--shows', '123.4');
    expect(english).toMatch(/Shown as 123\.4:\n +\d+(\.\d+)? % {2}holding 1 \(40002\) {2}float32 CDAB +123\.4/);
    expect(english).toContain('value: { register: holding 1, type: float32, order: CDAB, unit: "" }');
    const chinese = await probed('zh', '--register', 'h6', '--shows', '-12.4');
    expect(chinese).toContain('value: { register: holding 6, type: uint16, sign: offset10000, scale: 0.1, unit: "" }');
    expect(chinese).toContain('采用之前，请在另一个读数下再核对一次。');
  });

  test.each([
    [80, 'en'],
    [80, 'zh'],
    [60, 'en'],
    [60, 'zh'],
  ] as const)(
    'has no line wider than a terminal of %i columns, and leaves nothing out (%s)',
    async (columns, language) => {
      for (const [register, shows] of [
        ['h6', '-12.4'],
        ['40006', '23.6'],
        ['h2', '1234'],
        ['h3', '999.7'],
      ] as const) {
        const text = await probedAt(columns, language, '--register', register, '--shows', shows, '--count', '2');
        expect(text.split('\n').filter((line) => textWidth(line) > columns)).toEqual([]);
        expect(text).toMatch(/ 40007 .*0010 0111 1000 1100/);
        expect(text).toMatch(/ 40007 .* '·$/m);
      }
    },
  );

  test('with a reading, shows the meanings together of the register found alone', async () => {
    const text = await probed('en', '--register', 'h5', '--shows', '123.4', '--count', '3');
    expect(text.match(/from register \d+/g)).toEqual(['from register 1']);
    const unfound = await probed('en', '--register', 'h5', '--shows', '999.7', '--count', '2');
    expect(unfound.match(/from register \d+/g)).toEqual(['from register 5', 'from register 6']);
  });

  test('says so where nothing is shown like that', async () => {
    expect(await probed('en', '--register', 'h5', '--shows', '999.7')).toContain('Nothing here is shown as 999.7.');
  });

  test('is one JSON document for programs', async () => {
    const told = JSON.parse(await probed('en', '--register', 'h5', '--shows', '23.5', '--json')) as {
      windows: { table: string; start: number; words: (number | null)[] }[];
      decodings: { register: number }[];
      ranked: { register: number; tag: string }[];
    };
    expect(told.windows.map(({ table }) => table)).toEqual(['holding']);
    expect(told.windows[0]?.words.slice(0, 5)).toEqual([0xcccd, 0x42f6, 0x51ec, 0x4148, 235].slice(0, 5));
    expect(new Set(told.decodings.map(({ register }) => register))).toEqual(new Set([5]));
    expect(told.ranked[0]).toMatchObject({
      register: 5,
      tag: 'value: { register: holding 5, type: int16, scale: 0.1, unit: "" }',
    });
  });

  test('refuses a register or a reading that is none, and a unit that gives nothing', async () => {
    await expect(probed('en', '--register', 'x5')).rejects.toThrow('is no register');
    await expect(probed('zh', '--register', 'h0', '--shows', 'warm')).rejects.toThrow('“warm”不是数字');
    await expect(probed('en', '--register', 'h900')).rejects.toThrow('gives none of these registers');
  });
});

describe('a register as people write it', () => {
  test.each([
    ['40001', 'holding', 0],
    ['400001', 'holding', 0],
    ['30002', 'input', 1],
    ['h0', 'holding', 0],
    ['I0x10', 'input', 16],
    ['holding 5', 'holding', 5],
    ['0x2000', undefined, 0x2000],
    ['7', undefined, 7],
    ['h40001', 'holding', 40_001],
  ])('%s', (text, table, register) => {
    expect(parseRegister(text)).toEqual({ table, register });
  });

  test.each(['', '70000', '0xfffff', 'x1', '50001x'])('%j is none', (text) => {
    expect(parseRegister(text)).toBeUndefined();
  });

  test('stands in a profile with what differs from the usual alone', () => {
    const form = { type: 'uint8', order: 'ABCD', byte: 'high', registers: 1 } as const;
    expect(tagLine({ table: 'input', register: 3, form, raw: 9, scale: 1, value: 9, likeness: 'rounded' })).toBe(
      'value: { register: input 3, type: uint8, byte: high, unit: "" }',
    );
  });
});
