import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Exchange, openExchange, serialSettings } from '../../../drivers/streams/index.js';
import { type Clock, DeviceFault, NotConnected, Quality, silentLog } from '../../../gateway/contract/index.js';
import { systemClock } from '../../../gateway/runtime/index.js';
import { ManualClock } from '../../support/manual-clock.js';

const never = new AbortController().signal;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
/** The answer ends in 99. */
const toEnd = (received: Uint8Array): number[] | undefined => (received.at(-1) === 99 ? [...received] : undefined);

let server: Server;
let answer: (request: Buffer, socket: Socket) => void;
let sockets: Set<Socket>;
let exchange: Exchange | undefined;

beforeEach(async () => {
  sockets = new Set();
  answer = () => undefined;
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (request: Buffer) => answer(request, socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await exchange?.close();
  exchange = undefined;
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function exchangeOf({ timeoutMs = 100, gapMs = 0, clock = systemClock as Clock } = {}): Exchange {
  const { port } = server.address() as AddressInfo;
  const serial = serialSettings({ baud: 9600, parity: 'none' }).parse({});
  const address = { kind: 'tcp', host: '127.0.0.1', port } as const;
  exchange = openExchange({ address, serial, timeoutMs, gapMs, clock, log: silentLog });
  return exchange;
}

const faultOf = (asking: Promise<unknown>): Promise<DeviceFault> =>
  asking.then(
    (found) => {
      throw new Error(`no fault, but ${String(found)}`);
    },
    (error: DeviceFault) => error,
  );

describe('an exchange', () => {
  test('gives what is found once it is whole, however it is split', async () => {
    answer = (request, socket) => {
      expect([...request]).toEqual([1, 2]);
      socket.write(bytes(7), () => socket.write(bytes(8), () => socket.write(bytes(99))));
    };
    const one = exchangeOf();
    await one.connect(never);
    expect(await one.ask(bytes(1, 2), toEnd, never)).toEqual([7, 8, 99]);
    expect(await one.ask(bytes(1, 2), toEnd, never)).toEqual([7, 8, 99]);
  });

  test('says that nothing came', async () => {
    const one = exchangeOf();
    await one.connect(never);
    const fault = await faultOf(one.ask(bytes(1), toEnd, never));
    expect(fault).toBeInstanceOf(DeviceFault);
    expect(fault).toMatchObject({ quality: Quality['bad-no-answer'], answered: false });
    expect(fault.message).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+ gave no answer within 100 ms; nothing came/);
  });

  test('shows what came instead, 32 bytes of it at most', async () => {
    answer = (_, socket) => socket.write(Buffer.alloc(40, 0xab));
    const one = exchangeOf();
    await one.connect(never);
    const fault = await faultOf(one.ask(bytes(1), toEnd, never));
    expect(fault.quality).toBe(Quality['bad-frame']);
    expect(fault.message).toMatch(/instead came (ab ){32}… \(40 bytes\)$/);
  });

  test('keeps no more than 4 KiB, the newest', async () => {
    answer = (_, socket) => socket.write(Buffer.concat([Buffer.alloc(10_000, 1), bytes(99)]));
    const one = exchangeOf({ timeoutMs: 2000 });
    await one.connect(never);
    expect(await one.ask(bytes(1), (received) => toEnd(received)?.length, never)).toBe(4096);
  });

  test('hands on what find throws', async () => {
    answer = (_, socket) => socket.write(bytes(5));
    const one = exchangeOf({ timeoutMs: 2000 });
    await one.connect(never);
    const refuse = (): never => {
      throw new DeviceFault('refused', Quality.bad, { answered: true });
    };
    await expect(one.ask(bytes(1), refuse, never)).rejects.toThrow('refused');
  });

  test('goes on past a late reply to an earlier request, which is known by what it says', async () => {
    const one = exchangeOf({ timeoutMs: 100 });
    await one.connect(never);
    expect((await faultOf(one.ask(bytes(1), toEnd, never))).quality).toBe(Quality['bad-no-answer']);
    answer = (_, socket) => socket.write(bytes(1, 99), () => socket.write(bytes(2, 99)));
    const about = (what: number) => (received: Uint8Array) =>
      received.at(-2) === what && received.at(-1) === 99 ? received.length : undefined;
    expect(await one.ask(bytes(2), about(2), never)).toBe(4);
  });

  test('is silent for the gap before it asks again', async () => {
    const clock = new ManualClock();
    const askedAt: number[] = [];
    answer = (_, socket) => {
      askedAt.push(clock.monotonic());
      socket.write(bytes(99));
    };
    const one = exchangeOf({ clock, gapMs: 50 });
    await one.connect(never);
    await one.ask(bytes(1), toEnd, never);
    const second = one.ask(bytes(1), toEnd, never);
    await clock.advance(49);
    expect(askedAt).toEqual([0]);
    await clock.advance(1);
    await second;
    expect(askedAt).toEqual([0, 50]);
  });

  test('a line that is lost is NotConnected at once, and can be connected again', async () => {
    answer = (_, socket) => socket.destroy();
    const one = exchangeOf({ timeoutMs: 60_000 });
    await expect(one.ask(bytes(1), toEnd, never)).rejects.toThrow(/was not opened/);
    await one.connect(never);
    await expect(one.ask(bytes(1), toEnd, never)).rejects.toBeInstanceOf(NotConnected);
    answer = (_, socket) => socket.write(bytes(99));
    await one.connect(never);
    expect(await one.ask(bytes(1), toEnd, never)).toEqual([99]);
    await one.close();
    await expect(one.ask(bytes(1), toEnd, never)).rejects.toThrow(/it was closed/);
  });

  test('ends with its signal, and takes the next question', async () => {
    const one = exchangeOf({ timeoutMs: 60_000 });
    await one.connect(never);
    const ending = new AbortController();
    const asking = one.ask(bytes(1), toEnd, ending.signal);
    await expect(one.ask(bytes(1), toEnd, never)).rejects.toThrow(/one thing at a time/);
    ending.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
    answer = (_, socket) => socket.write(bytes(99));
    expect(await one.ask(bytes(1), toEnd, never)).toEqual([99]);
  });
});
