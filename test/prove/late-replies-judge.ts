import { type Exchange, latenessMs, timeoutMs } from './late-replies-line.js';
import type { Poll } from './late-replies-master.js';

/** What the simulator's log says of the values a master gave. */
export interface Verdict {
  readonly requests: number;
  readonly polls: number;
  /** Values given as good or uncertain. */
  readonly values: number;
  /** Values that are not those of this register in an answer to this poll. */
  readonly wrong: number;
  /** Of the wrong ones those from an answer that left the simulator later than the lateness bound. */
  readonly wrongBeyondBound: number;
  /** Of the wrong ones those that were called good, not uncertain. */
  readonly wrongCalledGood: number;
  /** Requests that never came to the simulator. */
  readonly lost: number;
  /** The first wrong ones in words. */
  readonly examples: readonly string[];
  /** ms from request to answer of every answer that left. */
  readonly delays: readonly number[];
  /** Replies by what befell them; `none` for most. */
  readonly faults: ReadonlyMap<string, number>;
}

const registerOf = (poll: Poll, slot: number): number => (poll.block.firstTag + slot) * 2;

/** The number that stands at a register in an answer; undefined when it is not among it. */
function numberAt({ address, words }: Exchange, register: number): number | undefined {
  const [high, low] = [words[register - address], words[register - address + 1]];
  return high === undefined || low === undefined ? undefined : high * 2 ** 16 + low;
}

/**
 * Gives each poll its own exchanges. Both are in order, and a request is lost only with its connection: then the next
 * exchange asks for something else.
 */
function* pairs(polls: readonly Poll[], exchanges: readonly Exchange[]): Generator<[Poll, Exchange[], number]> {
  let next = 0;
  for (const poll of polls) {
    const own: Exchange[] = [];
    for (let n = 0; n < poll.requests; n += 1) {
      const exchange = exchanges[next];
      if (exchange?.unit !== poll.unit || exchange.address !== registerOf(poll, 0)) continue;
      own.push(exchange);
      next += 1;
    }
    yield [poll, own, poll.requests - own.length];
  }
}

const isLater = ({ requestMs, answerMs }: Exchange): boolean =>
  answerMs !== undefined && answerMs - requestMs > latenessMs;

/** Judges one line. */
export function judge(polls: readonly Poll[], exchanges: readonly Exchange[]): Verdict {
  const examples: string[] = [];
  let [values, wrong, wrongBeyondBound, wrongCalledGood, lost] = [0, 0, 0, 0, 0];
  for (const [poll, own, missing] of pairs(polls, exchanges)) {
    lost += missing;
    for (const [slot, value] of poll.values.entries()) {
      if (Number.isNaN(value)) continue;
      values += 1;
      if (own.some((exchange) => numberAt(exchange, registerOf(poll, slot)) === value)) continue;
      wrong += 1;
      if (poll.isCertain) wrongCalledGood += 1;
      const source = exchanges.find((one) => one.words.some((_, n) => numberAt(one, one.address + n) === value));
      if (source && isLater(source)) wrongBeyondBound += 1;
      if (examples.length < 5) examples.push(inWords(poll, slot, value, own, source));
    }
  }
  const faults = new Map<string, number>();
  for (const { fault = 'none' } of exchanges) faults.set(fault, (faults.get(fault) ?? 0) + 1);
  return {
    requests: exchanges.length,
    polls: polls.length,
    values,
    wrong,
    wrongBeyondBound,
    wrongCalledGood,
    lost,
    examples,
    delays: exchanges.flatMap(({ requestMs, answerMs }) => (answerMs === undefined ? [] : [answerMs - requestMs])),
    faults,
  };
}

function inWords(poll: Poll, slot: number, value: number, own: readonly Exchange[], source?: Exchange): string {
  const asked = `unit ${poll.unit}, register ${registerOf(poll, slot)}`;
  const says = `unit ${value >>> 28}, register ${((value >>> 20) & 0xff) * 2}, reading ${value & 0xfffff}`;
  const readings = own.map((one) => (numberAt(one, registerOf(poll, slot)) ?? 0) & 0xfffff).join(' or ') || 'none';
  const from =
    source?.answerMs === undefined ? '' : `, answered after ${Math.round(source.answerMs - source.requestMs)} ms`;
  return `asked ${asked}: got ${says} where this poll's was ${readings}${from}`;
}

export function together(verdicts: readonly Verdict[]): Verdict {
  const sum = (of: (verdict: Verdict) => number): number => verdicts.reduce((total, one) => total + of(one), 0);
  const faults = new Map<string, number>();
  for (const verdict of verdicts) {
    for (const [fault, count] of verdict.faults) faults.set(fault, (faults.get(fault) ?? 0) + count);
  }
  return {
    requests: sum(({ requests }) => requests),
    polls: sum(({ polls }) => polls),
    values: sum(({ values }) => values),
    wrong: sum(({ wrong }) => wrong),
    wrongCalledGood: sum(({ wrongCalledGood }) => wrongCalledGood),
    wrongBeyondBound: sum(({ wrongBeyondBound }) => wrongBeyondBound),
    lost: sum(({ lost }) => lost),
    examples: verdicts.flatMap(({ examples }) => examples),
    delays: verdicts.flatMap(({ delays }) => delays),
    faults,
  };
}

/** Share of all requests whose answer left later than the time-out. */
export const lateShare = ({ delays, requests }: Verdict): number =>
  delays.filter((delay) => delay > timeoutMs).length / requests;

const steps = [1, 5, 20, timeoutMs, 75, 100, 125, latenessMs, 170, 300, 1000] as const;

/** Delays as lines of text with a bar each. */
export function histogram(delays: readonly number[]): string[] {
  return [...steps, Number.POSITIVE_INFINITY].flatMap((to, n) => {
    const from = steps[n - 1] ?? 0;
    const count = delays.filter((delay) => delay >= from && delay < to).length;
    if (count === 0) return [];
    const range = Number.isFinite(to) ? `${from}–${to} ms` : `from ${from} ms`;
    const bar = '█'.repeat(Math.ceil((count / delays.length) * 50));
    return [`  ${range.padStart(14)} ${String(count).padStart(7)} ${bar}`];
  });
}
