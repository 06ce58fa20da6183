/**
 * Errors that carry a decision. A class exists only where the host acts differently; anything else thrown across a seam
 * is our bug: logged with its stack, counted, and the device's readings are bad for that poll.
 */

/** The connection of a whole link is gone. The host marks every device of the link bad and calls `connect` again. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
}

/** This unit gave no usable reading; the link stays. The host marks this reading bad with `quality` and judges health. */
export class DeviceFault extends Error {
  override readonly name = 'DeviceFault';
  /** Quality byte for every slot of the reading. */
  readonly quality: number;
  /** True when the unit did answer (an exception, a refusal): it is alive, so it is not probed as dead. */
  readonly answered: boolean;
  constructor(message: string, quality: number, options: { answered: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.quality = quality;
    this.answered = options.answered;
  }
}

/** A sink asks to be left alone for `waitMs`; the batch is kept. */
export class BackOff extends Error {
  override readonly name = 'BackOff';
  readonly waitMs: number;
  constructor(message: string, waitMs: number, options?: { cause?: unknown }) {
    super(message, options);
    this.waitMs = waitMs;
  }
}
