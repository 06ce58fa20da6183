import { describe, expect, test } from '@jest/globals';
import type { DeviceSettings } from '../../../drivers/declared/device-schema.js';
import { compileMessages, type DeclaredMessage } from '../../../drivers/declared/declared-message.js';
import { declared } from '../../../drivers/declared/index.js';
import { MessageCollector } from '../../../drivers/declared/message-collector.js';
import { latin1, latin1Bytes } from '../../../drivers/declared/byte-text.js';
import { profileOf, type Raw } from './declared-link.js';

const compile = (device: Raw): ReadonlyMap<string, DeclaredMessage> =>
  compileMessages('d', declared.device.parse(device) as DeviceSettings);

const only = (message: Raw): DeclaredMessage =>
  compile({ unit: 7, messages: { m: message } }).get('m') as DeclaredMessage;

/** What a stream holds for one message, and how many were damaged. */
function heard({ format }: DeclaredMessage, ...chunks: (string | Uint8Array)[]) {
  const collector = new MessageCollector(format);
  const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? latin1Bytes(chunk) : chunk));
  const messages = bytes.flatMap((chunk) => collector.push(chunk));
  const { damaged, heldBytes } = collector;
  return { messages: messages.map(({ fields }) => Object.fromEntries(fields)), damaged, heldBytes };
}

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('lines of text', () => {
  const weight = only({ kind: 'text', pattern: '{w}kg' });

  test('begin after the first end mark: the first line heard may have lost its beginning', () => {
    expect(heard(weight, '345kg\r\n12346kg\r\n')).toEqual({ messages: [{ w: 12_346 }], damaged: 0, heldBytes: 0 });
  });

  test('may come in pieces', () => {
    expect(heard(weight, '\r\n', '12', '3k', 'g\r', '\n4').messages).toEqual([{ w: 123 }]);
  });

  test('without an end are given up, and with them the rest that follows', () => {
    const short = only({ kind: 'text', pattern: '{w}kg', lengthMax: 16 });
    const { messages, damaged, heldBytes } = heard(short, '\r\n', 'x'.repeat(500), '9', '1kg\r\n', '2kg\r\n');
    expect(messages).toEqual([{ w: 2 }]);
    expect(damaged).toBeGreaterThan(0);
    expect(heldBytes).toBe(0);
  });

  test('with a start mark are whole from it on, and begin anew at another', () => {
    const marked = only({ kind: 'text', start: '\\x02', end: '\\x03', pattern: 'G{w}' });
    expect(heard(marked, 'junk\x03G1\x03\x02G2\x03\x02G3\x02G4\x03').messages).toEqual([{ w: 2 }, { w: 4 }]);
  });

  test.each(['\x02', '<<'])('with a start mark %j are found behind any length of noise, in any pieces', (start) => {
    const marked = only({ kind: 'text', start, end: '\\x03', pattern: 'G{w}', lengthMax: 16 });
    for (let noise = 0; noise < 80; noise++) {
      const stream = `${'x'.repeat(noise)}${start}G5\x03`;
      const pieces = Array.from({ length: Math.ceil(stream.length / 7) }, (_, at) => stream.slice(at * 7, at * 7 + 7));
      expect([noise, heard(marked, ...pieces).messages]).toEqual([noise, [{ w: 5 }]]);
    }
  });

  test('have no value with a wrong checksum', () => {
    const summed = only({ kind: 'text', start: '\\x02', end: '\\r', pattern: 'G{w}', checksum: { name: 'sum8' } });
    // 47 + 31 + 32 = AA
    expect(heard(summed, '\x02G12AA\r\x02G12aa\r\x02G13AA\r\x02A\r')).toEqual({
      messages: [{ w: 12 }, { w: 12 }],
      damaged: 2,
      heldBytes: 0,
    });
  });
});

describe('frames of bytes', () => {
  const meter = compile(profileOf('density-meter').device).get('all') as DeclaredMessage;
  // Made with a CRC calculator of another hand: AA 01 0C, float 1.25, 215, 1234, 80, CRC low byte first, 55.
  const body = 'AA 01 0C 3FA00000 00D7 1234 80';

  test('ask with unit and checksum in place', () => {
    expect(Buffer.from(meter.request ?? []).toString('hex')).toMatch(/^aa0152[0-9a-f]{4}$/);
  });

  test('of a fixed length give each type of field', () => {
    const fields = {
      a: { offset: 1, type: 'int8' },
      b: { offset: 1, type: 'uint8' },
      c: { offset: 2, type: 'int24' },
      d: { offset: 2, type: 'uint24', order: 'little' },
      e: { offset: 5, type: 'bcd32' },
      f: { offset: 5, type: 'bcd16', order: 'little' },
      g: { offset: 9, type: 'float32', order: 'little' },
      h: { offset: 9, type: 'int32' },
      i: { offset: 13, type: 'bcd8' },
    };
    const fixed = only({ kind: 'binary', header: '7E', length: 14, fields });
    // A view into a pooled Buffer, as a socket hands it over.
    const received = Buffer.from('00007EFEFF0102123456780000A03F1A', 'hex').subarray(2);
    expect(heard(fixed, received).messages).toEqual([
      { a: -2, b: 254, c: -65_278, d: 0x0201ff, e: 12_345_678, f: 3412, g: 1.25, h: 0xa03f, i: Number.NaN },
    ]);
  });

  test('are found again after garbage, a wrong length and a header inside data', () => {
    const counted = only({
      kind: 'binary',
      header: 'AA 55',
      length: { offset: 2, plus: 4 },
      lengthMax: 16,
      checksum: { name: 'xor' },
      fields: { v: { offset: 3, type: 'uint8' } },
    });
    const good = hex('AA 55 02 AA 55 02');
    expect(heard(counted, hex('00 AA AA 55 FF'), good, hex('AA'), good).messages).toEqual([{ v: 0xaa }, { v: 0xaa }]);
    expect(heard(counted, hex('AA 55 02 AA 55 03'), good).messages).toEqual([{ v: 0xaa }]);
    expect(heard(counted, hex('AA 55 02 AA 55 03'), good).damaged).toBeGreaterThan(0);
    for (let cut = 1; cut < good.length; cut += 1) {
      expect(heard(counted, good.subarray(0, cut), good.subarray(cut)).messages).toEqual([{ v: 0xaa }]);
    }
  });

  test('of another unit are not ours', () => {
    const addressed = only({
      kind: 'binary',
      header: '{unit} 03',
      length: 3,
      fields: { v: { offset: 2, type: 'uint8' } },
    });
    expect(heard(addressed, hex('08 03 01 07 03 02')).messages).toEqual([{ v: 2 }]);
  });

  test('of the density meter need CRC and end', () => {
    const crc = (text: string): string => {
      let value = 0xffff;
      for (const byte of hex(text)) {
        value ^= byte;
        for (let bit = 0; bit < 8; bit += 1) value = value % 2 === 1 ? (value >> 1) ^ 0xa001 : value >> 1;
      }
      return Buffer.from([value & 0xff, value >> 8]).toString('hex');
    };
    const values = { density: 1.25, temperature: 215, hours: 1234, fault: 1 };
    expect(heard(meter, hex(`${body}${crc(body)}55`)).messages).toEqual([values]);
    expect(heard(meter, hex(`${body}${crc(body)}56`)).messages).toEqual([]);
    expect(heard(meter, hex(`${body}0000 55`)).messages).toEqual([]);
  });
});

describe('NMEA 0183', () => {
  const station = compile(profileOf('weather-station').device);
  const air = station.get('air') as DeclaredMessage;
  const wind = station.get('wind') as DeclaredMessage;
  const place = station.get('place') as DeclaredMessage;
  const xdr = '$YXXDR,C,23.5,C,AIRT,H,65.2,P,AIRH,P,1.01325,B,BARO*68\r\n';
  const mwv = '$WIMWV,214.8,R,0.1,K,A*28\r\n';
  const gga = '$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n';

  test('air, wind and place', () => {
    const all = xdr + mwv + gga;
    expect(heard(air, all).messages).toEqual([{ temperature: 23.5, humidity: 65.2, pressure: 1.01325 }]);
    expect(heard(wind, all).messages).toEqual([{ angle: 214.8, speed: 0.1, reference: 'R' }]);
    expect(heard(place, all).messages).toEqual([
      { latitude: 48 + 7.038 / 60, longitude: 11 + 31 / 60, satellites: 8, altitude: 545.4 },
    ]);
  });

  test('a sentence that says its values do not hold has none', () => {
    expect(heard(wind, '$WIMWV,214.8,R,0.1,K,V*3F\r\n').messages).toEqual([
      { angle: Number.NaN, speed: Number.NaN, reference: 'R' },
    ]);
  });

  test.each([
    ['a wrong checksum', mwv.replace('*28', '*29')],
    ['no checksum', '$WIMWV,214.8,R,0.1,K,A\r\n'],
    ['a bit turned', mwv.replace('214', '215')],
    ['more than 82 characters', `$WIMWV,${'0'.repeat(90)}1,R,0.1,K,A*${'28'}\r\n`],
  ])('%s gives nothing', (_, sentence) => {
    expect(heard(wind, sentence, mwv)).toEqual({
      messages: [{ angle: 214.8, speed: 0.1, reference: 'R' }],
      damaged: 1,
      heldBytes: 0,
    });
  });

  test('another talker is passed over, and what is cut short by the next sentence is lost alone', () => {
    expect(heard(wind, '$IIMWV,1.0,R,0.1,K,A*37\r\n', mwv).messages).toHaveLength(1);
    expect(heard(wind, '$WIMWV,21', mwv).messages).toEqual([{ angle: 214.8, speed: 0.1, reference: 'R' }]);
    expect(latin1(latin1Bytes(mwv))).toBe(mwv);
  });
});
