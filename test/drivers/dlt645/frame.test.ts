import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dataBytesMax, encodeFrame, scanFrames } from '../../../drivers/dlt645/frame.js';
import { identifierOf } from '../../../drivers/dlt645/identifier.js';
import { decodeValue, parseValueFormat, type ValueFormat } from '../../../drivers/dlt645/value-format.js';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const format = (text: string, signed = false): ValueFormat => parseValueFormat(text, signed) as ValueFormat;

/** The one frame in these bytes: meter, control code, identifier and number. */
function decodeOnly(hex: string, as: ValueFormat) {
  const { frames, damage } = scanFrames(bytesOf(hex));
  expect(damage).toBeUndefined();
  expect(frames).toHaveLength(1);
  const [frame] = frames;
  if (!frame) throw new Error('no frame');
  const numbers = frame.data.subarray(4);
  expect(numbers).toHaveLength(as.bytes);
  return {
    address: frame.address,
    control: frame.control,
    identifier: identifierOf(frame.data),
    value: decodeValue(as, numbers),
  };
}

const published = {
  request: '68 25 04 03 02 01 00 68 11 04 33 33 34 33 E1 16',
  answer: '68 25 04 03 02 01 00 68 91 08 33 33 34 33 75 39 45 33 8B 16',
};
const power = '68 01 00 00 00 00 00 68 91 07 33 33 36 35 78 56 B4 BC 16';

describe('golden frames of DL/T 645-2007', () => {
  test('the published reading of 1206.42 kWh, and its request as we send it', () => {
    expect(decodeOnly(published.answer, format('XXXXXX.XX'))).toEqual({
      address: '000102030425',
      control: 0x91,
      identifier: 0x00010000,
      value: 1206.42,
    });
    const request = encodeFrame({ address: '000102030425', control: 0x11, data: Uint8Array.of(0, 0, 1, 0) }, 0);
    expect(Buffer.from(request)).toEqual(Buffer.from(bytesOf(published.request)));
  });

  test('a voltage of 220.5 V', () => {
    expect(decodeOnly('68 01 00 00 00 00 00 68 91 06 33 34 34 35 38 55 C5 16', format('XXX.X'))).toEqual({
      address: '000000000001',
      control: 0x91,
      identifier: 0x02010100,
      value: 220.5,
    });
  });

  test('a power of −1.2345 kW: the highest bit is the sign', () => {
    expect(decodeOnly(power, format('XX.XXXX', true)).value).toBe(-1.2345);
    expect(decodeOnly(power, format('XX.XXXX')).value).toBe(81.2345);
  });

  test('a refusal carries one byte, 02', () => {
    const [frame] = scanFrames(bytesOf('68 01 00 00 00 00 00 68 D1 01 35 D8 16')).frames;
    expect(frame).toMatchObject({ control: 0xd1, data: Uint8Array.of(2) });
  });

  test('the request for an address', () => {
    const request = encodeFrame({ address: 'AAAAAAAAAAAA', control: 0x13, data: new Uint8Array(0) }, 2);
    expect(Buffer.from(request)).toEqual(Buffer.from(bytesOf('FE FE 68 AA AA AA AA AA AA 68 13 00 DF 16')));
  });
});

describe('what is wrong is named, and hides nothing else', () => {
  const good = bytesOf(published.answer);

  test('a wrong checksum', () => {
    const { frames, damage } = scanFrames(bytesOf(published.answer.replace('8B 16', '8C 16')));
    expect(frames).toEqual([]);
    expect(damage).toEqual({ kind: 'checksum', is: 0x8c, shouldBe: 0x8b });
  });

  test('a length byte that is too short', () => {
    const bad = bytesOf(published.answer.replace('91 08', '91 07'));
    expect(scanFrames(bad)).toMatchObject({ frames: [], damage: { kind: 'end', is: 0x8b } });
    expect(scanFrames(Buffer.concat([bad, good])).frames.map(({ address }) => address)).toEqual(['000102030425']);
  });

  test('a length byte that is too long waits for bytes, and does not hide the next frame', () => {
    const bad = bytesOf(published.answer.replace('91 08', '91 C0'));
    expect(scanFrames(bad)).toMatchObject({ frames: [], damage: { kind: 'incomplete', missing: 0xb8 } });
    expect(scanFrames(Buffer.concat([bad, good])).frames).toHaveLength(1);
  });

  test('68 and 16 within data do not end a frame', () => {
    const data = Uint8Array.of(0x68 - 0x33, 0x16 + 0xcd, 0x68 - 0x33, 0x16 + 0xcd);
    const [frame, ...others] = scanFrames(encodeFrame({ address: '681668166816', control: 0x91, data }, 4)).frames;
    expect(others).toEqual([]);
    expect(frame).toMatchObject({ address: '681668166816', data });
  });

  test('noise before, and two frames in one piece', () => {
    const { frames } = scanFrames(Buffer.concat([bytesOf('68 00 FE 16 68'), good, bytesOf('FE FE'), bytesOf(power)]));
    expect(frames.map(({ address }) => address)).toEqual(['000102030425', '000000000001']);
  });
});

describe('any bytes at all', () => {
  const address = fc.stringMatching(/^\d{12}$/);
  const frame = fc.record({
    address,
    control: fc.integer({ min: 0, max: 255 }),
    data: fc.uint8Array({ maxLength: dataBytesMax }),
  });

  test('never throw, and every frame found is one', () => {
    const hostile = fc.array(fc.oneof(fc.constant(0x68), fc.constant(0x16), fc.integer({ min: 0, max: 255 })), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(hostile, (noise) => {
        for (const { bytes } of scanFrames(Uint8Array.from(noise)).frames) {
          const total = bytes.slice(0, -2).reduce((sum, byte) => sum + byte, 0) % 256;
          expect([bytes[0], bytes[7], bytes.at(-2), bytes.at(-1)]).toEqual([0x68, 0x68, total, 0x16]);
          expect(bytes).toHaveLength((bytes[9] as number) + 12);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('what is sent is found again behind any noise that is no frame itself', () => {
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

  test('one damaged byte leaves no frame of that meter with other data', () => {
    fc.assert(
      fc.property(frame, fc.nat(), fc.integer({ min: 1, max: 255 }), (sent, where, change) => {
        const wire = encodeFrame(sent, 0);
        const at = where % wire.length;
        wire[at] = ((wire[at] as number) + change) % 256;
        // A frame within the data of another is one all the same; it has another beginning.
        expect(scanFrames(wire).frames.filter(({ bytes }) => bytes.length === wire.length)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('a number of any bytes is a number of its format, or none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3, maxLength: 3 }), fc.boolean(), (bytes, signed) => {
        const value = decodeValue(format('XX.XXXX', signed), bytes);
        if (value === undefined) return;
        expect(Math.abs(value)).toBeLessThan(100);
        expect(Number(value.toFixed(4))).toBe(value);
      }),
    );
  });
});
