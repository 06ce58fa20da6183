import { describe, expect, test } from '@jest/globals';
import { heardSwapped } from '../../../../drivers/modbus/diagnosis/inverted.js';
import { verdictOf } from '../../../../drivers/modbus/diagnosis/verdict.js';
import { diagnose, type Observations, type Verdict } from '../../../../drivers/modbus/index.js';
import { format, rtu } from '../../../support/serial-bench.js';
import { hear } from '../../../support/uart.js';

const read = { unit: 1, functionCode: 3, start: 0, count: 2 } as const;
const request = rtu(1, Buffer.from([3, 0, 0, 0, 2]));
const answer = rtu(1, Buffer.from([3, 4, 0, 235, 2, 100]));
const line = format(9600);

const judge = (...pieces: readonly (readonly [atMs: number, bytes: Uint8Array])[]): Verdict =>
  verdictOf({
    framing: 'rtu',
    format: line,
    read,
    request,
    timeoutMs: 200,
    overheard: { pieces: pieces.map(([atMs, bytes]) => ({ atMs, bytes })), lost: undefined },
  });

const changed = (at: number): Buffer => {
  const frame = Buffer.from(answer);
  frame.writeUInt8(frame.readUInt8(at) ^ 0x04, at);
  return frame;
};

describe('a verdict on what came after a request', () => {
  test('knows an answer in time, late, refused, doubled', () => {
    expect(judge([12, answer])).toEqual({ kind: 'answer', ms: 12, extraBytes: 0, data: '00eb0264', hasEcho: false });
    expect(judge([5, answer.subarray(0, 4)], [340, answer.subarray(4)])).toMatchObject({ kind: 'late', ms: 340 });
    expect(judge([9, rtu(1, Buffer.from([0x83, 2]))])).toMatchObject({ kind: 'exception', code: 2, ms: 9 });
    expect(judge([5, answer], [30, answer])).toMatchObject({ kind: 'two-answers' });
    expect(judge([5, answer], [30, changed(5)])).toMatchObject({ kind: 'two-answers' });
  });

  test('takes the request that an adapter gives back off first', () => {
    expect(judge([0, request], [9, answer])).toMatchObject({ kind: 'answer', hasEcho: true });
    expect(judge([0, request])).toEqual({ kind: 'silent', hasEcho: true });
  });

  test('tells damage apart', () => {
    expect(judge([5, changed(4)])).toMatchObject({ kind: 'checksum', bytes: 9 });
    expect(judge([5, changed(0)])).toMatchObject({ kind: 'checksum', bytes: 9 });
    expect(judge([5, answer.subarray(0, 6)])).toMatchObject({ kind: 'cut', bytes: 6, wanted: 9 });
    expect(judge([5, Buffer.concat([changed(4), Buffer.from([9, 9])])])).toMatchObject({ kind: 'collided', bytes: 11 });
    expect(judge([5, Buffer.from([0])])).toMatchObject({ kind: 'zeros', bytes: 1 });
    expect(judge([5, Buffer.from([0x91, 0x2f, 0xe3])])).toMatchObject({ kind: 'garbage', bytes: 3 });
    expect(judge([5, rtu(9, Buffer.from([3, 2, 0, 1]))])).toMatchObject({ kind: 'other-unit', unit: 9 });
    expect(judge()).toMatchObject({ kind: 'silent' });
  });

  test('knows an answer heard with A and B swapped, by every unit id', () => {
    for (let unit = 1; unit <= 247; unit += 1) {
      const pdu = Buffer.from([3, 4, 0, 235, 2, 100]);
      const heard = hear([{ fromMs: 0, bytes: rtu(unit, pdu), format: line }], { format: line, isSwapped: true });
      const verdict = verdictOf({
        framing: 'rtu',
        format: line,
        read: { ...read, unit },
        request: rtu(unit, Buffer.from([3, 0, 0, 0, 2])),
        timeoutMs: 200,
        // The first is the break of the idle line.
        overheard: { pieces: [{ atMs: 5, bytes: Buffer.from(heard.map(({ byte }) => byte)) }], lost: undefined },
      });
      expect([unit, verdict.kind]).toEqual([unit, 'inverted']);
    }
  });

  test('hears swapped wires as a receiver does', () => {
    const bytes = Buffer.from([1, 3, 4, 0x55, 0xaa]);
    const heard = hear([{ fromMs: 0, bytes, format: line }], { format: line, isSwapped: true }).map(({ byte }) => byte);
    const told = [...heardSwapped(bytes, line)];
    expect(told.length).toBeGreaterThan(0);
    expect(heard.slice(0, told.length)).toEqual(told);
  });
});

const fine: Verdict = { kind: 'answer', ms: 12, extraBytes: 0, data: '00eb', hasEcho: false };
const silent: Verdict = { kind: 'silent', hasEcho: false };
const serial = { ...line, rs485: 'none' as const };

const seen = (more: Partial<Observations>, ...units: readonly (readonly Verdict[])[]): Observations => ({
  address: 'serial:/dev/ttyUSB0',
  isSerial: true,
  framing: 'rtu',
  serial,
  timeoutMs: 500,
  expectsEcho: false,
  opening: undefined,
  unasked: undefined,
  units: units.map((verdicts, n) => ({ name: `d${n + 1}`, read, verdicts, answersUnder: undefined })),
  otherUnits: [],
  losses: 0,
  ...more,
});

const told = (observations: Observations): string[] =>
  diagnose(observations).map(({ kind, devices }) => [kind, ...devices].join(' '));

describe('a diagnosis', () => {
  test('is healthy where every device answers, and says how slowly', () => {
    const [only, ...more] = diagnose(seen({}, [fine, fine], [fine]));
    expect(more).toEqual([]);
    expect(only?.kind).toBe('healthy');
    expect(only?.cause).toEqual({
      en: 'All devices answer; the slowest answer took 12 ms.',
      zh: '所有设备都应答；最慢 12 ms。',
    });
  });

  test('joins devices with the same trouble and leaves those without it out', () => {
    expect(told(seen({}, [silent, silent], [fine], [silent]))).toEqual(['no-answer d1 d3']);
  });

  test('keeps troubles of two kinds apart', () => {
    const checksum: Verdict = { kind: 'checksum', bytes: 9, hasEcho: false };
    const refused: Verdict = { kind: 'exception', code: 2, ms: 8, hasEcho: false };
    expect(told(seen({}, [checksum, fine], [refused, refused], [silent]))).toEqual([
      'crc-errors d1',
      'wrong-address d2',
      'no-answer d3',
    ]);
  });

  test('explains damage by noise where noise was heard', () => {
    const garbage: Verdict = { kind: 'garbage', bytes: 4, hasEcho: false };
    const unasked = { ms: 2000, bytes: 30, zeros: 1, frames: 0, setting: { framing: 'rtu' as const, serial } };
    expect(told(seen({ unasked }, [garbage, fine, fine]))).toEqual(['noise']);
  });

  test('says an echo only where the site file does not know of it', () => {
    const echoed: Verdict = { ...fine, hasEcho: true };
    expect(told(seen({}, [echoed, echoed]))).toEqual(['echo']);
    expect(told(seen({ expectsEcho: true }, [echoed, echoed]))).toEqual(['healthy d1']);
  });

  test('names who holds a port', () => {
    const opening = { kind: 'busy' as const, code: '', holders: ['gateway (4711)'] };
    const [only] = diagnose(seen({ opening }));
    expect(only?.cause.en).toBe('Another program has serial:/dev/ttyUSB0: gateway (4711).');
    expect(only?.cause.zh).toBe('serial:/dev/ttyUSB0 被其他程序占用：gateway (4711)。');
  });

  test('takes one lost answer for a loose contact, not for a dead device', () => {
    expect(told(seen({}, [fine, silent, fine]))).toEqual(['now-and-then d1']);
  });

  test('has a cause and a remedy in both languages for whatever it says', () => {
    const kinds: readonly Verdict[] = [
      { kind: 'late', ms: 800, hasEcho: false },
      ...[1, 2, 4, 6, 11].map((code): Verdict => ({ kind: 'exception', code, ms: 5, hasEcho: false })),
      { kind: 'two-answers', hasEcho: false },
      { kind: 'cut', bytes: 4, wanted: 9, hasEcho: false },
      { kind: 'other-unit', unit: 3, hasEcho: false },
      { kind: 'garbage', bytes: 7, hasEcho: false },
    ];
    const findings = kinds.flatMap((one) => diagnose(seen({}, [one])));
    expect(findings.map(({ kind }) => kind)).toEqual([
      'slow',
      'wrong-function',
      'wrong-address',
      'device-failure',
      'busy',
      'behind-gateway',
      'double-address',
      'cut-answers',
      'other-unit-answers',
      'not-understood',
    ]);
    for (const { cause, remedy } of findings) {
      for (const text of [cause, remedy]) {
        expect(text.en).toMatch(/^[ -~“”’Ω]+$/);
        expect(text.zh).toMatch(/[\u4e00-\u9fff]/);
        expect(`${text.en}${text.zh}`).not.toMatch(/undefined|NaN|\[object/);
      }
    }
  });
});
