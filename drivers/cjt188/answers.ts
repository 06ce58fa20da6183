import { byteText, frameDamageText } from '../streams/index.js';
import { type FoundFrame, scanFrames } from './frame.js';

/** Control codes, CJ/T 188-2004; an answer has the highest bit as well, a refusal the next one too. */
export const control = { read: 0x01, readAddress: 0x03 } as const;

const isAnswerBit = 0x80;
const isRefusalBit = 0x40;

/** Asks whatever meter there is, when there is one. */
export const anyAddress = 'AAAAAAAAAAAAAA';
export const anyMeterType = 0xaa;

/** Bytes before the values: the identifier and the serial number, which an answer repeats. */
export const identityBytes = 3;

export interface Asked {
  readonly control: number;
  readonly meterType: number;
  /** Undefined asks whatever meter there is. */
  readonly address: string | undefined;
  /** As on the wire: identifier and serial number. */
  readonly identity: Uint8Array;
}

export type Answer =
  | { readonly kind: 'data'; readonly frame: FoundFrame }
  | { readonly kind: 'refusal'; readonly frame: FoundFrame };

/**
 * The answer to what was asked, if this frame is it: the same meter, identifier and serial number, so that a late answer
 * to an earlier request is none. A refusal repeats the serial number alone.
 */
export function answerIn(frame: FoundFrame, asked: Asked): Answer | undefined {
  const { address, identity } = asked;
  if (address !== undefined && (frame.address !== address || frame.meterType !== asked.meterType)) return undefined;
  const base = asked.control | isAnswerBit;
  if (frame.control === (base | isRefusalBit)) {
    return frame.data[0] === identity[2] ? { kind: 'refusal', frame } : undefined;
  }
  if (frame.control !== base) return undefined;
  return identity.every((byte, at) => frame.data[at] === byte) ? { kind: 'data', frame } : undefined;
}

/** What came when no answer did, in words; undefined when nothing of it looks like CJ/T 188. */
export function strayText(received: Uint8Array, asked: Asked): string | undefined {
  const { frames, damage } = scanFrames(received);
  // What is sent comes back on some lines, and says nothing of the meter.
  const stray = frames.findLast((frame) => (frame.control & isAnswerBit) !== 0);
  if (stray) return strayFrameText(stray, asked);
  if (frames.length > 0) return 'only the request itself came back; check the adapter, and that the meter is wired';
  return damage && frameDamageText(damage);
}

function strayFrameText(frame: FoundFrame, { address, meterType }: Asked): string {
  if (address !== undefined && frame.address !== address) return `a reply of meter ${frame.address} came instead`;
  if (address !== undefined && frame.meterType !== meterType) {
    return `the meter says it is of type ${byteText(frame.meterType)}, not ${byteText(meterType)}; check \`meter\``;
  }
  return 'a reply to something else came, or to an earlier request; check `identifier`';
}
