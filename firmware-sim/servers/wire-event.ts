/** A request as a server took it from the wire. Times are ms of the server's monotonic clock. */
export interface RequestEvent {
  readonly kind: 'request';
  /** Numbers the exchanges of one server from 1; its answers carry the same. */
  readonly exchange: number;
  readonly atMs: number;
  /** When its last byte had passed, by the wire's own speed. */
  readonly endMs: number;
  readonly unit: number;
  readonly function: number;
  readonly address: number;
  readonly count: number;
}

/** A reply handed to the wire, or one that a fault kept back. Logged before its bytes are written. */
export interface AnswerEvent {
  readonly kind: 'answer';
  readonly exchange: number;
  readonly atMs: number;
  /** When its last byte has passed, by the wire's own speed. */
  readonly endMs: number;
  readonly unit: number;
  readonly function: number;
  readonly address: number;
  readonly count: number;
  /** Registers, or coils as 0 and 1, that the answer holds; empty for a write or an exception. */
  readonly words: readonly number[];
  readonly exception?: number;
  /** The unit's reply counter, when the read covered it. */
  readonly counter?: number;
  /**
   * What befell it: the kind of the fault; `superseded` in a unit that forgets an answer when asked anew; `connection lost`
   * when nobody was there any more; `stopped` when the simulator was.
   */
  readonly fault?: string;
  /** False when no byte of it went out. A truncated answer went out in part. */
  readonly sent: boolean;
}

export type WireEvent = RequestEvent | AnswerEvent;

/** Called synchronously for each event, in the order things happened. */
export type WireLog = (event: WireEvent) => void;
