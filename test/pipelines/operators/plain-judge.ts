import type { Finding } from '../../../gateway/contract/index.js';
import type { DevicePhase, HostedRule, RuleInput } from '../../../pipelines/index.js';

/** Asks every rule with every input that may say something to it: what the judge must find, whoever it passes over. */
export class PlainJudge {
  readonly #hosted: readonly HostedRule[];
  readonly #phases: ReadonlyMap<number, DevicePhase>;
  /** Tables whose last frame was judged whole, or not; none before the first. */
  readonly #steady = new Map<number, boolean>();

  constructor(hosted: readonly HostedRule[], phases: ReadonlyMap<number, DevicePhase>) {
    this.#hosted = hosted;
    this.#phases = phases;
  }

  take(input: RuleInput): Finding[] {
    if ('tick' in input) {
      return this.#hosted.flatMap((hosted) =>
        this.#hearsSecond(hosted, input.tick) ? [...hosted.rule.tick(input.tick)] : [],
      );
    }
    const { frame } = input;
    const { number } = frame.table;
    if (frame.late === true) return [];
    const found = this.#hosted.flatMap((hosted) =>
      hosted.tables.includes(number) && this.#hearsFrame(hosted, number, frame.instant)
        ? [...hosted.rule.next(frame)]
        : [],
    );
    this.#steady.set(number, this.#isSteady(number, frame.instant));
    return found;
  }

  #isSteady(number: number, instant: number): boolean {
    const phase = this.#phases.get(number);
    return !phase || (!phase.isOut && instant >= phase.settledFrom);
  }

  #hearsFrame({ needsDevice, settles }: HostedRule, number: number, instant: number): boolean {
    const phase = this.#phases.get(number);
    if (!phase) return true;
    return phase.isOut ? !needsDevice : !settles || instant >= phase.settledFrom;
  }

  #hearsSecond({ needsDevice, settles, tables }: HostedRule, instant: number): boolean {
    const isThere = (number: number): boolean => (this.#steady.get(number) ?? true) && this.#isSteady(number, instant);
    return (!needsDevice || tables.every(isThere)) && (!settles || tables.some(isThere));
  }
}
