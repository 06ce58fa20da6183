import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PacketMeter } from '../../../gateway/console/packet-meter.js';

const type = { connect: 1, publish: 3, puback: 4, subscribe: 8, pingreq: 12 } as const;

/** A packet by MQTT 3.1.1 §2.2.3: type, length in groups of seven bits, then that many bytes. */
function packet(kind: number, length: number): number[] {
  const bytes = [kind << 4];
  let left = length;
  do {
    bytes.push((left % 128) | (left >= 128 ? 128 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return [...bytes, ...Array<number>(length).fill(0xff)];
}

const limits = { bytesMax: 2000, perSecondMax: 10 };
const inPieces = (bytes: readonly number[], sizes: readonly number[]): Uint8Array[] => {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] as number;
    pieces.push(Uint8Array.from(bytes.slice(at, at + size)));
    at += size;
  }
  return pieces;
};

describe('packet meter', () => {
  test('however the bytes are cut, ten packets of any size up to the limit pass and the eleventh does not', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: limits.bytesMax }), { minLength: 11, maxLength: 11 });
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(lengths, sizes, (each, cut) => {
        const meter = new PacketMeter(limits);
        const ten = each.slice(0, 10).flatMap((length) => packet(type.subscribe, length));
        expect(inPieces(ten, cut).map((piece) => meter.take(piece, 0))).toEqual(
          inPieces(ten, cut).map(() => undefined),
        );
        expect(meter.take(Uint8Array.from(packet(type.subscribe, each[10] as number)), 999)).toContain(
          'packets a second',
        );
      }),
      { numRuns: 60 },
    );
  });

  test('a packet too large is known from its header, before a byte of it came', () => {
    const meter = new PacketMeter(limits);
    expect(meter.take(Uint8Array.from(packet(type.publish, 2001).slice(0, 3)), 0)).toContain('2000 bytes');
    expect(new PacketMeter(limits).take(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f), 0)).toContain('2000 bytes');
  });

  test('acknowledgements are not counted; a new second begins anew', () => {
    const meter = new PacketMeter(limits);
    const many = (kind: number, count: number) =>
      Uint8Array.from(Array.from({ length: count }, () => packet(kind, 2)).flat());
    expect(meter.take(many(type.puback, 500), 0)).toBeUndefined();
    expect(meter.take(many(type.pingreq, 10), 0)).toBeUndefined();
    expect(meter.take(many(type.pingreq, 10), 1000)).toBeUndefined();
    expect(meter.take(many(type.pingreq, 1), 1500)).toBeDefined();
  });
});
