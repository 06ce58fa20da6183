import type { Sample } from './sample.js';

/** A stretch of event time and the samples in it, in order. */
export interface Window {
  /** ms of the gateway's timeline. Which end belongs to it, its operator says. */
  readonly from: number;
  readonly to: number;
  /** False when it was made shorter than was asked for because it was full. */
  readonly isWhole: boolean;
  /** The last sample before `from`, which says what held when the window began; null when there was none. */
  readonly before: Sample | null;
  readonly samples: readonly Sample[];
}

/** A window is closed by a later sample or by a tick. Each step copies what the open window holds. */
export interface WindowBound {
  /** Most samples one window holds, ≥ 1. */
  readonly samplesMax: number;
}
