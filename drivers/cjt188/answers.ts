import { type Damage, type FoundFrame, scanFrames } from './frame.js';

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
  return damage && damageText(damage);
}

function strayFrameText(frame: FoundFrame, { address, meterType }: Asked): string {
  if (address !== undefined && frame.address !== address) return `a reply of meter ${frame.address} came instead`;
  if (address !== undefined && frame.meterType !== meterType) {
    return `the meter says it is of type ${hex(frame.meterType)}, not ${hex(meterType)}; check \`meter\``;
  }
  return 'a reply to something else came, or to an earlier request; check `identifier`';
}

function damageText(damage: Damage): string {
  const remedy = 'check termination, shield, speed and parity';
  switch (damage.kind) {
    case 'checksum':
      return `a reply with a wrong checksum came (${hex(damage.is)}, should be ${hex(damage.shouldBe)}); ${remedy}`;
    case 'end':
      return `a reply came whose length byte is wrong (${hex(damage.is)} stands where 16H should); ${remedy}`;
    case 'incomplete':
      return `a reply came of which ${damage.missing} bytes are missing; ${remedy}, or raise \`timeout\``;
  }
}

const hex = (byte: number): string => `${byte.toString(16).padStart(2, '0').toUpperCase()}H`;
