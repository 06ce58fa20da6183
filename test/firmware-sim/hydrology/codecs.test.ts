import { describe, expect, test } from '@jest/globals';
import { AnswerReceiver, bcdField, spoilMessage, writeMessage } from '../../../firmware-sim/hydrology/sl651-codec.js';
import { ConfirmationReceiver, lowFirst, writeSzyFrame } from '../../../firmware-sim/hydrology/szy206-codec.js';

const upper = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();
const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');
const station = { encoding: 'hex', centre: 1, station: '0012345678', password: '1234', isLast: true } as const;

describe('SL 651 as a station writes it', () => {
  test('the published keep-alive and test report', () => {
    expect(upper(writeMessage({ ...station, code: 0x2f, body: '0003591011155111' }))).toBe(
      '7E7E01001234567812342F0008020003591011155111036BCA',
    );
    const fields = [
      bcdField('20', 0.5, 3, 1),
      bcdField('26', 0.5, 3, 1),
      bcdField('39', 0.127, 4, 3),
      bcdField('38', 11.15, 2, 2),
    ];
    const body = `0003591011154947F1F1001234567848F0F05910111549${fields.join('')}`;
    expect(upper(writeMessage({ ...station, code: 0x30, body }))).toBe(
      '7E7E010012345678123430002B020003591011154947F1F1001234567848F0F0591011154920190000052619000005392300000127381211150320FA',
    );
  });

  test('the first packet of a published picture', () => {
    const message = writeMessage({
      ...station,
      station: '1000000006',
      password: '0000',
      code: 0x36,
      body: '2F7F221205161519',
      packet: { total: 4, sequence: 1 },
      isLast: false,
    });
    expect(upper(message)).toMatch(/^7E7E011000000006000036000B160040012F7F22120516151917....$/);
  });

  test('a negative number begins with FF', () => {
    expect(bcdField('39', -0.345, 4, 3)).toBe('3923FF000345');
  });

  test('published answers, in pieces and behind noise', () => {
    const receiver = new AnswerReceiver();
    const answer = bytesOf('7E7E00123456780112343080080200035910111549471B75D4');
    expect(receiver.push(bytesOf('007E11'))).toEqual([]);
    expect(receiver.push(answer.subarray(0, 9))).toEqual([]);
    expect(receiver.push(answer.subarray(9))).toEqual([
      { code: 0x30, serial: 3, time: '591011154947', end: 0x1b, packet: undefined },
    ]);
    expect(receiver.push(spoilMessage(answer, 'wrong-checksum'))).toEqual([]);
  });
});

describe('SZY 206 as a station writes it', () => {
  test('the published voltage', () => {
    expect(upper(writeSzyFrame(0x8d, '1101080405', 0x84, lowFirst(12.3, 2, 2)))).toBe('6809688D1101080405843012A116');
  });

  test('a negative number has FH on top', () => {
    expect(upper(lowFirst(-3.141, 4, 3))).toBe('413100F0');
  });

  test('confirmations, one byte at a time', () => {
    const receiver = new ConfirmationReceiver();
    const frame = writeSzyFrame(0x30, '1101080405', 0xc0, Buffer.of(0));
    const found = Array.from(frame, (byte) => receiver.push(Buffer.of(byte))).flat();
    expect(found).toEqual([{ code: 0xc0, count: 3, data: Buffer.of(0) }]);
  });
});
