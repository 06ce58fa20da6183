import { type Clock, DeviceFault, Quality } from '../../gateway/contract/index.js';
import { command, requestAnswer, requestAnswerText, result, resultText } from './commands.js';
import type { Segment } from './segment.js';
import { readRecords } from './records.js';
import { formatStationTime } from './station-time.js';

/** Longest wait for the answer to a request before it is sent again, HJ 212-2017 §6.5: `OverTime`. */
const answerMs = 10_000;
/** Times a request is sent, `ReCount`. */
const triesMax = 3;
/** Longest pause within the carrying out of a request, from one message of it to the next. */
const pauseMaxMs = 60_000;

export interface Request {
  readonly cn: string;
  readonly content: string;
}

/** What a station makes of a request that it carries out. */
export type Outcome = 'done' | 'no data';

export interface StationRequestsOptions {
  readonly mn: string;
  readonly aheadMs: number;
  readonly clock: Clock;
  /** Sends to the station; rejects with `NotConnected` when it is not there. */
  readonly send: (qn: string, request: Request) => Promise<void>;
}

/** A request under way. */
interface Talk {
  readonly qn: string;
  answer?: string;
  outcome?: string;
  lost?: Error;
  hasData: boolean;
  isHeard: boolean;
  wake: AbortController;
}

/**
 * Requests of the upper computer, one at a time: request, answer 9011, data if any, result 9012. All that belongs
 * together has the request's `QN`.
 */
export class StationRequests {
  readonly #options: StationRequestsOptions;
  #talk: Talk | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #lastQnMs = 0;

  constructor(options: StationRequestsOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the station says it is done. Rejects with `DeviceFault` when it refuses or says nothing, with
   * `NotConnected` when it is not there, with the signal's reason when that aborts.
   */
  ask(request: Request, signal: AbortSignal): Promise<Outcome> {
    const turn = this.#turn.then(() => this.#carryOut(request, signal));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** True when a message belongs to the request under way. Stations of 2005 put its number into the content. */
  heard({ qn, cn, content }: Segment): boolean {
    const talk = this.#talk;
    if (!talk) return false;
    const fields = cn === command.requestAnswer || cn === command.result ? readRecords(content)[0]?.fields : undefined;
    if ((qn ?? fields?.get('qn')) !== talk.qn) return false;
    talk.isHeard = true;
    talk.hasData ||= fields === undefined;
    if (cn === command.requestAnswer) talk.answer = fields?.get('qnrtn') ?? '';
    if (cn === command.result) talk.outcome = fields?.get('exertn') ?? '';
    talk.wake.abort();
    return true;
  }

  /** The station is gone. */
  lost(error: Error): void {
    if (!this.#talk) return;
    this.#talk.lost = error;
    this.#talk.wake.abort();
  }

  async #carryOut(request: Request, signal: AbortSignal): Promise<Outcome> {
    signal.throwIfAborted();
    const talk: Talk = { qn: this.#nextNumber(), isHeard: false, hasData: false, wake: new AbortController() };
    this.#talk = talk;
    try {
      for (let tries = 0; tries < triesMax && !talk.isHeard; tries += 1) {
        await this.#options.send(talk.qn, request);
        await this.#waitFor(talk, answerMs, signal);
      }
      if (!talk.isHeard) throw this.#fault(request, `no answer, asked ${triesMax} times`, false);
      while (talk.outcome === undefined) {
        // Some stations answer with the data at once.
        if (talk.answer !== undefined && talk.answer !== requestAnswer.accepted) {
          throw this.#fault(request, requestAnswerText(talk.answer), true);
        }
        talk.isHeard = false;
        await this.#waitFor(talk, pauseMaxMs, signal);
        // Others never tell the result.
        if (!talk.isHeard && talk.hasData) return 'done';
        if (!talk.isHeard) throw this.#fault(request, 'it accepted, and never said that it was done', true);
      }
      if (talk.outcome === result.done) return 'done';
      if (talk.outcome === result.noData) return 'no data';
      throw this.#fault(request, resultText(talk.outcome), true);
    } finally {
      this.#talk = undefined;
    }
  }

  /** Until something is heard of it or the time is over. */
  async #waitFor(talk: Talk, ms: number, signal: AbortSignal): Promise<void> {
    if (!talk.isHeard && !talk.lost) {
      talk.wake = new AbortController();
      await this.#options.clock.wait(ms, AbortSignal.any([signal, talk.wake.signal]));
    }
    signal.throwIfAborted();
    if (talk.lost) throw talk.lost;
  }

  #nextNumber(): string {
    const { clock, aheadMs } = this.#options;
    this.#lastQnMs = Math.max(Math.floor(clock.utc()), this.#lastQnMs + 1);
    return formatStationTime(this.#lastQnMs, aheadMs);
  }

  #fault({ cn }: Request, why: string, answered: boolean): DeviceFault {
    const quality = answered ? Quality['bad-device-failure'] : Quality['bad-no-answer'];
    return new DeviceFault(`station ${this.#options.mn}, request ${cn}: ${why}`, quality, { answered });
  }
}
