import type { ReplyFault } from '../faults.js';
import type { Random } from '../random.js';
import type { Framing } from './framing.js';
import type { Subject } from './answer.js';

/** An answer on its way out, framed. */
export interface FramedAnswer {
  readonly unit: number;
  readonly transaction: number;
  readonly subject: Subject;
  readonly frame: Buffer;
}

/** What goes out in place of one frame. */
export interface Damaged {
  /** One write each. */
  readonly writes: readonly Buffer[];
  /** The connection ends after the last write. */
  readonly cutsOff: boolean;
  /** The answer is among it, whole. */
  readonly isWhole: boolean;
}

/** A unit other than the one asked. */
const otherUnit = (unit: number, random: Random): number => 1 + ((unit + random.whole(0, 245)) % 247);

/**
 * A valid frame that is not the answer: another unit's, to the same kind of read, or, on a line that others use too,
 * another master's request.
 */
function foreignFrame(framing: Framing, answer: FramedAnswer, random: Random): Buffer {
  const unit = framing.identifies ? answer.unit : otherUnit(answer.unit, random);
  const transaction = (answer.transaction + random.whole(1, 0xfffe)) & 0xffff;
  const registers = Math.min(125, Math.max(1, answer.subject.count));
  const isRequest = !framing.identifies && random.next() < 0.5;
  const pdu = isRequest
    ? [0x03, 0, random.whole(0, 99), 0, registers]
    : [answer.subject.function, registers * 2, ...random.bytes(registers * 2)];
  return framing.frame(unit, Uint8Array.from(pdu), transaction);
}

/** Bytes that are no frame; where frames carry their length a stray frame stands in, since a stream has no line noise. */
function tail(framing: Framing, answer: FramedAnswer, random: Random): Buffer {
  return framing.identifies ? foreignFrame(framing, answer, random) : random.bytes(random.whole(1, 8));
}

/** What this fault makes of an answer. A late or dropped answer, or an exception, is not damaged. */
export function damage(framing: Framing, answer: FramedAnswer, fault: ReplyFault | undefined, random: Random): Damaged {
  const { frame } = answer;
  const whole = (...writes: Buffer[]): Damaged => ({ writes, cutsOff: false, isWhole: true });
  if (!fault) return whole(frame);
  switch (fault.kind) {
    case 'late':
    case 'dropped':
    case 'exception':
      return whole(frame);
    case 'duplicated':
      return whole(frame, frame);
    case 'merged':
      return whole(Buffer.concat([frame, tail(framing, answer, random)]));
    case 'garbage':
      return whole(Buffer.concat([random.bytes(random.whole(1, 8)), frame]));
    case 'foreign-frame':
      return whole(Buffer.concat([foreignFrame(framing, answer, random), frame]));
    case 'truncated':
      // A stream loses its end only with its connection.
      return {
        writes: [frame.subarray(0, random.whole(1, frame.length - 1))],
        cutsOff: framing.identifies,
        isWhole: false,
      };
  }
}
