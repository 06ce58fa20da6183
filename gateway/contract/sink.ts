import type { z } from 'zod';
import type { Clock } from './clock.js';
import type { AlarmEntry, Entry } from './entry.js';
import type { SecretReference } from './fields.js';
import type { Frame } from './frame.js';
import type { Log } from './log.js';
import type { Text } from './text.js';

/** What names a journal to the outside: part of every identity a sink gives away. */
export interface Identity {
  readonly site: string;
  readonly epoch: string;
}

interface BatchBase {
  readonly identity: Identity;
  /** Offsets in the lane, ascending, one a record. Dense, but for records that were dropped. */
  readonly offsets: readonly number[];
  /** Comes from a backlog after an outage, beside the live stream. */
  readonly historical: boolean;
}

export interface SamplesBatch extends BatchBase {
  readonly lane: 'samples';
  readonly records: readonly Frame[];
}

export interface AlarmsBatch extends BatchBase {
  readonly lane: 'alarms';
  readonly records: readonly Entry[];
}

export type Batch = SamplesBatch | AlarmsBatch;

export interface WriteOutcome {
  /** By index into the batch: refused for good, with the destination's words. All others are accepted. */
  readonly rejected?: readonly { readonly index: number; readonly reason: string }[];
  /** Single fields refused while the rest of their record was accepted. */
  readonly parked?: readonly { readonly index: number; readonly tag: string; readonly reason: string }[];
  /** The destination lacks what it once took: everything from this offset on is waiting again. */
  readonly resumeFrom?: number;
}

/**
 * One destination. The host calls `write` for one batch a lane at a time; the two lanes may overlap. Resolving moves the
 * position; throwing keeps the whole batch, which is then written again, byte for byte the same.
 */
export interface Sink {
  /** Called with back-off until it resolves, and again after `write` threw. */
  connect(signal: AbortSignal): Promise<void>;
  /** `signal` ends the attempt; the batch is then kept. `BackOff` tells how long to wait. */
  write(batch: Batch, signal: AbortSignal): Promise<WriteOutcome>;
  /** Called once, after the last write ended. Leaves no socket or timer behind. */
  close(): Promise<void>;
}

/** An alarm that is not at rest: the last entry of it, and where that stands in the alarms lane. */
export interface StandingEntry {
  readonly offset: number;
  readonly entry: AlarmEntry;
}

export interface SinkContext {
  readonly log: Log;
  readonly clock: Clock;
  readonly identity: Identity;
  /** Alarms that stand when the sink is made, as far as the disk has them; for destinations that show a present state. */
  readonly standing: readonly StandingEntry[];
  /** The secret behind a reference. Throws a sentence naming the missing variable or file. */
  secret(reference: SecretReference): string;
}

export interface SinkDefinition<Config> {
  readonly summary: Text;
  /** Strict object with a `type` literal. */
  readonly config: z.ZodType<Config>;
  /** Bytes on the wire for one frame of this many numbers, compressed as configured; for `sluice plan`. */
  bytesPerFrame(config: Config, tags: number): number;
  /** A tag name this destination cannot hold, and why; undefined when it can. */
  refusesTag?(name: string): Text | undefined;
  /** Why this destination needs every frame, so that nothing may be held back from it; undefined when it can do with less. */
  readonly refusesDeadband?: Text;
  /** Shows the newest frame of a poll group as its state: of a frame in which something changed, nothing is left out. */
  readonly takesWholeFrames?: true;
  create(name: string, config: Config, context: SinkContext): Promise<Sink>;
}
