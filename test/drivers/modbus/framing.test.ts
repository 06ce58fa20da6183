import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromAscii, lrc, toAscii } from '../../../drivers/modbus/ascii-framing.js';
import { asciiFraming, type LineFraming, rtuFraming } from '../../../drivers/modbus/line-framing.js';
import { MbapReader } from '../../../drivers/modbus/mbap.js';
import { crc16, hasRightCrc, shapeOfRequest } from '../../../drivers/modbus/rtu-framing.js';
import { rtuFrame } from './line-peer.js';
import { tcpFrame } from './tcp-peer.js';

interface Golden {
  readonly name: string;
  readonly request: string;
  readonly answer: string;
  readonly values?: readonly number[];
  readonly exception?: number;
}

const frames = JSON.parse(readFileSync('test/golden/modbus/frames.json', 'utf8')) as readonly Golden[];
const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');

describe.each(frames)('$name', ({ request, answer, values, exception }) => {
  const shape = shapeOfRequest(bytesOf(request));

  test('has right checksums', () => {
    for (const frame of [bytesOf(request), bytesOf(answer)]) expect(hasRightCrc(frame, 0, frame.length)).toBe(true);
  });

  test.each<[string, LineFraming]>([
    ['RTU', rtuFraming],
    ['ASCII', asciiFraming],
  ])('is found behind noise in %s', (_, framing) => {
    const noise = framing.encode(rtuFrame(1, 4, 1, 0, 9, 9)).subarray(0, 5);
    const found = framing.findAnswer(Buffer.concat([noise, framing.encode(bytesOf(answer))]), shape);
    expect(Buffer.from(found?.frame ?? []).toString('hex')).toBe(answer);
    const view = new DataView(Uint8Array.from(found?.frame ?? []).buffer);
    if (exception !== undefined) expect(view.getUint8(2)).toBe(exception);
    values?.forEach((value, n) => expect(view.getInt16(3 + n * 2)).toBe(value));
  });
});

test('an ASCII request is the one of the specification', () => {
  // Modbus over Serial Line V1.02, appendix B: unit 2, function 1, LRC.
  expect(lrc(Uint8Array.of(0x02, 0x07))).toBe(0xf7);
  expect(Buffer.from(toAscii(rtuFrame(1, 3, 0, 0, 0, 1))).toString()).toBe(':010300000001FB\r\n');
  expect(Buffer.from(fromAscii(Buffer.from(':010300000001fb\r\n')) ?? [])).toEqual(rtuFrame(1, 3, 0, 0, 0, 1));
});

const noise = fc.uint8Array({ maxLength: 80 });
const answers = fc.record({
  unit: fc.integer({ min: 1, max: 247 }),
  functionCode: fc.constantFrom(1, 2, 3, 4),
  data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
});

describe.each<[string, LineFraming]>([
  ['RTU', rtuFraming],
  ['ASCII', asciiFraming],
])('whatever is on a line with %s', (name, framing) => {
  test('an answer is found behind any noise', () => {
    fc.assert(
      fc.property(noise, answers, noise, (before, { unit, functionCode, data }, behind) => {
        const frame = rtuFrame(unit, functionCode, data.length, ...data);
        const shape = { unit, functionCode, dataBytes: data.length };
        const found = framing.findAnswer(Buffer.concat([before, framing.encode(frame), behind]), shape);
        // Noise may itself hold a right frame of this shape; nobody could tell.
        expect(found).toBeDefined();
      }),
    );
  });

  test('nothing with a wrong checksum is an answer', () => {
    fc.assert(
      fc.property(answers, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ unit, functionCode, data }, at, flip) => {
        const frame = rtuFrame(unit, functionCode, data.length, ...data);
        const wire = Buffer.from(framing.encode(frame));
        const place = at % wire.length;
        wire[place] = (wire[place] as number) ^ flip;
        const found = framing.findAnswer(wire, { unit, functionCode, dataBytes: data.length });
        // One changed character of ASCII can be the other case of the same digit.
        if (name === 'ASCII' && found) expect(Buffer.from(found.frame)).toEqual(frame);
        else expect(found).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('no bytes at all make it fail', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), answers, (bytes, { unit, functionCode, data }) => {
        for (const { frame } of framing.findFrames(bytes)) expect(hasRightCrc(frame, 0, frame.length)).toBe(true);
        framing.findAnswer(bytes, { unit, functionCode, dataBytes: data.length });
      }),
    );
  });
});

describe('Modbus TCP frames', () => {
  test('come out whole however the stream is cut', () => {
    const pdus = fc.array(fc.uint8Array({ minLength: 2, maxLength: 253 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(pdus, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }), (all, cuts) => {
        const stream = Buffer.concat(all.map((pdu, n) => tcpFrame(n, 1, [...pdu])));
        const reader = new MbapReader();
        const seen: string[] = [];
        const take = () => seen.push(Buffer.from(reader.frame.buffer, 0, reader.frameBytes).toString('hex', 7));
        for (let at = 0, n = 0; at < stream.length; n += 1) {
          const chunk = stream.subarray(at, at + (cuts[n % cuts.length] as number));
          expect(reader.push(chunk, chunk.length, take)).toBe(true);
          at += chunk.length;
        }
        expect(seen).toEqual(all.map((pdu) => Buffer.from(pdu).toString('hex')));
        expect(reader.isMidFrame).toBe(false);
      }),
    );
  });

  test('a kept answer stays while the next frames come', () => {
    const reader = new MbapReader();
    let kept: DataView | undefined;
    const stream = Buffer.concat([
      tcpFrame(1, 1, [3, 2, 0, 7]),
      tcpFrame(2, 1, [3, 2, 0, 8]),
      tcpFrame(3, 1, [3, 2, 0, 9]),
    ]);
    reader.push(stream, stream.length, () => {
      kept ??= reader.keepData();
    });
    expect(kept?.getUint16(0)).toBe(7);
  });

  test('a length no frame can have ends it', () => {
    const reader = new MbapReader();
    for (const length of [0, 2, 255, 65_535]) {
      reader.reset();
      const chunk = tcpFrame(1, 1, [3, 2], { length });
      expect(reader.push(chunk, chunk.length, () => undefined)).toBe(false);
    }
  });
});

test('the CRC is that of Modbus', () => {
  expect(crc16(Buffer.from('123456789'))).toBe(0x4b37);
});
