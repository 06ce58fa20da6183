import { byteText, frameDamageText } from '../streams/index.js';
import { type FoundFrame, scanFrames } from './frame.js';
import { formatIdentifier, identifierOf } from './identifier.js';

/** Control codes, DL/T 645-2007 §5.2.4: function in the low five bits, the others say what sort of frame it is. */
export const control = { read: 0x11, readNext: 0x12, readAddress: 0x13 } as const;

const isAnswerBit = 0x80;
const isRefusalBit = 0x40;
const hasMoreBit = 0x20;

/** What is asked: by a control code, of one meter or, without an address, of whichever there is. */
export interface Asked {
  readonly control: number;
  readonly address: string | undefined;
  /** The data identifier the answer repeats; none where an address is asked for. */
  readonly identifier: number | undefined;
}

export type Answer =
  | { readonly kind: 'data'; readonly frame: FoundFrame; readonly hasMore: boolean }
  | { readonly kind: 'refusal'; readonly frame: FoundFrame; readonly error: number };

/** The answer to what was asked, if this frame is it. A refusal carries no identifier: the meter alone identifies it. */
export function answerIn(frame: FoundFrame, asked: Asked): Answer | undefined {
  if (asked.address !== undefined && frame.address !== asked.address) return undefined;
  const base = asked.control | isAnswerBit;
  if (frame.control === (base | isRefusalBit)) {
    return frame.data.length === 1 ? { kind: 'refusal', frame, error: frame.data[0] as number } : undefined;
  }
  if ((frame.control & ~hasMoreBit) !== base) return undefined;
  if (asked.identifier !== undefined && identifierOf(frame.data) !== asked.identifier) return undefined;
  return { kind: 'data', frame, hasMore: (frame.control & hasMoreBit) !== 0 };
}

/** Bits of the error information word of DL/T 645-2007, the lowest first. */
const refusals: readonly string[] = [
  'another error',
  'it has no such data',
  'wrong password, or not allowed',
  'it cannot change its baud rate',
  'too many year zones',
  'too many day periods',
  'too many tariffs',
];
/** "No such data": the identifier is not for this meter, whatever its state. */
const noSuchData = 0x02;

export const isNoSuchData = (error: number): boolean => (error & noSuchData) !== 0;

/** The error byte in words. */
export function refusalText(error: number): string {
  const said = refusals.filter((_, bit) => (error >> bit) & 1);
  const code = error.toString(16).padStart(2, '0').toUpperCase();
  return `the meter refuses (error ${code}H: ${said.join(', ') || 'it does not say why'})`;
}

/** What came when no answer did, in words; undefined when nothing of it looks like DL/T 645. */
export function strayText(received: Uint8Array, asked: Asked): string | undefined {
  const { frames, damage } = scanFrames(received);
  // What is sent comes back on some lines, and says nothing of the meter.
  const stray = frames.findLast((frame) => (frame.control & isAnswerBit) !== 0);
  if (stray) return strayFrameText(stray, asked);
  if (frames.length > 0) return 'only the request itself came back; check the adapter, and that the meter is wired';
  return damage && frameDamageText(damage);
}

function strayFrameText({ address, data, control: came }: FoundFrame, asked: Asked): string {
  if (asked.address !== undefined && address !== asked.address) return `a reply of meter ${address} came instead`;
  const identifier = identifierOf(data);
  if (identifier !== undefined && asked.identifier !== undefined && identifier !== asked.identifier) {
    return `a reply about ${formatIdentifier(identifier)} came instead`;
  }
  return `a reply with control code ${byteText(came)} came instead`;
}
