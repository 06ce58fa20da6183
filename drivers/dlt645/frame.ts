/** DL/T 645-2007 §5.2: `68 A0…A5 68 C L DATA CS 16`, all data bytes sent with 33H added. */

import {
  closedFrame,
  type FrameDamage,
  type FrameScan,
  meterStart,
  scanMeterFrames,
  wholeFrame,
} from '../streams/index.js';

const offset = 0x33;
const addressBytes = 6;
/** Start, address, start, control and length: what stands before the data. */
const headBytes = 10;
/** Checksum and end. */
const tailBytes = 2;
/** Longest data field of an answer, §5.2.5. */
export const dataBytesMax = 200;
/** Bytes of a frame beside its data and preamble. */
export const frameOverheadBytes = headBytes + tailBytes;

/** Asks whatever meter there is, when there is one. */
export const anyAddress = 'AAAAAAAAAAAA';

export interface Frame {
  /** 12 digits as on the name plate, the highest first. */
  readonly address: string;
  readonly control: number;
  /** As meant: 33H is taken off. */
  readonly data: Uint8Array;
}

export interface FoundFrame extends Frame {
  /** The frame as it came, without preamble. */
  readonly bytes: Uint8Array;
}

/** A frame as it is sent, after `preamble` bytes of FEH that wake the receiver. */
export function encodeFrame({ address, control, data }: Frame, preamble: number): Uint8Array {
  const body = [meterStart, ...addressToWire(address), meterStart, control, data.length];
  for (const byte of data) body.push((byte + offset) & 0xff);
  return closedFrame(body, preamble);
}

/** The frames in what came, and what is damaged of the rest. Never throws. */
export const scanFrames = (received: Uint8Array): FrameScan<FoundFrame> => scanMeterFrames(received, frameAt);

/** The frame that begins here, what is wrong with it, or undefined where none begins. */
function frameAt(received: Uint8Array, at: number): FoundFrame | FrameDamage | undefined {
  const head = received.subarray(at, at + headBytes);
  if (head[0] !== meterStart) return undefined;
  if (head.length < headBytes) return { kind: 'incomplete', missing: headBytes + tailBytes - head.length };
  const [length, control] = [head[9] as number, head[8] as number];
  if (head[7] !== meterStart || length > dataBytesMax) return undefined;
  const whole = wholeFrame(received, at, headBytes + length);
  if (!('bytes' in whole)) return whole;
  const { bytes } = whole;
  const data = bytes.subarray(headBytes, headBytes + length).map((byte) => byte - offset);
  return { address: addressFromWire(head.subarray(1, 1 + addressBytes)), control, data, bytes };
}

const addressToWire = (address: string): Uint8Array => Uint8Array.from(Buffer.from(address, 'hex')).reverse();

const addressFromWire = (bytes: Uint8Array): string =>
  Buffer.from(Uint8Array.from(bytes).reverse()).toString('hex').toUpperCase();
