import { map, Subject, type Subscription, tap } from 'rxjs';
import type { ConditionDescription, Frame, Json, Log, Reading, StampedFrame, Transform } from '../contract/index.js';
import { type IsolatedRule, type Judged, judge, withTicks } from '../../pipelines/index.js';
import { DeviceClocks } from './device-clock.js';

/** What is compiled for one tag table. */
export interface TablePipeline {
  /** `device/group`: what is remembered goes on under it when the table changes with the configuration. */
  readonly key: string;
  readonly transform: Transform;
  readonly rules: readonly {
    readonly name: string;
    readonly rule: IsolatedRule;
    readonly conditions: readonly ConditionDescription[];
  }[];
}

export interface PipelineOptions {
  readonly tables: ReadonlyMap<number, TablePipeline>;
  readonly stamp: () => { instant: number; time: number };
  /** Stores the frame; undefined, and counted, when it could not be. It is judged all the same. */
  readonly store: (frame: StampedFrame) => Frame | undefined;
  readonly onFrame: (frame: StampedFrame) => void;
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

/** Written out, because this runs for every reading: a spread of three objects costs five times as much. */
function stamped(reading: Reading, { instant, time }: { instant: number; time: number }, spanMs: number): StampedFrame {
  const { table, values, quality, times, texts, raw, late } = reading;
  const frame = { table, values, quality, instant, time, timeSpread: spanMs };
  if (!times && !texts && !raw && late === undefined) return frame;
  return { ...reading, ...frame };
}

/**
 * readings → stamped → transformed → stored → judged, in one stream: whole frames, in order of `instant`. A frame is
 * stored before it is judged, so an event can name its sequence; it is judged also when it could not be stored.
 */
export class Pipeline {
  readonly deviceClocks = new DeviceClocks();
  readonly #options: PipelineOptions;
  readonly #reading$ = new Subject<{ reading: Reading; spanMs: number }>();
  readonly #frame$ = new Subject<StampedFrame>();
  readonly #now$ = new Subject<number>();
  readonly #subscription: Subscription;
  #lastInstant = 0;
  #hasTransformFailed = false;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#lastInstant = options.tickedTo ?? 0;
    const rules = new Map([...options.tables].map(([table, { rules }]) => [table, rules.map(({ rule }) => rule)]));
    this.#subscription = this.#frame$
      .pipe(withTicks(this.#now$, options.tickedTo), judge(rules))
      .subscribe(options.onJudged);
    this.#subscription.add(
      this.#reading$
        .pipe(
          map(({ reading, spanMs }) => stamped(reading, options.stamp(), spanMs)),
          map((stamped) => this.#transformed(this.deviceClocks.judge(stamped))),
          map((frame) => options.store(frame) ?? frame),
          tap(options.onFrame),
        )
        .subscribe((frame) => {
          this.#lastInstant = frame.instant;
          this.#frame$.next(frame);
        }),
    );
  }

  /** A reading as a driver gave it; `spanMs` is how long it took. */
  accept(reading: Reading, spanMs: number): void {
    this.#reading$.next({ reading, spanMs });
  }

  /** A frame that is journaled already, to bring rules to where they were; it is not stored again. */
  recall(frame: Frame): void {
    this.#lastInstant = frame.instant;
    this.#frame$.next(frame);
  }

  /** The timeline has reached `instant`: delays may end without a frame. */
  tick(instant: number): void {
    this.#lastInstant = instant;
    this.#now$.next(instant);
  }

  snapshot(): PipelineMemory {
    const transforms: Record<string, Json> = {};
    const rules: Record<string, Json> = {};
    for (const { key, transform, rules: own } of this.#options.tables.values()) {
      transforms[key] = transform.snapshot();
      for (const { name, rule } of own) rules[`${key}/${name}`] = rule.snapshot();
    }
    return { tickedTo: this.#lastInstant, transforms, rules };
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }

  #transformed(frame: StampedFrame): StampedFrame {
    try {
      return this.#options.tables.get(frame.table.number)?.transform.next(frame) ?? frame;
    } catch (error) {
      if (!this.#hasTransformFailed) {
        this.#options.log.error({ device: frame.table.device, err: error }, 'transform failed in a way it should not');
      }
      this.#hasTransformFailed = true;
      return frame;
    }
  }
}
