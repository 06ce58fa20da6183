import type { Asked } from './asked.js';
import type { Stretch } from './cutter.js';

/** A request of the master. */
export interface HeardRequest extends Stretch {
  readonly kind: 'request';
  readonly asked: Asked;
  /** False for a frame that may as well be the reply to a request that was not heard. */
  readonly isCertain: boolean;
}

/** The reply to a request, its CRC and everything else right. */
export interface HeardReply extends Stretch {
  readonly kind: 'reply';
  readonly asked: Asked;
  /** Data of a read: registers as on the wire, or packed bits; empty otherwise. */
  readonly data: Uint8Array;
  /** ms from the last byte of the request to the first of the reply. */
  readonly turnaroundMs: number;
  /** It may belong to an earlier request of the same shape that went unanswered. */
  readonly isDoubtful: boolean;
}

/** A unit refused. */
export interface HeardException extends Stretch {
  readonly kind: 'exception';
  readonly asked: Asked;
  readonly code: number;
  readonly turnaroundMs: number;
}

/** A right frame that no request heard before asks for. */
export interface HeardStray extends Stretch {
  readonly kind: 'stray';
  readonly unit: number;
  readonly functionCode: number;
}

/** A right frame that is the reply to `asked`, or something else that cannot be told from it. */
export interface HeardAmbiguous extends Stretch {
  readonly kind: 'ambiguous';
  readonly asked: Asked;
}

/** Bytes that are no right frame, while `asked` awaited its reply. */
export interface HeardDamage extends Stretch {
  readonly kind: 'damaged';
  readonly asked: Asked | undefined;
}

/** A request has gone without a reply; its times are those of the request's end and of when it was given up. */
export interface HeardNoReply extends Stretch {
  readonly kind: 'unanswered';
  readonly asked: Asked;
  /** Bytes that came instead and were no right frame. */
  readonly damagedBytes: number;
}

/** One line of the transcript of a bus. */
export type Heard =
  | HeardRequest
  | HeardReply
  | HeardException
  | HeardStray
  | HeardAmbiguous
  | HeardDamage
  | HeardNoReply;
