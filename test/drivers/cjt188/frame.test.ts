import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { currentDataBytes, decodeField, fieldOf, type QuantityName } from '../../../drivers/cjt188/current-data.js';
import { dataBytesMax, encodeFrame, type FoundFrame, scanFrames } from '../../../drivers/cjt188/frame.js';
import { toDelivered } from '../../../drivers/cjt188/units.js';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

function onlyFrame(hex: string): FoundFrame {
  const { frames, damage } = scanFrames(bytesOf(hex));
  expect(damage).toBeUndefined();
  expect(frames).toHaveLength(1);
  return frames[0] as FoundFrame;
}

function numberOf({ meterType, data }: FoundFrame, quantity: QuantityName): number | undefined {
  const field = fieldOf(meterType, quantity);
  if (!field) throw new Error(`a meter of type ${meterType} has no ${quantity}`);
  return decodeField(field, data.subarray(3));
}

/** A published example for a cold-water meter; its checksum was printed as 08, which its own bytes contradict. */
const waterBody = '68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84';
/** A published answer of one maker's heat meter, with units before numbers. */
const unitsFirst =
  '68 20 32 41 31 40 00 00 00 81 2E 90 1F 01 08 02 00 00 00 08 02 00 00 00 17 00 00 00 00 35 00 00 00 00 2C 34 10 00 00 35 25 00 66 25 00 00 00 00 53 00 12 10 07 15 20 00 00 31 16';

describe('published frames of CJ/T 188', () => {
  test('the request for the current data of a cold-water meter, as we send it', () => {
    const data = Uint8Array.of(0x1f, 0x90, 0);
    const request = encodeFrame({ meterType: 0x10, address: '78330011223344', control: 0x01, data }, 4);
    expect(Buffer.from(request).toString('hex')).toBe('fefefefe681044332211003378'.concat('01031f90008016'));
  });

  test('556,677.00 m³, and the printed checksum is refused', () => {
    const frame = onlyFrame(`${waterBody} 13 16`);
    expect(frame).toMatchObject({ meterType: 0x10, address: '78330011223344', control: 0x81 });
    expect(frame.data).toHaveLength(3 + currentDataBytes(0x10));
    expect(numberOf(frame, 'volume')).toBe(556_677);
    expect(numberOf(frame, 'settled-volume')).toBe(556_677);
    expect([numberOf(frame, 'status-1'), numberOf(frame, 'status-2')]).toEqual([0x21, 0x84]);
    expect(scanFrames(bytesOf(`${waterBody} 08 16`))).toEqual({
      frames: [],
      damage: { kind: 'checksum', is: 0x08, shouldBe: 0x13 },
    });
  });

  test("a maker's own arrangement gives no wrong value: its unit codes stand where digits should", () => {
    const frame = onlyFrame(unitsFirst);
    expect(frame.data).toHaveLength(3 + currentDataBytes(0x20));
    for (const quantity of ['heat', 'settled-heat', 'power', 'flow', 'volume'] as const) {
      expect(numberOf(frame, quantity)).toBeUndefined();
    }
    expect(numberOf(frame, 'supply-temperature')).toBe(25.35);
    expect(numberOf(frame, 'return-temperature')).toBe(25.66);
    expect(numberOf(frame, 'working-hours')).toBe(0);
  });
});

test('units become the delivered one, and one of something else is none', () => {
  expect(toDelivered(1234, 0x29, 'volume')).toBe(1.234);
  expect(toDelivered(3.6, 0x0e, 'heat')).toBe(1);
  expect(toDelivered(0.36, 0x11, 'heat')).toBeCloseTo(100, 10);
  expect(toDelivered(1.5, 0x1a, 'power')).toBe(1500);
  expect(toDelivered(1, 0x2c, 'heat')).toBeUndefined();
  expect(toDelivered(1, 0x00, 'volume')).toBeUndefined();
});

describe('any bytes at all', () => {
  const frame = fc.record({
    meterType: fc.integer({ min: 0, max: 255 }),
    address: fc.stringMatching(/^\d{14}$/),
    control: fc.integer({ min: 0, max: 255 }),
    data: fc.uint8Array({ maxLength: dataBytesMax }),
  });

  test('never throw, and every frame found is one', () => {
    const byte = fc.oneof(fc.constant(0x68), fc.constant(0x16), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 300 }), (noise) => {
        for (const { bytes, data } of scanFrames(Uint8Array.from(noise)).frames) {
          const total = bytes.slice(0, -2).reduce((sum, one) => sum + one, 0) % 256;
          expect([bytes[0], bytes.at(-2), bytes.at(-1)]).toEqual([0x68, total, 0x16]);
          expect(data).toHaveLength(bytes.length - 13);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('what is sent is found again behind noise without a start', () => {
    const noise = fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.filter((byte) => byte !== 0x68));
    fc.assert(
      fc.property(noise, frame, fc.integer({ min: 0, max: 4 }), (before, sent, preamble) => {
        const { frames } = scanFrames(Buffer.concat([before, encodeFrame(sent, preamble)]));
        expect(frames).toHaveLength(1);
        expect(frames[0]).toMatchObject({ ...sent, data: Uint8Array.from(sent.data) });
      }),
      { numRuns: 500 },
    );
  });

  test('one damaged byte leaves no frame of that length', () => {
    fc.assert(
      fc.property(frame, fc.nat(), fc.integer({ min: 1, max: 255 }), (sent, where, change) => {
        const wire = encodeFrame(sent, 0);
        const at = where % wire.length;
        wire[at] = ((wire[at] as number) + change) % 256;
        expect(scanFrames(wire).frames.filter(({ bytes }) => bytes.length === wire.length)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('a field of any bytes is a number or none, also where the answer is short', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 43 }),
        fc.constantFrom<QuantityName>('heat', 'flow', 'volume'),
        (data, name) => {
          const field = fieldOf(0x20, name);
          const value = field && decodeField(field, data);
          expect(value === undefined || Number.isFinite(value)).toBe(true);
        },
      ),
    );
  });
});
