import { describe, expect, test } from '@jest/globals';
import { toAscii } from '../../../../drivers/modbus/ascii-framing.js';
import {
  bitsReply,
  ears,
  exceptionReply,
  readRequest,
  registersReply,
  rtu,
  type Said,
  shortly,
  transcript,
} from './bus-script.js';

const said = (...frames: readonly (readonly [number, Uint8Array])[]): Said[] =>
  frames.map(([atMs, bytes]) => ({ atMs, bytes }));
const told = (...frames: readonly (readonly [number, Uint8Array])[]): string[] =>
  transcript(said(...frames)).map(shortly);

describe('a transcript', () => {
  test('pairs each request with its reply, and says how long the unit took', () => {
    const heard = transcript(
      said(
        [0, readRequest(1, 3, 0, 2)],
        [12, registersReply(1, 3, [0x1234, 0x5678])],
        [50, readRequest(2, 4, 100, 1)],
        [57, exceptionReply(2, 4, 2)],
      ),
    );
    expect(heard.map(shortly)).toEqual([
      'request 1/3 0+2',
      'reply 1/3 0+2 12345678',
      'request 2/4 100+1',
      'exception 2/4 100+1 code 2',
    ]);
    expect(heard[1]).toMatchObject({ turnaroundMs: 12, startMs: 12, isDoubtful: false });
    expect(heard[3]).toMatchObject({ turnaroundMs: 7 });
  });

  test.each([
    ['one coil', rtu(3, 5, 0, 7, 0xff, 0), rtu(3, 5, 0, 7, 0xff, 0), '3/5 7=1'],
    ['one register', rtu(3, 6, 0, 7, 1, 44), rtu(3, 6, 0, 7, 1, 44), '3/6 7=300'],
    ['coils', rtu(3, 15, 0, 7, 0, 10, 2, 0xcd, 1), rtu(3, 15, 0, 7, 0, 10), '3/15 7=1,0,1,1,0,0,1,1,1,0'],
    ['registers', rtu(3, 16, 0, 7, 0, 2, 4, 0, 1, 0, 2), rtu(3, 16, 0, 7, 0, 2), '3/16 7=1,2'],
  ])('tells what is written: %s', (_, request, reply, words) => {
    // First a read, so that it is known whose turn it is.
    const before = [[0, readRequest(1, 3, 0, 1)] as const, [5, registersReply(1, 3, [1])] as const];
    expect(told(...before, [20, request], [30, reply]).slice(2)).toEqual([`request ${words}`, `reply ${words}`]);
  });

  test('reads and writes at once, masks, asks for identity', () => {
    const readWrite = rtu(1, 0x17, 0, 3, 0, 2, 0, 14, 0, 1, 2, 0, 255);
    const identity = rtu(1, 0x2b, 0x0e, 1, 0);
    const vendor = [...Buffer.from('Sluice')];
    expect(
      told(
        [0, readWrite],
        [9, registersReply(1, 0x17, [7, 8])],
        [20, rtu(1, 0x16, 0, 4, 0, 0xf2, 0, 0x25)],
        [29, rtu(1, 0x16, 0, 4, 0, 0xf2, 0, 0x25)],
        [40, identity],
        [49, rtu(1, 0x2b, 0x0e, 1, 1, 0, 0, 1, 0, vendor.length, ...vendor)],
        [60, rtu(1, 0x11)],
        [69, rtu(1, 0x11, 2, 0x55, 0xff)],
        [80, rtu(1, 0x18, 4, 0xde)],
        [89, rtu(1, 0x18, 0, 6, 0, 2, 1, 0xb8, 0x12, 0x84)],
      ),
    ).toEqual([
      'request 1/23 3+2',
      'reply 1/23 3+2 00070008',
      'request 1/22',
      'reply 1/22',
      'request 1/43',
      'reply 1/43',
      'request 1/17',
      'reply 1/17',
      'request 1/24',
      'reply 1/24',
    ]);
  });

  test('says when nobody answers: at the next request, and when silence has lasted too long', () => {
    const heard = transcript(said([0, readRequest(1, 3, 0, 1)], [500, readRequest(2, 3, 0, 1)]));
    expect(heard.map(shortly)).toEqual([
      'request 1/3 0+1',
      'unanswered 1/3 0+1',
      'request 2/3 0+1',
      'unanswered 2/3 0+1',
    ]);
    expect(heard[1]).toMatchObject({ startMs: 0, endMs: 500 });
    expect(heard[3]).toMatchObject({ startMs: 500, endMs: 2000 });
  });

  test('waits for nothing after a broadcast', () => {
    const broadcast = rtu(0, 6, 0, 1, 0, 5);
    expect(told([0, readRequest(1, 3, 0, 1)], [9, registersReply(1, 3, [1])], [50, broadcast]).slice(2)).toEqual([
      'request 0/6 1=5',
    ]);
  });

  test('joins in the middle of an exchange without inventing a request', () => {
    const tail = registersReply(1, 3, [1, 2, 3, 4]).subarray(5);
    expect(told([0, tail], [40, readRequest(1, 3, 0, 1)], [50, registersReply(1, 3, [9])])).toEqual([
      'damaged 8',
      'request 1/3 0+1',
      'reply 1/3 0+1 0009',
    ]);
  });

  test('a reply nobody asked for is a stray', () => {
    expect(told([0, registersReply(1, 3, [9])])).toEqual(['stray 1/3']);
    expect(told([0, readRequest(1, 3, 0, 2)], [9, registersReply(2, 3, [1, 2])])).toEqual([
      'request 1/3 0+2',
      'stray 2/3',
      'unanswered 1/3 0+2',
    ]);
  });
});

describe('damage', () => {
  const flipped = (frame: Uint8Array, at: number): Uint8Array =>
    frame.map((byte, n) => (n === at ? byte ^ 0x10 : byte));

  test('yields no value, and hides nothing that follows', () => {
    const bad = flipped(registersReply(1, 3, [1, 2]), 4);
    expect(
      told([0, readRequest(1, 3, 0, 2)], [9, bad], [50, readRequest(1, 3, 0, 2)], [59, registersReply(1, 3, [3, 4])]),
    ).toEqual(['request 1/3 0+2', 'damaged 9', 'unanswered 1/3 0+2', 'request 1/3 0+2', 'reply 1/3 0+2 00030004']);
  });

  test('a glitch of up to two bytes before a reply does not cost it', () => {
    expect(told([0, readRequest(1, 3, 0, 1)], [9, Uint8Array.of(0, 0xff, ...registersReply(1, 3, [7]))])).toEqual([
      'request 1/3 0+1',
      'damaged 2',
      'reply 1/3 0+1 0007',
    ]);
  });

  test('a reply after a request that was not understood is nobody’s', () => {
    const other = flipped(readRequest(1, 3, 40, 1), 3);
    expect(told([0, readRequest(1, 3, 0, 1)], [200, other], [209, registersReply(1, 3, [7])])).toEqual([
      'request 1/3 0+1',
      'damaged 8',
      'ambiguous 1/3 0+1',
    ]);
  });

  test('a frame that stops half-way ends with the silence after it', () => {
    expect(
      told(
        [0, readRequest(1, 3, 0, 40)],
        [9, registersReply(1, 3, [1, 2, 3, 4]).subarray(0, 7)],
        [400, readRequest(2, 3, 0, 1)],
        [409, registersReply(2, 3, [5])],
      ),
    ).toEqual(['request 1/3 0+40', 'damaged 7', 'unanswered 1/3 0+40', 'request 2/3 0+1', 'reply 2/3 0+1 0005']);
  });

  test('does not wait for more than a frame', () => {
    const ear = ears();
    const noise = new Uint8Array(100_000).map((_, n) => (n * 37) & 0xff);
    const heard = ear.hear(noise, 0);
    expect(heard.every(({ kind, bytes }) => kind === 'damaged' && bytes.length <= 256)).toBe(true);
    expect(heard.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeGreaterThan(100_000 - 512);
  });
});

describe('a late reply', () => {
  test('that may belong to the request before is doubtful, until the unit answers something else', () => {
    const [a, b, c] = [readRequest(1, 3, 0, 2), readRequest(1, 3, 10, 2), readRequest(1, 3, 20, 3)];
    expect(
      told(
        [0, a],
        [600, b],
        [620, registersReply(1, 3, [1, 2])],
        [700, a],
        [710, registersReply(1, 3, [3, 4])],
        [800, c],
        [810, registersReply(1, 3, [5, 6, 7])],
        [900, b],
        [910, registersReply(1, 3, [8, 9])],
      ),
    ).toEqual([
      'request 1/3 0+2',
      'unanswered 1/3 0+2',
      'request 1/3 10+2',
      'reply? 1/3 10+2 00010002',
      'request 1/3 0+2',
      'reply? 1/3 0+2 00030004',
      'request 1/3 20+3',
      'reply 1/3 20+3 000500060007',
      'request 1/3 10+2',
      'reply 1/3 10+2 00080009',
    ]);
  });

  test('a repeated request is no doubt, and a doubt ends', () => {
    const [a, b] = [readRequest(1, 3, 0, 2), readRequest(1, 3, 10, 2)];
    expect(told([0, a], [600, a], [620, registersReply(1, 3, [1, 2])]).at(-1)).toBe('reply 1/3 0+2 00010002');
    expect(told([0, a], [2000, b], [2020, registersReply(1, 3, [1, 2])]).at(-1)).toBe('reply 1/3 10+2 00010002');
  });
});

describe('a frame that reads both ways', () => {
  const ask = readRequest(1, 1, 0, 24);
  // Three bytes of coils: as a request `read coils 773…`, legal in every respect.
  const both = bitsReply(1, 1, 5, 0, 8);

  test('is the reply when it comes at once', () => {
    expect(both).toEqual(readRequest(1, 1, 0x305, 8));
    expect(told([0, ask], [9, both])).toEqual(['request 1/1 0+24', 'reply 1/1 0+24 050008']);
  });

  test('is nobody’s when it comes as late as a second request would', () => {
    expect(told([0, ask], [500, both])).toEqual(['request 1/1 0+24', 'ambiguous 1/1 0+24']);
  });

  test('is nobody’s when the master is known to ask just this', () => {
    expect(
      told(
        [0, readRequest(1, 3, 0, 1)],
        [9, registersReply(1, 3, [1])],
        [50, both],
        [59, bitsReply(1, 1, 7)],
        [100, ask],
        [109, both],
      ),
    ).toEqual([
      'request 1/3 0+1',
      'reply 1/3 0+1 0001',
      'request 1/1 773+8',
      'reply 1/1 773+8 07',
      'request 1/1 0+24',
      'ambiguous 1/1 0+24',
    ]);
  });

  test('is the reply when no master could ask it, and a request when no unit could answer it', () => {
    expect(told([0, ask], [500, bitsReply(1, 1, 5, 0xff, 8)])).toEqual(['request 1/1 0+24', 'reply 1/1 0+24 05ff08']);
    expect(told([0, readRequest(1, 1, 0, 20)], [500, bitsReply(1, 1, 5, 0, 0x18)])).toEqual([
      'request 1/1 0+20',
      'unanswered 1/1 0+20',
      'request 1/1 773+24',
      'unanswered 1/1 773+24',
    ]);
  });

  test('out of step it is a request that may be none, and nobody is called silent for it', () => {
    expect(told([0, both], [50, readRequest(2, 3, 0, 1)], [59, registersReply(2, 3, [1])])).toEqual([
      'request? 1/1 773+8',
      'request 2/3 0+1',
      'reply 2/3 0+1 0001',
    ]);
  });

  test('a write repeated as late as a second request would be may not have been answered', () => {
    const write = rtu(3, 6, 0, 7, 1, 44);
    expect(told([0, write], [500, write])).toEqual(['request? 3/6 7=300', 'ambiguous 3/6 7=300']);
  });
});

test('ASCII is heard the same way, and lines cut, joined or damaged are damage', () => {
  const [ask, reply] = [readRequest(1, 3, 0, 2), registersReply(1, 3, [1, 2])].map(toAscii) as [Uint8Array, Uint8Array];
  const bad = reply.map((byte, n) => (n === 8 ? 0x46 : byte));
  const heard = transcript(
    said(
      [0, ask],
      [9, reply],
      [50, ask],
      [59, bad],
      [100, ask.subarray(0, 5)],
      [101, ask],
      [109, reply],
      [150, Buffer.from('noise')],
    ),
    ears({ framing: 'ascii' }),
  );
  expect(heard.map(shortly)).toEqual([
    'request 1/3 0+2',
    'reply 1/3 0+2 00010002',
    'request 1/3 0+2',
    'damaged 19',
    'damaged 5',
    'unanswered 1/3 0+2',
    'request 1/3 0+2',
    'reply 1/3 0+2 00010002',
    'damaged 5',
  ]);
});
