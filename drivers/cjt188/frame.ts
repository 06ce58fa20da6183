/** CJ/T 188-2004, and 2018 alike: `68 T A0…A6 C L DATA CS 16`. Unlike DL/T 645, data is sent as it is. */

import {
  closedFrame,
  type FrameDamage,
  type FrameScan,
  meterStart,
  scanMeterFrames,
  wholeFrame,
} from '../streams/index.js';

const addressBytes = 7;
/** Start, meter type, address, control and length: what stands before the data. */
const headBytes = 11;
/** Checksum and end. */
const tailBytes = 2;
/** Longest data field of an answer to a reading, 64H. */
export const dataBytesMax = 100;
/** Bytes of a frame beside its data and preamble. */
export const frameOverheadBytes = headBytes + tailBytes;

export interface Frame {
  /** Sort of meter: 10H to 19H water, 20H to 29H heat, 30H to 39H gas; AAH asks any. */
  readonly meterType: number;
  /** 14 digits, A6 first: four of the maker, ten of the meter. */
  readonly address: string;
  readonly control: number;
  readonly data: Uint8Array;
}

export interface FoundFrame extends Frame {
  /** The frame as it came, without preamble. */
  readonly bytes: Uint8Array;
}

/** A frame as it is sent, after `preamble` bytes of FEH that wake the receiver. */
export function encodeFrame({ meterType, address, control, data }: Frame, preamble: number): Uint8Array {
  const addressOnWire = Uint8Array.from(Buffer.from(address, 'hex')).reverse();
  const body = [meterStart, meterType, ...addressOnWire, control, data.length, ...data];
  return closedFrame(body, preamble);
}

/** The frames in what came, and what is damaged of the rest. Never throws. */
export const scanFrames = (received: Uint8Array): FrameScan<FoundFrame> => scanMeterFrames(received, frameAt);

/** The frame that begins here, what is wrong with it, or undefined where none begins. */
function frameAt(received: Uint8Array, at: number): FoundFrame | FrameDamage | undefined {
  const head = received.subarray(at, at + headBytes);
  if (head[0] !== meterStart) return undefined;
  if (head.length < headBytes) return { kind: 'incomplete', missing: headBytes + tailBytes - head.length };
  const [meterType, control, length] = [head[1] as number, head[9] as number, head[10] as number];
  if (length > dataBytesMax) return undefined;
  const whole = wholeFrame(received, at, headBytes + length);
  if (!('bytes' in whole)) return whole;
  const { bytes } = whole;
  const address = Buffer.from(Uint8Array.from(head.subarray(2, 2 + addressBytes)).reverse());
  return {
    meterType,
    address: address.toString('hex').toUpperCase(),
    control,
    data: bytes.slice(headBytes, headBytes + length),
    bytes,
  };
}
