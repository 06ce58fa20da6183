import { Observable, type OperatorFunction } from 'rxjs';
import type { Finding, StampedFrame } from '../../gateway/contract/index.js';
import type { DevicePhase } from '../rules/communication.js';
import type { IsolatedRule } from '../rules/isolated-rule.js';
import { QuietRules } from './quiet-rules.js';
import { type ReadingTime, ReadingTimes } from './reading-times.js';
import type { RuleInput } from './rule-input.js';

/** A rule, the tables whose frames it gets, and what must be so for it to be asked. */
export interface HostedRule {
  readonly rule: IsolatedRule;
  /** By number. */
  readonly tables: readonly number[];
  /** Not asked while readings of the device settle: everything but what lives depend on, and what watches the links. */
  readonly settles: boolean;
  /** Not asked while the device is out of reach: what judges whether there is a reading at all. */
  readonly needsDevice: boolean;
}

/** A finding, the input that caused it, and how long before it may have become so: the reading before said otherwise. */
export interface Judged {
  readonly finding: Finding;
  readonly cause: RuleInput;
  readonly spreadMs: number;
}

/** The rules of one table, and when its frames came. */
interface Table {
  /** By which the quiet rules call it. */
  readonly rank: number;
  readonly phase: DevicePhase | undefined;
  /** Its last frame was judged whole: the device was there and its values had settled. Undefined before the first. */
  isSteady: boolean | undefined;
  readonly time: ReadingTime;
}

const isSteady = (phase: DevicePhase | undefined, instant: number): boolean =>
  !phase || (!phase.isOut && instant >= phase.settledFrom);

/** The link's own rule comes first, so the phase is that of this very input. */
function isAsked({ settles, needsDevice }: HostedRule, phase: DevicePhase | undefined, instant: number): boolean {
  if (!phase) return true;
  return phase.isOut ? !needsDevice : !settles || instant >= phase.settledFrom;
}

/** Rules by table number, in the order given. */
function rulesByTable(hosted: readonly HostedRule[]): Map<number, number[]> {
  const rules = new Map<number, number[]>();
  for (const [index, { tables }] of hosted.entries()) {
    for (const number of tables) {
      const ofTable = rules.get(number);
      if (ofTable) ofTable.push(index);
      else rules.set(number, [index]);
    }
  }
  return rules;
}

class Judge {
  readonly #hosted: readonly HostedRule[];
  readonly #quiet: QuietRules;
  readonly #tables: ReadonlyMap<number, Table>;
  readonly #tell: (judged: Judged) => void;

  constructor(
    hosted: readonly HostedRule[],
    phaseOf: ReadonlyMap<number, DevicePhase>,
    times: ReadingTimes,
    tell: (judged: Judged) => void,
  ) {
    this.#hosted = hosted;
    this.#tell = tell;
    const rules = rulesByTable(hosted);
    this.#quiet = new QuietRules(hosted, [...rules.values()]);
    const tables = new Map<number, Table>();
    for (const [rank, number] of [...rules.keys()].entries()) {
      tables.set(number, {
        rank,
        phase: phaseOf.get(number),
        isSteady: undefined,
        time: times.of(number),
      });
    }
    this.#tables = tables;
  }

  take(cause: RuleInput): void {
    if ('frame' in cause) this.#frame(cause.frame, cause);
    else this.#tick(cause.tick, cause);
  }

  #frame(frame: StampedFrame, cause: RuleInput): void {
    const table = this.#tables.get(frame.table.number);
    // History filled in afterwards is judged by no rule.
    if (!table || frame.late === true) return;
    const { instant } = frame;
    const { last } = table.time;
    // Never judged before: it may always have been so.
    const spreadMs = (Number.isNaN(last) ? instant : instant - last) + frame.timeSpread;
    const { rank, phase } = table;
    const quiet = this.#quiet;
    const end = quiet.firsts[rank + 1] as number;
    let isWhole = isSteady(phase, instant);
    quiet.begin(rank, frame, isWhole);
    for (let place = quiet.firsts[rank] as number; ; place += 1) {
      place = quiet.nextAsked(rank, place, frame);
      if (place >= end) break;
      const hosted = this.#hosted[quiet.ruleAt[place] as number] as HostedRule;
      if (!isAsked(hosted, phase, instant)) continue;
      quiet.catchUp(rank, place);
      const findings = hosted.rule.next(frame);
      quiet.asked(rank, place);
      if (findings.length > 0) this.#pass(findings, cause, spreadMs);
      if (isWhole && !isSteady(phase, instant)) {
        isWhole = false;
        quiet.rouseRemembering(rank, place + 1);
      }
    }
    quiet.end(rank, frame);
    table.isSteady = isSteady(phase, instant);
    if (!table.isSteady) return;
    table.time.last = instant;
    table.time.spreadMs = spreadMs;
  }

  #tick(instant: number, cause: RuleInput): void {
    this.#quiet.pass(instant);
    for (let index = -1; ; ) {
      index = this.#quiet.nextAskedBySecond(index + 1);
      if (index < 0) break;
      const hosted = this.#hosted[index] as HostedRule;
      const { rule, tables, needsDevice, settles } = hosted;
      // Without a reading delays stand still: after a start no bad one may have said so. Whether there are readings is asked
      // again with the first frame that is judged whole.
      if (needsDevice && !tables.every((number) => this.#isThere(number, instant))) continue;
      if (settles && !tables.some((number) => this.#isThere(number, instant))) continue;
      const findings = rule.tick(instant);
      this.#quiet.askedBySecond(index);
      if (findings.length === 0) continue;
      this.#pass(findings, cause, Math.max(0, ...tables.map((one) => this.#tables.get(one)?.time.spreadMs ?? 0)));
    }
  }

  #isThere(number: number, instant: number): boolean {
    const table = this.#tables.get(number);
    return (table?.isSteady ?? true) && isSteady(table?.phase, instant);
  }

  #pass(findings: readonly Finding[], cause: RuleInput, spreadMs: number): void {
    for (const finding of findings) this.#tell({ finding, cause, spreadMs });
  }
}

/**
 * Rule inputs in, findings out, each input handled whole before the next, rules in the order given. A frame goes to the
 * rules of its table, by table number; a tick to all of them. A frame of a table without rules is passed over. `phaseOf`
 * gives, by table number, the phase of its device; `times` when each table was judged. Rules are isolated, so the stream errors only when its source does.
 */
export function judge(
  hosted: readonly HostedRule[],
  phaseOf: ReadonlyMap<number, DevicePhase> = new Map(),
  times: ReadingTimes = new ReadingTimes(),
): OperatorFunction<RuleInput, Judged> {
  return (input$) =>
    new Observable((subscriber) => {
      const judge = new Judge(hosted, phaseOf, times, (judged) => subscriber.next(judged));
      return input$.subscribe({
        next: (input) => judge.take(input),
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
