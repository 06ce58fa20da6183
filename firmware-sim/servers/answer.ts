import type { FaultSet } from '../faults.js';
import { Exception, Refusal } from '../registers/refusal.js';
import type { RegisterImage } from '../registers/register-image.js';
import type { Area, RegisterMap } from '../registers/register-map.js';
import { requestLength } from './request-length.js';

/** What a unit says to one request, and what of it a judge wants to know. */
export interface Answer {
  readonly pdu: Buffer;
  readonly words: readonly number[];
  readonly exception?: number;
}

/** What a request asks about, for the log; zeros where its function has no address. */
export interface Subject {
  readonly function: number;
  readonly address: number;
  readonly count: number;
}

const singleWrites: ReadonlySet<number> = new Set([0x05, 0x06, 0x16]);

export function subjectOf(pdu: Buffer): Subject {
  const code = pdu[0] ?? 0;
  if (pdu.length < 5 || code === 0x08) return { function: code, address: 0, count: 0 };
  return { function: code, address: pdu.readUInt16BE(1), count: singleWrites.has(code) ? 1 : pdu.readUInt16BE(3) };
}

const readAreas: Readonly<Record<number, Area>> = { 0x01: 'coil', 0x02: 'discrete', 0x03: 'holding', 0x04: 'input' };

/** Registers, or bits as words of 0 and 1, as the bytes of an answer. */
function packed(area: Area, words: Uint16Array): Buffer {
  if (area === 'holding' || area === 'input') {
    const bytes = Buffer.alloc(words.length * 2);
    words.forEach((word, index) => bytes.writeUInt16BE(word, index * 2));
    return bytes;
  }
  const bytes = Buffer.alloc(Math.ceil(words.length / 8));
  words.forEach((bit, index) => {
    const at = index >> 3;
    bytes.writeUInt8(bytes.readUInt8(at) | (bit << (index & 7)), at);
  });
  return bytes;
}

function wordsOf(bytes: Buffer): Uint16Array {
  return Uint16Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2));
}

function bitsOf(bytes: Buffer, count: number): Uint16Array {
  return Uint16Array.from({ length: count }, (_, index) => ((bytes[index >> 3] ?? 0) >> (index & 7)) & 1);
}

/** What decides about a request besides its own bytes. */
export interface UnitRegisters {
  readonly unit: number;
  readonly map: RegisterMap;
  readonly image: RegisterImage;
  readonly faults: FaultSet;
}

function guard(registers: UnitRegisters, address: number, count: number, countMax: number): void {
  if (count < 1 || count > countMax) throw new Refusal(Exception.illegalValue);
  if (registers.faults.hitsHole(registers.unit, address, count)) throw new Refusal(Exception.illegalAddress);
}

function read(registers: UnitRegisters, area: Area, pdu: Buffer): Answer {
  const { address, count, function: code } = subjectOf(pdu);
  const isBits = area === 'coil' || area === 'discrete';
  guard(registers, address, count, isBits ? 2000 : Math.min(125, registers.map.longestRead ?? 125));
  const words = registers.image.read(area, address, count);
  const bytes = packed(area, words);
  return { pdu: Buffer.from([code, bytes.length, ...bytes]), words: [...words] };
}

function write(registers: UnitRegisters, area: Area, address: number, words: Uint16Array): void {
  guard(registers, address, words.length, 1968);
  registers.image.write(area, address, words);
}

/** Functions 0F and 10: the byte count must fit the count. */
function writeSeveral(registers: UnitRegisters, area: Area, pdu: Buffer): Answer {
  const { address, count } = subjectOf(pdu);
  const bytes = pdu.subarray(6);
  const expected = area === 'coil' ? Math.ceil(count / 8) : count * 2;
  if (pdu[5] !== expected || bytes.length !== expected) throw new Refusal(Exception.illegalValue);
  write(registers, area, address, area === 'coil' ? bitsOf(bytes, count) : wordsOf(bytes));
  return { pdu: pdu.subarray(0, 5), words: [] };
}

/** Function 16: and-mask, then or-mask where the and-mask is 0. */
function maskWrite(registers: UnitRegisters, pdu: Buffer): Answer {
  const { address } = subjectOf(pdu);
  const [and, or] = [pdu.readUInt16BE(3), pdu.readUInt16BE(5)];
  const [held = 0] = registers.image.read('holding', address, 1);
  write(registers, 'holding', address, Uint16Array.of((held & and) | (or & ~and)));
  return { pdu, words: [] };
}

/** Function 17: writes first, then reads. */
function readWrite(registers: UnitRegisters, pdu: Buffer): Answer {
  write(registers, 'holding', pdu.readUInt16BE(5), wordsOf(pdu.subarray(10)));
  return read(registers, 'holding', pdu);
}

function perform(registers: UnitRegisters, pdu: Buffer): Answer {
  const code = pdu[0] ?? 0;
  const area = readAreas[code];
  const length = requestLength(pdu);
  if (length === 0) throw new Refusal(Exception.illegalFunction);
  if (length !== pdu.length) throw new Refusal(Exception.illegalValue);
  if (area) return read(registers, area, pdu);
  switch (code) {
    case 0x05:
      if (pdu[4] !== 0 || (pdu[3] !== 0 && pdu[3] !== 0xff)) throw new Refusal(Exception.illegalValue);
      write(registers, 'coil', pdu.readUInt16BE(1), Uint16Array.of(pdu[3] === 0xff ? 1 : 0));
      return { pdu, words: [] };
    case 0x06:
      write(registers, 'holding', pdu.readUInt16BE(1), Uint16Array.of(pdu.readUInt16BE(3)));
      return { pdu, words: [] };
    case 0x08:
      // Sub-function 0 gives back what it got; the others count things this simulator has not.
      if (pdu.readUInt16BE(1) !== 0) throw new Refusal(Exception.illegalFunction);
      return { pdu, words: [] };
    case 0x0f:
      return writeSeveral(registers, 'coil', pdu);
    case 0x10:
      return writeSeveral(registers, 'holding', pdu);
    case 0x16:
      return maskWrite(registers, pdu);
    case 0x17:
      return readWrite(registers, pdu);
    default:
      throw new Refusal(Exception.illegalFunction);
  }
}

/** The answer with this exception code to a request of function `code`. */
export function exceptionAnswer(code: number, exception: number): Answer {
  return { pdu: Buffer.from([code | 0x80, exception]), words: [], exception };
}

/** Does what the request asks (Application Protocol V1.1b3 §6) and says what the unit answers. Never throws on a request. */
export function answer(registers: UnitRegisters, pdu: Buffer): Answer {
  const code = pdu[0] ?? 0;
  try {
    const functions = registers.map.functions;
    if (functions && !functions.includes(code)) throw new Refusal(Exception.illegalFunction);
    return perform(registers, pdu);
  } catch (error) {
    if (error instanceof Refusal) return exceptionAnswer(code, error.code);
    throw error;
  }
}
