import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  fitProfiles,
  formatSerial,
  likelySettings,
  type ProfileSketch,
  type ReadWords,
  scan,
  scanBauds,
  type ScanFound,
  type ScanOptions,
  scanParities,
  scanSteps,
} from '../../../../drivers/modbus/index.js';
import { systemClock } from '../../../../gateway/runtime/system-clock.js';
import { type PtyPair, startPtyPair } from '../../../prove/pty-pair.js';
import { peer } from '../../../support/peers.js';
import { format, registersAnswerer, registersFrom, SerialBench } from '../../../support/serial-bench.js';

const never = new AbortController().signal;
const every = { bauds: scanBauds, parities: scanParities };
const rtuOf = (serials: ReturnType<typeof likelySettings>) =>
  serials.map((serial) => ({ framing: 'rtu' as const, serial }));

describe('the order of a scan', () => {
  test('begins with 9600 8N1 and leaves no setting out', () => {
    const settings = likelySettings(every).map(formatSerial);
    expect(settings.slice(0, 4)).toEqual(['9600 8N1', '4800 8N1', '9600 8E1', '19200 8N1']);
    expect(settings).toHaveLength(8 * 4);
    expect(new Set(settings).size).toBe(32);
  });

  test('asks low units under every setting before it asks high ones under any', () => {
    const settings = rtuOf(likelySettings({ bauds: [9600, 4800], parities: ['none'] }));
    const steps = scanSteps(settings, [1, 16, 17, 200]);
    expect(steps.map(({ unit }) => unit)).toEqual([1, 16, 1, 16, 1, 16, 1, 16, 17, 200, 17, 200, 17, 200, 17, 200]);
  });
});

describe('a scan of a serial bus', () => {
  let folder: string;
  let pair: PtyPair | undefined;
  let bench: SerialBench | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-scan-'));
  });

  afterEach(async () => {
    await bench?.stop();
    await pair?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const registers = registersAnswerer({ 3: registersFrom(0, 235, 612, 1, 2, 3, 4, 5, 6, 7, 8) });
  const inputs = registersAnswerer({ 4: registersFrom(1, 305, 546) });
  const devices = [
    { unit: 3, format: format(9600), answer: registers },
    { unit: 5, format: format(19_200, 'even'), answer: registers, latencyMs: 30 },
    { unit: 8, format: format(9600, 'even'), answer: inputs },
  ];

  const start = async (more: Partial<ScanOptions> = {}): Promise<ScanOptions> => {
    pair = await startPtyPair(folder, 'bus');
    bench = await SerialBench.start(pair.far, { devices });
    const settings = rtuOf(likelySettings({ bauds: [9600, 19_200], parities: ['none', 'even'] }));
    const units = Array.from({ length: 8 }, (_, n) => n + 1);
    return {
      address: { kind: 'serial', path: pair.near },
      clock: systemClock,
      steps: scanSteps(settings, units),
      from: 0,
      known: [],
      timeoutMs: 50,
      stopAfter: Number.POSITIVE_INFINITY,
      open: bench.open,
      ...more,
    };
  };

  const gather = () => {
    const found: ScanFound[] = [];
    const done: number[] = [];
    const told = {
      found: (one: ScanFound) => void found.push(one),
      garbled: () => undefined,
      progressed: (count: number) => void done.push(count),
    };
    return { found, done, told };
  };

  const textOf = ({ unit, setting }: ScanFound): string => `${unit} ${formatSerial(setting.serial)}`;

  peer('socat')('finds devices that are set differently, with their first registers', async () => {
    const options = await start();
    const { found, done, told } = gather();
    expect(await scan(options, told, never)).toBe(options.steps.length);
    expect(found.map(textOf).toSorted()).toEqual(['3 9600 8N1', '5 19200 8E1', '8 9600 8E1']);
    expect(found.find(({ unit }) => unit === 3)?.registers).toEqual({ holding: [235, 612, 1, 2, 3, 4, 5, 6, 7, 8] });
    expect(found.find(({ unit }) => unit === 8)?.registers).toEqual({});
    expect(done).toEqual(options.steps.map((_, n) => n + 1));
  });

  peer('socat')('stops when told, and goes on where it was', async () => {
    const options = await start();
    const first = gather();
    const stop = new AbortController();
    const behind = await scan(
      options,
      { ...first.told, progressed: (count) => count === 5 && stop.abort() },
      stop.signal,
    );
    expect(behind).toBe(5);
    expect(first.found.map(textOf)).toEqual(['3 9600 8N1']);
    const second = gather();
    await scan({ ...options, from: behind, known: first.found }, second.told, never);
    expect([...first.found, ...second.found].map(textOf).toSorted()).toEqual([
      '3 9600 8N1',
      '5 19200 8E1',
      '8 9600 8E1',
    ]);
  });

  peer('socat')('ends when it has found enough', async () => {
    const options = await start({ stopAfter: 1 });
    const { found, told } = gather();
    expect(await scan(options, told, never)).toBeLessThan(options.steps.length);
    expect(found.map(textOf)).toEqual(['3 9600 8N1']);
  });

  peer('socat')('hears an answer that comes while another unit is asked', async () => {
    const options = await start({ timeoutMs: 10 });
    const { found, told } = gather();
    await scan(options, told, never);
    expect(found.map(textOf)).toContain('5 19200 8E1');
  });
});

describe('a scan over TCP', () => {
  let server: Server | undefined;

  afterEach(async () => {
    server?.close();
    if (server?.listening) await once(server, 'close');
  });

  test('finds the units behind a gateway, and none of those it reports as silent', async () => {
    const answer = registersAnswerer({ 3: registersFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10) });
    server = createServer((socket) =>
      socket.on('data', (bytes) => {
        const unit = bytes.readUInt8(6);
        const pdu = unit === 4 ? answer(bytes.subarray(7)) : Buffer.from([bytes.readUInt8(7) | 0x80, 11]);
        const header = Buffer.from(bytes.subarray(0, 7));
        header.writeUInt16BE((pdu?.length ?? 0) + 1, 4);
        socket.write(Buffer.concat([header, pdu ?? Buffer.alloc(0)]));
      }),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [serial] = likelySettings({ bauds: [9600], parities: ['none'] });
    const found: number[] = [];
    const steps = scanSteps([{ framing: 'tcp', serial: serial as NonNullable<typeof serial> }], [1, 2, 3, 4, 5, 6]);
    await scan(
      {
        address: { kind: 'tcp', host: '127.0.0.1', port },
        clock: systemClock,
        steps,
        from: 0,
        known: [],
        timeoutMs: 500,
        stopAfter: Number.POSITIVE_INFINITY,
      },
      { found: ({ unit }) => void found.push(unit), garbled: () => undefined, progressed: () => undefined },
      never,
    );
    expect(found).toEqual([4]);
  });
});

describe('a profile fits a device', () => {
  const tag = (register: number, type: 'int16' | 'uint16', range: readonly [number, number]) => ({
    address: { register: { table: 'input' as const, start: register }, type, order: 'ABCD' as const },
    scale: 0.1,
    offset: 0,
    range,
  });
  const climate: ProfileSketch = { name: 'climate', tags: [tag(1, 'int16', [-40, 80]), tag(2, 'uint16', [0, 100])] };
  const words =
    (registers: ReadonlyMap<number, number>): ReadWords =>
    async (_, start, count) => {
      const found = Array.from({ length: count }, (_unused, n) => registers.get(start + n));
      return found.includes(undefined) ? undefined : (found as number[]);
    };

  test('that has its registers, with values in their ranges', async () => {
    const fits = await fitProfiles([climate], words(registersFrom(1, 305, 546)));
    expect(fits.map(({ name }) => name)).toEqual(['climate']);
  });

  test('and no other', async () => {
    expect(await fitProfiles([climate], words(registersFrom(1, 305)))).toEqual([]);
    expect(await fitProfiles([climate], words(registersFrom(1, 305, 5460)))).toEqual([]);
    expect(await fitProfiles([climate], words(registersFrom(1, 0, 0)))).toEqual([]);
  });

  test('reading each register once, whatever the number of profiles', async () => {
    const asked: string[] = [];
    const counted: ReadWords = (table, start, count) => {
      asked.push(`${table} ${start} ${count}`);
      return words(registersFrom(1, 305, 546))(table, start, count);
    };
    await fitProfiles([climate, { ...climate, name: 'twin' }], counted);
    expect(asked).toEqual(['input 1 2']);
  });
});
