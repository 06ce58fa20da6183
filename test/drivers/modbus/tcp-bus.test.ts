import { afterEach, describe, expect, test } from '@jest/globals';
import { NotConnected } from '../../../gateway/contract/index.js';
import { DamagedAnswer, NoAnswer, Refusal } from '../../../drivers/modbus/register-bus.js';
import { TcpBus } from '../../../drivers/modbus/tcp-bus.js';
import { systemClock } from '../../../gateway/runtime/system-clock.js';
import { readAnswer, startTcpPeer, type TcpPeer, tcpFrame } from './tcp-peer.js';

const never = new AbortController().signal;
const timeoutMs = 250;

let peer: TcpPeer | undefined;
let bus: TcpBus | undefined;

async function connected(
  script: Parameters<typeof startTcpPeer>[0],
  of: { latenessMs?: number } = {},
): Promise<TcpBus> {
  peer = await startTcpPeer(script);
  const latenessMs = of.latenessMs ?? 200;
  bus = new TcpBus({ host: '127.0.0.1', port: peer.port, timeoutMs, latenessMs, turnaroundMs: 0, clock: systemClock });
  await bus.open(never);
  return bus;
}

afterEach(async () => {
  await bus?.close();
  await peer?.stop();
  bus = undefined;
  peer = undefined;
});

const registers = (data: DataView, count: number): number[] =>
  Array.from({ length: count }, (_, n) => data.getUint16(n * 2));

describe('Modbus TCP', () => {
  test('asks as the specification has it and gives back the registers', async () => {
    const tcp = await connected((request, socket) =>
      socket.write(tcpFrame(request.id, request.unit, readAnswer(request))),
    );
    const data = await tcp.request(17, 3, 100, 3, never);
    expect(registers(data, 3)).toEqual([100, 101, 102]);
    expect(peer?.requests).toEqual([{ id: 0, unit: 17, functionCode: 3, start: 100, count: 3 }]);
    const bits = await tcp.request(17, 1, 0, 10, never);
    expect([bits.getUint8(0), bits.getUint8(1)]).toEqual([0x55, 0x01]);
    expect(tcp.counters()).toMatchObject({ requests: 2, answers: 2, timeouts: 0 });
  });

  test('an exception rejects with its code', async () => {
    const tcp = await connected((request, socket) => socket.write(tcpFrame(request.id, request.unit, [0x84, 2])));
    await expect(tcp.request(1, 4, 0, 1, never)).rejects.toMatchObject(new Refusal(2));
    expect(tcp.counters()['exceptions']).toBe(1);
  });

  test('an answer in single bytes, and answers glued together, are each found', async () => {
    let glued: Buffer | undefined;
    const tcp = await connected((request, socket) => {
      const frame = tcpFrame(request.id, request.unit, readAnswer(request));
      if (request.start === 7) for (const byte of frame) socket.write(Buffer.of(byte));
      else if (glued) socket.write(Buffer.concat([glued, frame, frame]));
      glued = frame;
    });
    expect(registers(await tcp.request(1, 3, 7, 4, never), 4)).toEqual([7, 8, 9, 10]);
    expect(registers(await tcp.request(1, 3, 20, 2, never), 2)).toEqual([20, 21]);
    expect(tcp.counters()).toMatchObject({ duplicates: 2, answers: 2 });
  });

  test('a late answer is counted and never becomes the value of a later request', async () => {
    let late: Buffer | undefined;
    const tcp = await connected((request, socket) => {
      const frame = tcpFrame(request.id, request.unit, readAnswer(request));
      if (late === undefined) late = frame;
      else socket.write(Buffer.concat([late, frame]));
    });
    await expect(tcp.request(1, 3, 10, 1, never)).rejects.toBeInstanceOf(NoAnswer);
    expect(registers(await tcp.request(1, 3, 20, 1, never), 1)).toEqual([20]);
    expect(tcp.counters()).toMatchObject({ timeouts: 1, late: 1, answers: 1 });
  });

  test.each([
    ['unit', (id: number) => tcpFrame(id, 9, [3, 2, 0, 5])],
    ['function', (id: number) => tcpFrame(id, 1, [4, 2, 0, 5])],
    ['byte count', (id: number) => tcpFrame(id, 1, [3, 4, 0, 5, 0, 6])],
    ['length', (id: number) => tcpFrame(id, 1, [3, 2, 0, 5, 6])],
    ['protocol', (id: number) => tcpFrame(id, 1, [3, 2, 0, 5], { protocol: 7 })],
    ['transaction', (id: number) => tcpFrame(id + 1, 1, [3, 2, 0, 5])],
  ])('an answer with another %s is refused and counted', async (what, frame) => {
    const tcp = await connected((request, socket) => socket.write(frame(request.id)));
    const kind = what === 'transaction' ? NoAnswer : DamagedAnswer;
    await expect(tcp.request(1, 3, 0, 1, never)).rejects.toBeInstanceOf(kind);
    expect(tcp.counters()).toMatchObject(what === 'transaction' ? { foreign: 1 } : { damaged: 1 });
  });

  test('an answer cut short is no value, and the next request is made on a fresh connection', async () => {
    const tcp = await connected((request, socket) => {
      const frame = tcpFrame(request.id, request.unit, readAnswer(request));
      socket.write(request.start === 1 ? frame.subarray(0, 11) : frame);
    });
    await expect(tcp.request(1, 3, 1, 10, never)).rejects.toBeInstanceOf(DamagedAnswer);
    expect(registers(await tcp.request(1, 3, 50, 10, never), 1)).toEqual([50]);
    expect(peer?.connections).toBe(2);
  });

  test('what is no Modbus TCP at all ends the connection at once', async () => {
    const tcp = await connected((_, socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await expect(tcp.request(1, 3, 0, 1, never)).rejects.toThrow(/not Modbus TCP; check the port/);
    await expect(tcp.request(1, 3, 0, 1, never)).rejects.toBeInstanceOf(NotConnected);
  });

  test.each(['end', 'resetAndDestroy'] as const)(
    'a connection lost by %s rejects what is pending at once',
    async (how) => {
      const tcp = await connected((_, socket) => socket[how]());
      await expect(tcp.request(1, 3, 0, 1, never)).rejects.toBeInstanceOf(NotConnected);
      expect(tcp.counters()['timeouts']).toBe(0);
      await tcp.open(never);
      expect(peer?.connections).toBe(2);
    },
  );

  test('nobody listening is said with what to check', async () => {
    const tcp = await connected(() => undefined);
    await tcp.close();
    await peer?.stop();
    peer = undefined;
    await expect(tcp.open(never)).rejects.toThrow(
      /cannot connect to tcp:\/\/127\.0\.0\.1:\d+: ECONNREFUSED; check the port/,
    );
  });

  test('an aborted request ends at once and its answer fits no later one', async () => {
    const stop = new AbortController();
    let first: Buffer | undefined;
    const tcp = await connected((request, socket) => {
      const frame = tcpFrame(request.id, request.unit, readAnswer(request));
      if (first === undefined) {
        first = frame;
        stop.abort(new Error('no time left'));
      } else socket.write(Buffer.concat([first, frame]));
    });
    await expect(tcp.request(1, 3, 1, 1, stop.signal)).rejects.toThrow('no time left');
    expect(registers(await tcp.request(1, 3, 2, 1, never), 1)).toEqual([2]);
  });

  test('transaction ids use all 65,536 and are not given again while they could be answered', async () => {
    const seen = new Set<number>();
    const tcp = await connected((request, socket) => {
      seen.add(request.id);
      socket.write(tcpFrame(request.id, request.unit, readAnswer(request)));
    });
    for (let n = 0; n < 3000; n += 1) await tcp.request(1, 3, n, 1, never);
    expect(seen.size).toBe(3000);
  });
});
