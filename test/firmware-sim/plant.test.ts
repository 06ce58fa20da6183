import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { demoPlant, type PlantSpec, readCounterLines, startPlant, type WireEvent } from '../../firmware-sim/index.js';
import { afterwards, dial, HandClock } from './field.js';

describe('the demonstration', () => {
  async function running() {
    const clock = new HandClock();
    const events: [string, WireEvent][] = [];
    const plant = await startPlant(demoPlant(), { clock, log: (server, event) => events.push([server, event]) });
    afterwards(() => plant.stop());
    const tcp = async (server: string) => dial(plant.addresses[server] ?? '');
    return { clock, events, plant, tcp };
  }

  test('fan loss shows in the meter, the drive and the carbon dioxide', async () => {
    const { clock, plant, tcp } = await running();
    const controller = await tcp('house-controller');
    const voltage = async () =>
      Buffer.from(await controller.ask('0001 0000 0006 02 03 2006 0002', 13), 'hex').readFloatBE(9);
    expect(await voltage()).toBeGreaterThan(220);
    const before = Number(plant.truth('house')['co2Ppm']);
    plant.happen('house', 'fans lose power');
    await clock.pass(60_000);
    expect(await voltage()).toBe(0);
    expect(Number(plant.truth('house')['co2Ppm'])).toBeGreaterThan(before + 100);
    expect(await controller.ask('0002 0000 0006 01 03 2100 0001', 11)).toBe('000200000005010302000e');
  });

  test('an instrument shows what is true, within its error, and one broken in a server leaves the others', async () => {
    const { clock, events, plant, tcp } = await running();
    const bus = await tcp('house-bus');
    await clock.pass(300_000);
    plant.inject({ kind: 'dead', unit: 1 }, 'house-bus');
    bus.send('01 04 00 01 00 02 20 0b');
    while (events.length === 0) await new Promise(setImmediate);
    bus.send('02 04 00 01 00 02 20 38');
    while (events.length < 2) await new Promise(setImmediate);
    await clock.pass(100);
    const shownC = Buffer.from(await bus.take(9), 'hex').readInt16BE(3) / 10;
    expect(Math.abs(shownC - Number(plant.truth('house')['temperatureC']))).toBeLessThan(1);
    expect(events.map(([server, { kind, unit }]) => [server, kind, unit])).toEqual([
      ['house-bus', 'request', 1],
      ['house-bus', 'request', 2],
      ['house-bus', 'answer', 2],
    ]);
  });
});

describe('a description that cannot be', () => {
  const server = { name: 'bus', transport: { kind: 'tcp', port: 0 } } as const;
  const level = { unit: 1, fixed: [{ area: 'holding', address: 0, words: [5] }] } as const;

  test.each<[string, PlantSpec, string]>([
    ['unit without registers', { servers: [{ ...server, units: [{ unit: 4 }] }] }, 'unit 4 has nothing to read'],
    ['unit twice', { servers: [{ ...server, units: [level, level] }] }, 'server "bus" has unit 1 twice'],
    [
      'unknown plant',
      { servers: [{ ...server, units: [{ unit: 1, device: 'vfd', watches: 'barn' }] }] },
      'no plant "barn"; there are: none',
    ],
  ])('%s is named', async (_, spec, message) => {
    await expect(startPlant(spec)).rejects.toThrow(message);
  });

  test('a taken port is named by its server, and nothing stays open', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    afterwards(() => holder.close());
    const { port } = holder.address() as { port: number };
    const taken = { name: 'other', transport: { kind: 'tcp', port }, units: [] } as const;
    await expect(startPlant({ servers: [{ ...server, units: [] }, taken] })).rejects.toThrow(
      'server "other" did not start',
    );
  });
});

describe('a field in a process of its own', () => {
  const main = fileURLToPath(new URL('../../dist/firmware-sim/main.js', import.meta.url));

  async function spawned(spec: PlantSpec, ...args: string[]) {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-plant-'));
    afterwards(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'field.json');
    writeFileSync(path, JSON.stringify(spec));
    const log = join(folder, 'wire.log');
    const child = spawn(process.execPath, [main, '--spec', path, '--log', log, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    afterwards(() => child.kill('SIGKILL'));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => JSON.parse(String((await lines.next()).value)) as Record<string, unknown>;
    const order = (line: unknown) => {
      child.stdin.write(`${JSON.stringify(line)}\n`);
      return next();
    };
    const exited = once(child, 'exit');
    return { child, log, exited, next, order };
  }

  const spec: PlantSpec = {
    plants: { house: 'pig-house' },
    servers: [
      {
        name: 'bench',
        transport: { kind: 'tcp', port: 0 },
        units: [
          { unit: 1, entries: [{ area: 'holding', address: 0, tag: 'level', type: 'int16' }], values: { level: 5 } },
        ],
      },
    ],
  };

  test('says where it listens, takes orders, logs each exchange and stops when told', async () => {
    const field = await spawned(spec);
    const { addresses } = (await field.next()) as { addresses: Record<string, string> };
    const wire = await dial(addresses['bench'] ?? '');
    expect(await wire.ask('0001 0000 0006 01 03 0000 0001', 11)).toBe('0001000000050103020005');
    expect(await field.order({ inject: { kind: 'exception', share: 1, code: 4 }, server: 'bench' })).toEqual({
      done: true,
    });
    expect(await wire.ask('0002 0000 0006 01 03 0000 0001', 9)).toBe('000200000003018304');
    expect(await field.order({ heal: true })).toEqual({ done: true });
    expect(await wire.ask('0003 0000 0006 01 03 0000 0001', 11)).toBe('0003000000050103020005');
    expect(await field.order({ happen: 'fans lose power', plant: 'house' })).toEqual({ done: true });
    expect(await field.order({ inject: { kind: 'dead' } })).toEqual({
      error: expect.stringContaining('no such fault'),
    });
    expect(await field.order({ heal: true, server: 'none' })).toEqual({ error: 'no server "none"; there are: bench' });
    await field.order({ stop: true });
    expect(await field.exited).toEqual([0, null]);
    const logged = readFileSync(field.log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as WireEvent);
    expect(logged.map(({ kind }) => kind)).toEqual(['request', 'answer', 'request', 'answer', 'request', 'answer']);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('ends by %s with exit code 0', async (signal) => {
    const field = await spawned(spec);
    await field.next();
    field.child.kill(signal);
    expect(await field.exited).toEqual([0, null]);
  });

  test('after kill -9 its counter file names every reply that was answered, and a new process goes on from there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-counted-'));
    afterwards(() => rmSync(folder, { recursive: true }));
    const counterFile = join(folder, 'answered');
    const counted: PlantSpec = {
      servers: [
        {
          name: 'bench',
          transport: { kind: 'tcp', port: 0 },
          counterFile,
          units: [{ unit: 1, counter: { area: 'holding', address: 0, words: 4 } }],
        },
      ],
    };
    const counters = async (field: Awaited<ReturnType<typeof spawned>>, reads: number) => {
      const { addresses } = (await field.next()) as { addresses: Record<string, string> };
      const wire = await dial(addresses['bench'] ?? '');
      const seen: number[] = [];
      for (let read = 0; read < reads; read += 1) {
        const reply = Buffer.from(await wire.ask('0001 0000 0006 01 03 0000 0004', 17), 'hex');
        seen.push(Number(reply.readBigUInt64BE(9)));
      }
      return seen;
    };
    const first = await spawned(counted);
    expect(await counters(first, 50)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    first.child.kill('SIGKILL');
    await first.exited;
    const logged = readCounterLines(readFileSync(counterFile, 'utf8')).map(({ counter }) => counter);
    expect(logged).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(await counters(await spawned(counted), 2)).toEqual([51, 52]);
  });

  test('ends with its parent when asked to', async () => {
    const field = await spawned(spec, '--until-stdin-ends');
    await field.next();
    field.child.stdin.end();
    expect(await field.exited).toEqual([0, null]);
  });
});
