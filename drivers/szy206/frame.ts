import { crc8 } from './crc8.js';

/** `68 L 68 C A(5) AFN D… CS 16`; SL/T 427-2021 tables 3 and 4. */
export const mark = { start: 0x68, end: 0x16 } as const;

/** Head of three bytes, checksum and end mark. */
export const overheadBytes = 5;
/** Control, address and function. */
export const userBytesMin = 7;
export const frameBytesMax = 255 + overheadBytes;

/** Bits of the control byte: to the centre, one of several frames; then a count of repetitions and what is reported. */
export const controlBit = { up: 0x80, divided: 0x40 } as const;
const countMask = 0x30;
const typeMask = 0x0f;

/** A frame of a station, its checksum right. */
export interface Frame {
  /** Counts down with each repetition, 3 to 0. */
  readonly count: number;
  /** What is reported, 0 to 15. */
  readonly type: number;
  /** 10 hexadecimal digits as they stand in the frame. */
  readonly address: string;
  /** Function, AFN. */
  readonly code: number;
  readonly data: Uint8Array;
  /** One of several frames of one message; its data is not put together here. */
  readonly isDivided: boolean;
  readonly bytes: Uint8Array;
}

/** The frame in bytes whose head, end and checksum are right. */
export function readFrame(bytes: Uint8Array): Frame {
  const control = bytes[3] as number;
  const isDivided = (control & controlBit.divided) !== 0;
  const addressAt = isDivided ? 5 : 4;
  return {
    count: (control & countMask) >> 4,
    type: control & typeMask,
    address: Buffer.from(bytes.subarray(addressAt, addressAt + 5))
      .toString('hex')
      .toUpperCase(),
    code: bytes[addressAt + 5] as number,
    data: bytes.slice(addressAt + 6, -2),
    isDivided,
    bytes,
  };
}

/**
 * The centre's confirmation of a frame: the same address, function and count, type 0 (table 5: confirmation). The other
 * public implementation of a centre repeats the type; clause 6.3.3.3 makes it 0.
 */
export function encodeConfirmation({ count, address, code }: Frame, data: Uint8Array): Uint8Array {
  const user = Buffer.concat([Buffer.of(count << 4), Buffer.from(address, 'hex'), Buffer.of(code), data]);
  return Buffer.concat([Buffer.of(mark.start, user.length, mark.start), user, Buffer.of(crc8(user), mark.end)]);
}

/** A function as the standard writes it: `C0H`. */
export const hexText = (byte: number): string => `${byte.toString(16).padStart(2, '0').toUpperCase()}H`;
