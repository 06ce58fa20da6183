import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Frame } from '../../../drivers/sl651/frame.js';
import { FrameCollector } from '../../../drivers/sl651/frame-collector.js';
import { PacketAssembly } from '../../../drivers/sl651/packet-assembly.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { hexMessage } from './messages.js';
import { type Stage, startStage } from './station-link.js';

/** One of the packets of a picture's message. */
const packet = (sequence: number, body: string, total = 3): Buffer =>
  hexMessage({ code: 0x36, packet: [total, sequence], body, end: sequence === total ? 0x03 : 0x17 });

describe('packets are of one message', () => {
  const frameOf = (bytes: Buffer): Frame => new FrameCollector().push(bytes).frames[0] as Frame;
  const connection = {};
  const kinds = (...packets: readonly (readonly [bytes: Buffer, atMs: number, over?: object])[]) => {
    const assembly = new PacketAssembly();
    return packets.map(([bytes, atMs, over = connection]) => {
      const found = assembly.take(frameOf(bytes), { connection: over, atMs });
      return found.kind === 'whole' ? Buffer.from(found.body).toString('hex').toUpperCase() : found.kind;
    });
  };

  test('while they come one within a minute of another, however long all of them take', () => {
    expect(kinds([packet(1, '0007'), 0], [packet(2, 'AA'), 60_000], [packet(3, 'BB'), 120_000])).toEqual([
      'waiting',
      'waiting',
      '0007AABB',
    ]);
  });

  test('not after more than a minute, over another connection, or with another number or count', () => {
    const rest = [packet(2, 'AA'), packet(3, 'BB')] as const;
    expect(kinds([packet(1, '0007'), 0], [rest[0], 60_001], [rest[1], 60_002])[2]).toBe('missing');
    const other = {};
    expect(kinds([packet(1, '0007'), 0], [rest[0], 1, other], [rest[1], 2, other])[2]).toBe('missing');
    expect(kinds([packet(1, '0007'), 0], [packet(1, '0008'), 1], [rest[0], 2], [rest[1], 3])[3]).toBe('0008AABB');
    expect(kinds([packet(1, '0007'), 0], [packet(2, 'AA', 2), 1])[1]).toBe('missing');
  });
});

describe('over a wire', () => {
  let stage: Stage;
  const sockets: Socket[] = [];

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await stage.close();
  });

  async function dial(): Promise<Socket> {
    const socket = createConnection({ host: '127.0.0.1', port: stage.port, noDelay: true });
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  test.each([
    ['another connection', true, 0],
    ['a minute', false, 60_001],
  ])('a message whose first packet is lost takes none of the one before it, after %s', async (_, isAnew, pauseMs) => {
    const clock = new ManualClock(Date.parse('2026-11-21T09:12:31+08:00'));
    stage = await startStage({ clock });
    const first = await dial();
    first.write(packet(1, '0007261121081230F3F3FFD8'));
    while (stage.driver.counters()['messages'] !== 1) await settle();
    await clock.advance(pauseMs);
    const station = isAnew ? await dial() : first;
    const asked = once(station, 'data');
    station.write(Buffer.concat([packet(2, 'AABBCC'), packet(3, 'FFD9')]));
    // SYN, packet 1 of 3, NAK.
    expect(((await asked)[0] as Buffer).toString('hex')).toMatch(/^7e7e001234567801123436800.16003001.*15....$/);
    station.write(packet(1, '0008261121091230F3F3FFD8'));
    await stage.ear.until(() => stage.ear.happenings.length === 1);
    expect(stage.ear.happenings.map(({ id, fields }) => [id, fields['bytes']])).toEqual([['36H-8-261121091230', 7]]);
  });
});
