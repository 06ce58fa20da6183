import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type RegisterMap, readCounterLines, type WireEvent } from '../../firmware-sim/index.js';
import { afterwards, serve } from './field.js';

const floatMap: RegisterMap = {
  entries: Array.from({ length: 50 }, (_, index) => ({
    area: 'holding' as const,
    address: index * 2,
    tag: `v${index}`,
    type: 'float32' as const,
  })),
};

const floats = {
  values: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`v${index}`, index === 0 ? 123.4 : index])),
  advance() {},
  command() {},
};

const transport = { kind: 'tcp', port: 0 } as const;

describe('Modbus TCP server', () => {
  test('gives the floats of its model', async () => {
    const { wire } = await serve({ transport, units: [{ unit: 1, map: floatMap, model: floats }] });
    expect(await wire.ask('0001 0000 0006 01 03 0000 0004', 17)).toBe('00010000000b01030842f6cccd3f800000');
  });

  test('a unit it has not is reported by exception 0B', async () => {
    const { wire } = await serve({ transport, units: [{ unit: 1, map: floatMap, model: floats }] });
    expect(await wire.ask('0001 0000 0006 09 03 0000 0002', 9)).toBe('00010000000309830b');
  });
});

describe('registers of a unit', () => {
  const map: RegisterMap = {
    entries: [{ area: 'holding', address: 2, tag: 'v0', type: 'float32' }],
    fixed: [
      { area: 'holding', address: 0, words: [7, 8] },
      { area: 'holding', address: 4, words: [9, 10], writable: true },
      { area: 'coil', address: 0, words: [1, 0, 1, 1, 0, 0, 0, 0, 1, 1], writable: true },
    ],
    longestRead: 4,
  };

  async function asked() {
    const { wire } = await serve({ transport, units: [{ unit: 1, map, model: floats }] });
    return async (pdu: string, byteCount: number) => {
      const bytes = pdu.replaceAll(' ', '');
      const length = (bytes.length / 2 + 1).toString(16).padStart(4, '0');
      return (await wire.ask(`0001 0000 ${length} 01 ${bytes}`, 7 + byteCount)).slice(14);
    };
  }

  test('what nothing names is a hole, what is too long is refused', async () => {
    const ask = await asked();
    expect(await ask('03 0000 0004', 10)).toBe('03080007000842f6cccd');
    expect(await ask('03 0004 0003', 2)).toBe('8302');
    expect(await ask('03 0000 0005', 2)).toBe('8303');
    expect(await ask('03 0000 0000', 2)).toBe('8303');
    expect(await ask('2b 0e 01 00', 2)).toBe('ab01');
  });

  test('what may be written keeps it, what may not is refused and unchanged', async () => {
    const ask = await asked();
    expect(await ask('10 0004 0002 04 00aa 00bb', 5)).toBe('1000040002');
    expect(await ask('16 0004 00f0 0005', 7)).toBe('16000400f00005');
    expect(await ask('17 0004 0002 0005 0001 02 0011', 6)).toBe('170400a50011');
    expect(await ask('06 0000 0001', 2)).toBe('8602');
    expect(await ask('10 0001 0001 03 0000 00', 2)).toBe('9003');
    expect(await ask('03 0000 0002', 6)).toBe('030400070008');
  });

  test('coils are packed low bit first', async () => {
    const ask = await asked();
    expect(await ask('01 0000 000a', 4)).toBe('01020d03');
    expect(await ask('05 0001 ff00', 5)).toBe('050001ff00');
    expect(await ask('0f 0002 0002 01 00', 5)).toBe('0f00020002');
    expect(await ask('01 0000 0008', 3)).toBe('010103');
    expect(await ask('05 0001 1200', 2)).toBe('8503');
  });
});

describe('reply counter', () => {
  const counted = {
    unit: 1,
    map: floatMap,
    model: floats,
    counter: { area: 'holding', address: 100, words: 2 },
  } as const;

  test('each read that covers it has the next number, in the file before it is answered, on through a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-counter-'));
    afterwards(() => rmSync(folder, { recursive: true }));
    const counterFile = join(folder, 'answered');
    const events: WireEvent[] = [];
    const options = { transport, units: [counted], counterFile, log: (event: WireEvent) => events.push(event) };
    const first = await serve(options);
    expect(await first.wire.ask('0001 0000 0006 01 03 0064 0002', 13)).toBe('00010000000701030400000001');
    await first.wire.ask('0002 0000 0006 01 03 0000 0002', 13);
    expect(await first.wire.ask('0003 0000 0006 01 03 0062 0004', 17)).toMatch(/00000002$/);
    const lines = readCounterLines(readFileSync(counterFile, 'utf8'));
    expect(lines.map(({ unit, counter }) => [unit, counter])).toEqual([
      [1, 1],
      [1, 2],
    ]);
    await first.simulator.stop();
    const second = await serve(options);
    expect(await second.wire.ask('0001 0000 0006 01 03 0064 0002', 13)).toMatch(/00000003$/);
    const answers = events.filter((event) => event.kind === 'answer');
    expect(answers.map(({ counter, address, words }) => ({ counter, address, words }))).toEqual([
      { counter: 1, address: 100, words: [0, 1] },
      { counter: undefined, address: 0, words: [0x42f6, 0xcccd] },
      { counter: 2, address: 98, words: [0x4244, 0x0000, 0, 2] },
      { counter: 3, address: 100, words: [0, 3] },
    ]);
  });
});
