import { decodeField, fieldOf, quantityNames } from '../../drivers/cjt188/current-data.js';
import { encodeFrame as encodeCjt188, scanFrames as scanCjt188 } from '../../drivers/cjt188/frame.js';
import { compileMessages } from '../../drivers/declared/declared-message.js';
import { deviceSchema } from '../../drivers/declared/device-schema.js';
import { MessageCollector } from '../../drivers/declared/message-collector.js';
import { scanFrames as scanDlt645 } from '../../drivers/dlt645/frame.js';
import { decodeValue } from '../../drivers/dlt645/value-format.js';
import { asciiFraming, rtuFraming } from '../../drivers/modbus/line-framing.js';
import { frameBytesMax, MbapReader } from '../../drivers/modbus/mbap.js';
import { bytesOf, collected, countWrong, type FramerCase, plain, scanned } from './framer-case.js';
import { crc16, lrc, sum8, xor } from './framer-checks.js';
import { dlt645Answers, modbusAnswers, nmeaSentences } from './frames-published.js';

/** Longest input: four frames and noise; framers that are handed everything hold nothing themselves. */
const inputBytesMax = 4096;

const hasCrc = (frame: Uint8Array): boolean => {
  const crc = crc16(frame.subarray(0, -2));
  return frame.at(-2) === (crc & 0xff) && frame.at(-1) === crc >> 8;
};

const modbusRtu: FramerCase = {
  name: 'Modbus RTU',
  seeds: modbusAnswers.map(({ wire }) => bytesOf(wire)),
  heldBytesMax: inputBytesMax,
  findsNext: false,
  read: (pieces) =>
    scanned(pieces, (received) => {
      const shape = { unit: 1, functionCode: 4, dataBytes: 4 };
      const answer = rtuFraming.findAnswer(received, shape);
      return [...rtuFraming.findFrames(received), ...(answer ? [answer] : [])].map(({ frame }) => plain(frame));
    }),
  isRight: hasCrc,
};

const asciiLine = (hex: string): Buffer => {
  const body = bytesOf(hex);
  const text = Buffer.concat([body, Buffer.of(lrc(body))]).toString('hex');
  return Buffer.from(`:${text.toUpperCase()}\r\n`, 'latin1');
};

const modbusAscii: FramerCase = {
  name: 'Modbus ASCII',
  seeds: [asciiLine('0104040131 0222'), asciiLine('018402'), asciiLine('010402ff33')],
  heldBytesMax: inputBytesMax,
  findsNext: true,
  read: (pieces) =>
    scanned(pieces, (received) =>
      asciiFraming.findFrames(received).map(({ start, end }) => plain(received.subarray(start, end))),
    ),
  isRight(frame) {
    const text = Buffer.from(frame).toString('latin1');
    const bytes = Buffer.from(text.slice(1, -2), 'hex');
    return /^:(?:[0-9A-Fa-f]{2})+\r\n$/.test(text) && sum8(bytes) === 0;
  },
};

const modbusTcp: FramerCase = {
  name: 'Modbus TCP',
  seeds: [bytesOf('000100000007010404 01310222'), bytesOf('00020000000301 84 02')],
  heldBytesMax: frameBytesMax,
  findsNext: false,
  read(pieces) {
    const reader = new MbapReader();
    let isFollowed = true;
    return collected(
      pieces,
      (piece) => {
        const frames: Uint8Array[] = [];
        const arrived = (): void => {
          frames.push(new Uint8Array(reader.frame.buffer.slice(0, reader.frameBytes)));
        };
        isFollowed &&= reader.push(piece, piece.length, arrived);
        return frames.map(plain);
      },
      () => reader.frame.byteLength,
    );
  },
  // It has no checksum: TCP has one.
  isRight: (frame) => Buffer.from(frame).readUInt16BE(4) === frame.length - 6,
};

const hasSum = (frame: Uint8Array, lengthAt: number): boolean =>
  frame[0] === 0x68 &&
  frame.at(-1) === 0x16 &&
  frame.length === (frame[lengthAt] as number) + lengthAt + 3 &&
  sum8(frame.subarray(0, -2)) === frame.at(-2);

const meterFormats = [
  { bytes: 4, decimals: 2, signed: false },
  { bytes: 2, decimals: 1, signed: false },
  { bytes: 3, decimals: 4, signed: true },
];

const dlt645: FramerCase = {
  name: 'DL/T 645',
  seeds: dlt645Answers.map(({ wire }) => bytesOf(wire)),
  heldBytesMax: inputBytesMax,
  findsNext: true,
  read: (pieces) =>
    scanned(pieces, (received) =>
      scanDlt645(received).frames.map(({ bytes, data }) => {
        const values = meterFormats.map((format) => decodeValue(format, data.subarray(4, 4 + format.bytes)));
        return {
          bytes,
          wrongValues: countWrong(values.flatMap((value) => (value === undefined ? [] : [{ value, isGood: true }]))),
        };
      }),
    ),
  isRight: (frame) => hasSum(frame, 9),
};

const waterData = bytesOf('90 1F 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84');

const cjt188: FramerCase = {
  name: 'CJ/T 188',
  seeds: [
    Buffer.from(encodeCjt188({ meterType: 0x10, address: '33445566778899', control: 0x81, data: waterData }, 0)),
    Buffer.from(
      encodeCjt188({ meterType: 0x20, address: '00000000000001', control: 0x83, data: bytesOf('810A12') }, 0),
    ),
  ],
  heldBytesMax: inputBytesMax,
  findsNext: true,
  read: (pieces) =>
    scanned(pieces, (received) =>
      scanCjt188(received).frames.map(({ bytes, data, meterType }) => {
        const values = quantityNames.flatMap((name) => {
          const field = fieldOf(meterType, name);
          const value = field && decodeField(field, data.subarray(3));
          return value === undefined ? [] : [{ value, isGood: true }];
        });
        return { bytes, wrongValues: countWrong(values) };
      }),
    ),
  isRight: (frame) => hasSum(frame, 10),
};

const declaredDevice = deviceSchema.parse({
  messages: {
    line: {
      kind: 'text',
      start: '\\x02',
      end: '\\x03',
      pattern: 'GS,{gross:number}kg',
      checksum: { name: 'xor' },
      lengthMax: 40,
    },
    frame: {
      kind: 'binary',
      header: 'AA {unit} 0C',
      length: 12,
      fields: { density: { offset: 3, type: 'float32' }, hours: { offset: 7, type: 'bcd16' } },
      checksum: { name: 'crc16-modbus', at: -3 },
      trailer: '55',
    },
    wind: {
      kind: 'nmea',
      sentence: 'MWV',
      fields: { angle: { index: 1 }, speed: { index: 3 } },
    },
  },
});

const hexByte = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

function textLine(gross: string): Buffer {
  const body = `GS,${gross}kg`;
  return Buffer.from(`\x02${body}${hexByte(xor(Buffer.from(body)))}\x03`, 'latin1');
}

function densityFrame(): Buffer {
  const body = bytesOf('AA 01 0C 3F A0 00 00 12 34');
  const crc = crc16(body);
  return Buffer.concat([body, Buffer.of(crc & 0xff, crc >> 8, 0x55)]);
}

function sentence(body: string): Buffer {
  return Buffer.from(`$${body}*${hexByte(xor(Buffer.from(body)))}\r\n`, 'latin1');
}

/** A declared message; a field the instrument leaves empty is NaN and then none, so no value is called good. */
function declaredCase(
  name: string,
  message: string,
  rest: Pick<FramerCase, 'seeds' | 'others' | 'isRight'>,
): FramerCase {
  const format = compileMessages('d', declaredDevice).get(message)?.format;
  if (!format) throw new Error(`no message ${message}`);
  return {
    name,
    ...rest,
    heldBytesMax: format.bytesMax,
    findsNext: true,
    read(pieces) {
      const collector = new MessageCollector(format);
      return collected(
        pieces,
        (piece) => collector.push(piece).map(({ bytes }) => plain(bytes)),
        () => collector.heldBytes,
      );
    },
  };
}

const declaredText = declaredCase('declared text', 'line', {
  seeds: [textLine('+0012340'), textLine('-20'), textLine('1.5')],
  isRight(frame) {
    const text = Buffer.from(frame).toString('latin1');
    return hexByte(xor(frame.subarray(1, -3))) === text.slice(-3, -1).toUpperCase();
  },
});

const declaredBinary = declaredCase('declared binary', 'frame', {
  seeds: [densityFrame()],
  isRight: (frame) => frame.length === 12 && frame.at(-1) === 0x55 && hasCrc(frame.subarray(0, -1)),
});

const nmea = declaredCase('NMEA 0183', 'wind', {
  seeds: [sentence('WIMWV,214.8,R,0.1,K,A'), sentence('WIMWV,,R,,K,V')],
  others: nmeaSentences.map(({ wire }) => Buffer.from(wire, 'latin1')),
  isRight(frame) {
    const text = Buffer.from(frame).toString('latin1').trimEnd();
    return hexByte(xor(Buffer.from(text.slice(1, -3), 'latin1'))) === text.slice(-2).toUpperCase();
  },
});

/** Framers of instruments on a line. */
export const lineFramers: readonly FramerCase[] = [
  modbusRtu,
  modbusAscii,
  modbusTcp,
  dlt645,
  cjt188,
  declaredText,
  declaredBinary,
  nmea,
];
