import { describe, expect, test } from '@jest/globals';
import { FrameCollector, frameDamageText } from '../../../drivers/sl651/frame-collector.js';
import { asciiMessage, hexMessage } from './messages.js';
import { bytesOf, published, publishedKeepAlives } from './published.js';

const keepAlive = bytesOf(publishedKeepAlives[0].message);
const reservoir = bytesOf(published['extra report of a reservoir']?.message ?? '');
const river = bytesOf(published['timed report of a river station']?.message ?? '');

/** Codes and stations of everything found in pieces. */
function collect(...pieces: readonly Uint8Array[]) {
  const collector = new FrameCollector();
  const found = pieces.map((piece) => collector.push(piece));
  return {
    codes: found.flatMap(({ frames }) => frames.map(({ code }) => code)),
    damages: found.flatMap(({ damages }) => damages),
    stray: found.reduce((sum, { stray }) => sum + stray, 0),
    held: collector.heldBytes,
  };
}

const changed = (bytes: Buffer, at: number, value: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
};

describe('messages out of a stream', () => {
  test('in one piece, in single bytes and at every cut', () => {
    const both = Buffer.concat([keepAlive, reservoir]);
    expect(collect(both)).toEqual({ codes: [0x2f, 0x33], damages: [], stray: 0, held: 0 });
    expect(collect(...Array.from(both, (byte) => Buffer.of(byte))).codes).toEqual([0x2f, 0x33]);
    for (let cut = 1; cut < both.length; cut += 1) {
      expect(collect(both.subarray(0, cut), both.subarray(cut))).toMatchObject({ codes: [0x2f, 0x33], damages: [] });
    }
  });

  test('behind noise, registrations and heartbeats of a DTU', () => {
    const noise = Buffer.from('\x7e\x7eDTU-0001\r\n\x00\xfe\x01PING', 'latin1');
    expect(collect(noise, keepAlive, noise, reservoir)).toMatchObject({
      codes: [0x2f, 0x33],
      stray: 2 * noise.length,
    });
  });

  test('with the 7E a province puts behind each', () => {
    const tail = Buffer.of(0x7e);
    expect(collect(keepAlive, tail, reservoir, tail, river, tail)).toMatchObject({
      codes: [0x2f, 0x33, 0x32],
      damages: [],
      stray: 2,
      held: 1,
    });
  });

  test('the start mark within a body starts nothing', () => {
    const body = '0001261121091230F2F27E7E0100123456781234';
    expect(collect(hexMessage({ code: 0x35, body }), reservoir)).toMatchObject({ codes: [0x35, 0x33], damages: [] });
  });

  test('both encodings on one line', () => {
    const ascii = asciiMessage({ code: 0x32, body: '0001261121091230ST 0012345678 K TT 2611210912 ZU 29.026 ' });
    expect(collect(reservoir, ascii, keepAlive).codes).toEqual([0x33, 0x32, 0x2f]);
  });
});

describe('what is wrong is named, and hides nothing else', () => {
  test('a wrong checksum', () => {
    const { codes, damages } = collect(changed(reservoir, 40, 0x99), river);
    expect(codes).toEqual([0x32]);
    expect(damages).toMatchObject([{ kind: 'checksum', station: '0012345678', is: 0xe030 }]);
    expect(frameDamageText(damages[0] as never)).toMatch(/station 0012345678 has a wrong checksum \(E030, should be/);
  });

  test('a length that is too short', () => {
    const { codes, damages } = collect(changed(reservoir, 12, 0x2a), river);
    expect(codes).toEqual([0x32]);
    expect(damages).toEqual([{ kind: 'end', station: '0012345678', is: 0x31 }]);
  });

  test('a length that is too long waits for bytes, until the next message is whole', () => {
    const tooLong = changed(reservoir, 11, 0x0f);
    expect(collect(tooLong)).toMatchObject({ codes: [], damages: [] });
    const { codes, damages } = collect(tooLong, river);
    expect(codes).toEqual([0x32]);
    expect(damages).toMatchObject([{ kind: 'incomplete', station: '0012345678' }]);
    expect(frameDamageText(damages[0] as never)).toMatch(/^\d+ bytes of a message of station 0012345678 are missing/);
  });

  test('a length of more than 12 bits is refused, not masked', () => {
    const { codes, damages } = collect(changed(reservoir, 11, 0x10), river);
    expect(codes).toEqual([0x32]);
    expect(damages).toEqual([{ kind: 'direction', is: 1 }]);
  });

  test('a message of a centre is none of a station', () => {
    const answer = bytesOf(published['timed report of a river station']?.answer ?? '');
    const { codes, damages } = collect(answer, river);
    expect(codes).toEqual([0x32]);
    expect(damages).toEqual([{ kind: 'direction', is: 8 }]);
    expect(frameDamageText(damages[0] as never)).toMatch(/may echo/);
  });

  test('a message that breaks off', () => {
    expect(collect(reservoir.subarray(0, 30), river)).toMatchObject({
      codes: [0x32],
      // Its length reaches into the next one.
      damages: [{ kind: 'end', station: '0012345678' }],
      stray: 30,
    });
  });

  test('packet numbers are taken off the body', () => {
    const message = hexMessage({ code: 0x36, packet: [4, 1], body: 'AABB', end: 0x17 });
    const [frame] = new FrameCollector().push(message).frames;
    expect(frame).toMatchObject({ packet: { total: 4, sequence: 1 }, end: 0x17 });
    expect([...(frame?.body ?? [])]).toEqual([0xaa, 0xbb]);
  });
});
