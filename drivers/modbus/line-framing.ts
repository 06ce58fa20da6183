import { findLines, fromAscii, toAscii } from './ascii-framing.js';
import { findAnswer, findFrames, fits, type Found, type Shape } from './rtu-framing.js';

/** A frame found among received bytes, as RTU has it. */
export interface FoundFrame extends Found {
  readonly frame: Uint8Array;
}

/** How frames lie on a line. Frames themselves are always those of RTU. */
export interface LineFraming {
  /** The bytes of a request on the wire. */
  encode(request: Uint8Array): Uint8Array;
  /** The first whole, right answer of this shape; whatever stands before it is passed over. */
  findAnswer(bytes: Uint8Array, shape: Shape): FoundFrame | undefined;
  /** Everything that is a whole, right frame of anybody. */
  findFrames(bytes: Uint8Array): FoundFrame[];
}

const cutOut = (bytes: Uint8Array, { start, end }: Found): FoundFrame => ({
  start,
  end,
  frame: bytes.slice(start, end),
});

export const rtuFraming: LineFraming = {
  encode: (request) => request,
  findAnswer: (bytes, shape) => {
    const found = findAnswer(bytes, bytes.length, shape);
    return found && cutOut(bytes, found);
  },
  findFrames: (bytes) => findFrames(bytes).map((found) => cutOut(bytes, found)),
};

const asciiFrames = (bytes: Uint8Array): FoundFrame[] =>
  findLines(bytes).flatMap((found) => {
    const frame = fromAscii(bytes.subarray(found.start, found.end));
    return frame ? [{ ...found, frame }] : [];
  });

export const asciiFraming: LineFraming = {
  encode: toAscii,
  findAnswer: (bytes, shape) => asciiFrames(bytes).find(({ frame }) => fits(frame, shape)),
  findFrames: asciiFrames,
};
