/** A frame a framer took for right. */
export interface TakenFrame {
  /** As it stood on the wire. */
  readonly bytes: Uint8Array;
  /** Values that are called good and are no numbers. */
  readonly wrongValues: number;
}

/** What came of one input. */
export interface Reading {
  readonly frames: readonly TakenFrame[];
  /** Most bytes held between two pieces. */
  readonly heldBytes: number;
}

/** A framer under fuzz, with a reckoning of its checksum that is not the product's. */
export interface FramerCase {
  readonly name: string;
  /** Frames that are right. */
  readonly seeds: readonly Buffer[];
  /** Right frames of other kinds on the same line. */
  readonly others?: readonly Buffer[];
  readonly heldBytesMax: number;
  /** False where a damaged beginning may take the frame after it along: the driver clears the line, or dials anew. */
  readonly findsNext: boolean;
  read(pieces: readonly Buffer[]): Reading;
  /** Length and checksum of a frame agree; `input` is all that came. */
  isRight(frame: Uint8Array, input: Uint8Array): boolean;
}

export const plain = (bytes: Uint8Array): TakenFrame => ({ bytes, wrongValues: 0 });

/** Of a framer that is handed all that was received. */
export const scanned = (pieces: readonly Buffer[], scan: (received: Buffer) => readonly TakenFrame[]): Reading => {
  const received = Buffer.concat([...pieces]);
  return { frames: scan(received), heldBytes: received.length };
};

/** Of a framer that keeps what is not whole yet. */
export function collected(
  pieces: readonly Buffer[],
  push: (piece: Buffer) => readonly TakenFrame[],
  heldBytes: () => number,
): Reading {
  const frames: TakenFrame[] = [];
  let most = 0;
  for (const piece of pieces) {
    frames.push(...push(piece));
    most = Math.max(most, heldBytes());
  }
  return { frames, heldBytes: most };
}

/** How many of these are good and no number. */
export const countWrong = (values: readonly { readonly value: number; readonly isGood: boolean }[]): number =>
  values.filter(({ value, isGood }) => isGood && !Number.isFinite(value)).length;

export const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
