import { Subject, type Subscription, tap } from 'rxjs';
import type { Frame, Json, Log, Reading, StampedFrame, Transform } from '../contract/index.js';
import {
  type DevicePhase,
  type Judged,
  judge,
  type ReadingTimes,
  type RuleInput,
  withTicks,
} from '../../pipelines/index.js';
import { type SiteRule, timesKey } from './compile-rules.js';
import { DeviceClocks } from './device-clock.js';

/** What is compiled for one tag table. */
export interface TablePipeline {
  /** `device/group`: what is remembered goes on under it when the table changes with the configuration. */
  readonly key: string;
  readonly transform: Transform;
}

export interface PipelineOptions {
  readonly tables: ReadonlyMap<number, TablePipeline>;
  readonly rules: readonly SiteRule[];
  /** When each table was last judged; remembered with the rules. */
  readonly times: ReadingTimes;
  /** Phases of the devices, by table number. */
  readonly phases: ReadonlyMap<number, DevicePhase>;
  readonly stamp: () => { instant: number; time: number };
  /** Marks values of what is being worked on. */
  readonly mark: (frame: StampedFrame) => StampedFrame;
  /** Stores the frame; undefined, and counted, when it could not be. It is judged all the same. */
  readonly store: (frame: StampedFrame) => Frame | undefined;
  readonly onFrame: (frame: StampedFrame) => void;
  /** Told of each frame and tick before the rules are asked. */
  readonly onInput: (input: RuleInput) => void;
  readonly onJudged: (judged: Judged) => void;
  /** Instant up to which ticks were given before a restart. */
  readonly tickedTo: number | undefined;
  readonly log: Log;
}

/** What the pipeline remembers, as of an instant. */
export interface PipelineMemory {
  readonly tickedTo: number;
  readonly transforms: Readonly<Record<string, Json>>;
  readonly rules: Readonly<Record<string, Json>>;
}

/**
 * Written out, because this runs for every reading: a spread of three objects costs five times as much. What is new comes
 * before what is spread: after it, Node 20 gives each frame a shape of its own, and whoever reads it looks it up anew.
 */
function stamped(reading: Reading, { instant, time }: { instant: number; time: number }, spanMs: number): StampedFrame {
  const { table, values, quality, times, texts, raw, late } = reading;
  if (!times && !texts && !raw && late === undefined) {
    return { table, values, quality, instant, time, timeSpread: spanMs };
  }
  return { instant, time, timeSpread: spanMs, ...reading };
}

/**
 * readings → stamped → transformed → stored → judged: whole frames, in order of `instant`. A frame is stored before it is
 * judged, so an event can name its sequence; it is judged also when it could not be stored. From there on frames are one
 * stream with the seconds between them; each step before takes one frame and gives one.
 *
 * Nothing ends it. What throws in one step, which is our bug, costs that step of that frame: the first is logged, all are
 * counted, and the frame goes on as far as it had come. Steps catch for themselves, because an error that reaches RxJS
 * ends a stream for ever; they are methods, because a closure a frame costs more than the step.
 */
export class Pipeline {
  readonly deviceClocks = new DeviceClocks();
  readonly #options: PipelineOptions;
  readonly #frame$ = new Subject<StampedFrame>();
  readonly #now$ = new Subject<number>();
  readonly #subscription: Subscription;
  #lastInstant = 0;
  #failures = 0;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#lastInstant = options.tickedTo ?? 0;
    this.#subscription = this.#frame$
      .pipe(
        withTicks(this.#now$, options.tickedTo),
        tap((input) => this.#pass(input)),
        judge(options.rules, options.phases, options.times),
      )
      .subscribe((judged) => this.#tell(judged));
  }

  /** How often a step failed in a way it should not. */
  get failures(): number {
    return this.#failures;
  }

  /** A reading as a driver gave it; `spanMs` is how long it took. */
  accept(reading: Reading, spanMs: number): void {
    if (this.#subscription.closed) return;
    const stamped = this.#stamped(reading, spanMs);
    if (!stamped) return;
    const frame = this.#stored(this.#transformed(stamped));
    this.#show(frame);
    this.#lastInstant = frame.instant;
    this.#frame$.next(frame);
  }

  /** A frame that is journaled already, to bring rules to where they were; it is not stored again. */
  recall(frame: Frame): void {
    this.#options.tables.get(frame.table.number)?.transform.recall?.(frame);
    this.#lastInstant = frame.instant;
    this.#frame$.next(frame);
  }

  /** The timeline has reached `instant`: delays may end without a frame. */
  tick(instant: number): void {
    this.#lastInstant = Math.max(this.#lastInstant, instant);
    this.#now$.next(instant);
  }

  /** Instant up to which delays have been counted. */
  get tickedTo(): number {
    return this.#lastInstant;
  }

  snapshot(): PipelineMemory {
    const transforms: Record<string, Json> = {};
    const rules: Record<string, Json> = {};
    for (const { key, transform } of this.#options.tables.values()) transforms[key] = transform.snapshot();
    for (const { memoryKey, rule } of this.#options.rules) {
      const memory = rule.snapshot();
      if (memory !== null) rules[memoryKey] = memory;
    }
    rules[timesKey] = this.#options.times.snapshot();
    return { tickedTo: this.#lastInstant, transforms, rules };
  }

  /** What failed and was only counted is told here. */
  stop(): void {
    this.#subscription.unsubscribe();
    const failures = this.#failures;
    if (failures > 1) this.#options.log.warn({ failures }, 'pipeline failed more than once in a way it should not');
  }

  /** Undefined when there is no time to stamp it with: it cannot be stored. */
  #stamped(reading: Reading, spanMs: number): StampedFrame | undefined {
    try {
      return stamped(reading, this.#options.stamp(), spanMs);
    } catch (error) {
      this.#failed('stamp', reading.table.device, error);
      return undefined;
    }
  }

  #transformed(frame: StampedFrame): StampedFrame {
    let timed = frame;
    try {
      timed = this.deviceClocks.judge(frame);
      const { tables, mark } = this.#options;
      return mark(tables.get(timed.table.number)?.transform.next(timed) ?? timed);
    } catch (error) {
      this.#failed('transform', frame.table.device, error);
      return timed;
    }
  }

  #stored(frame: StampedFrame): StampedFrame {
    try {
      return this.#options.store(frame) ?? frame;
    } catch (error) {
      this.#failed('store', frame.table.device, error);
      return frame;
    }
  }

  #show(frame: StampedFrame): void {
    try {
      this.#options.onFrame(frame);
    } catch (error) {
      this.#failed('show', frame.table.device, error);
    }
  }

  #pass(input: RuleInput): void {
    try {
      this.#options.onInput(input);
    } catch (error) {
      this.#failed('alarm book', 'frame' in input ? input.frame.table.device : '', error);
    }
  }

  #tell(judged: Judged): void {
    try {
      this.#options.onJudged(judged);
    } catch (error) {
      const { finding, cause } = judged;
      const key = 'exceeded' in finding ? finding.exceeded : finding.key;
      this.#failed('event', 'frame' in cause ? cause.frame.table.device : key, error);
    }
  }

  #failed(step: string, device: string, error: unknown): void {
    this.#failures += 1;
    if (this.#failures > 1) return;
    this.#options.log.error({ device, step, err: error }, 'pipeline failed in a way it should not');
  }
}
