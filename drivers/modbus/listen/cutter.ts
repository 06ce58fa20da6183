import type { Asked } from './asked.js';

/** A stretch of what was heard; times are when its first and last byte arrived, monotonic ms. */
export interface Stretch {
  readonly bytes: Uint8Array;
  readonly startMs: number;
  readonly endMs: number;
}

/** A whole frame with a right checksum, as RTU has it; some read both as a request and as a reply. */
export interface CutFrame extends Stretch {
  readonly kind: 'frame';
  readonly canBeRequest: boolean;
  readonly canBeReply: boolean;
}

/** Bytes that are no right frame. */
export interface CutDamage extends Stretch {
  readonly kind: 'damaged';
}

export type Cut = CutFrame | CutDamage;

/** Cuts a stream of bytes into frames and what is none. Pure: it knows no clock. */
export interface Cutter {
  add(bytes: Uint8Array, atMs: number): void;
  /**
   * The next frame or damage; undefined while more bytes are needed. `asked` is the request that awaits its reply. With
   * `isOver` silence followed: what is left is judged as it stands, and nothing is kept.
   */
  next(asked: Asked | undefined, isOver: boolean): Cut | undefined;
  /** True when bytes wait for what follows. */
  readonly isHolding: boolean;
}
