import { type Asked, askedBy, askedDataBytes, askedKey, broadcastUnit, isLegalRead } from './asked.js';
import type { Cut, CutFrame } from './cutter.js';
import { answers, exceptionCode, isFilledWithZeros } from './frame-forms.js';
import type { Heard } from './heard.js';
import { OwedReplies } from './owed-replies.js';

/** Bytes of noise between a request and its reply, as a line makes when it changes direction; more may hide a request. */
const noiseBytesMax = 2;
/** Requests remembered that look like replies; beyond it every such frame is ambiguous. */
const likeRepliesMax = 1024;

export interface PairingOptions {
  /** No master asks again sooner than this after a request, ms. Decides over frames that read both ways. */
  readonly askAgainMs: number;
  /** No answer ends later than this after its request, ms; an unanswered request is given up then. */
  readonly latenessMs: number;
}

/** A request that awaits its reply. */
interface Open {
  readonly asked: Asked;
  readonly endMs: number;
  readonly isCertain: boolean;
  damagedBytes: number;
}

/**
 * Pairs requests and replies of another master. What is right about it rests on what a bus is: one request at a time,
 * the reply before the next request. A frame that reads both ways (a reply of three bytes of bits looks like a request,
 * a write is answered by itself) is told apart by what was asked, by what the master is known to ask, and by time; where
 * that leaves a doubt it is `ambiguous` and nobody's value. The bounds: units answer within `latenessMs`, masters wait
 * at least `askAgainMs` before they ask again, and no bytes are lost without a trace.
 */
export class Pairing {
  readonly #options: PairingOptions;
  readonly #owed: OwedReplies;
  readonly #likeReplies = new Set<string>();
  #open: Open | undefined;
  /** The last exchange ended as it should, so what follows is a request. */
  #isInStep = false;

  constructor(options: PairingOptions) {
    this.#options = options;
    this.#owed = new OwedReplies(options.latenessMs);
  }

  /** The request that awaits its reply. */
  get asked(): Asked | undefined {
    return this.#open?.asked;
  }

  /** When the request that awaits its reply is given up, monotonic ms. */
  get dueMs(): number {
    return this.#open ? this.#open.endMs + this.#options.latenessMs : Number.POSITIVE_INFINITY;
  }

  take(cut: Cut): Heard[] {
    if (cut.kind === 'frame') return this.#frame(cut);
    const open = this.#open;
    if (open) open.damagedBytes += cut.bytes.length;
    else this.#isInStep = false;
    return [{ ...cut, asked: open?.asked }];
  }

  /** The bound is over for the request that awaits its reply. */
  giveUp(): Heard[] {
    return this.#giveUp(this.dueMs);
  }

  #frame(cut: CutFrame): Heard[] {
    const open = this.#open;
    const asked = cut.canBeRequest ? askedBy(cut.bytes) : undefined;
    const isFitting = open !== undefined && cut.canBeReply && answers(open.asked, cut.bytes);
    if (open && isFitting) {
      const reading = asked ? this.#reading(cut, asked, open) : 'reply';
      if (reading === 'request' && asked) return this.#request(cut, asked);
      if (reading === 'ambiguous' || open.damagedBytes > noiseBytesMax) return this.#ambiguous(cut, asked, open);
      return this.#reply(cut, open);
    }
    if (asked) return this.#request(cut, asked);
    const [unit, functionCode] = cut.bytes as unknown as [number, number];
    const { bytes, startMs, endMs } = cut;
    return [{ kind: 'stray', bytes, startMs, endMs, unit, functionCode }];
  }

  /** What a frame is that reads as a request and as the reply to the one under way. */
  #reading(cut: CutFrame, asked: Asked, open: Open): 'request' | 'reply' | 'ambiguous' {
    const isSoon = cut.startMs - open.endMs <= this.#options.askAgainMs;
    if (!asked.reads) return isSoon ? 'reply' : 'ambiguous';
    if (!isLegalRead(asked)) return 'reply';
    if (!isFilledWithZeros(open.asked, cut.bytes)) return 'request';
    const key = askedKey(asked);
    const isKnown = this.#likeReplies.size >= likeRepliesMax || this.#likeReplies.has(key);
    return isSoon && !isKnown && key !== askedKey(open.asked) ? 'reply' : 'ambiguous';
  }

  #request({ bytes, startMs, endMs, canBeReply }: CutFrame, asked: Asked): Heard[] {
    const given = this.#giveUp(startMs);
    // Out of step it may be the reply to a request that was not heard.
    const isCertain = !canBeReply || this.#isInStep || given.length > 0;
    if (canBeReply && isCertain && this.#likeReplies.size < likeRepliesMax) this.#likeReplies.add(askedKey(asked));
    this.#isInStep = asked.unit === broadcastUnit;
    this.#open = this.#isInStep ? undefined : { asked, endMs, isCertain, damagedBytes: 0 };
    return [...given, { kind: 'request', bytes, startMs, endMs, asked, isCertain }];
  }

  #reply({ bytes, startMs, endMs }: CutFrame, { asked, endMs: askedMs }: Open): Heard[] {
    this.#open = undefined;
    this.#isInStep = true;
    const turnaroundMs = Math.max(0, startMs - askedMs);
    const times = { bytes, startMs, endMs, turnaroundMs };
    const code = exceptionCode(bytes);
    if (code !== undefined) return [{ kind: 'exception', ...times, asked, code }];
    const isDoubtful = this.#owed.answered(asked, askedMs, startMs);
    const data = asked.reads ? bytes.subarray(3, 3 + askedDataBytes(asked, asked.reads)) : bytes.subarray(0, 0);
    return [{ kind: 'reply', ...times, asked, data, isDoubtful }];
  }

  /** It may be the reply, a request, or the reply to a request among the damage: nothing is made of it. */
  #ambiguous({ bytes, startMs, endMs }: CutFrame, asked: Asked | undefined, open: Open): Heard[] {
    this.#isInStep = false;
    this.#open = asked && { asked, endMs, isCertain: false, damagedBytes: 0 };
    return [{ kind: 'ambiguous', bytes, startMs, endMs, asked: open.asked }];
  }

  #giveUp(atMs: number): Heard[] {
    const open = this.#open;
    if (!open) return [];
    const { asked, endMs: startMs, damagedBytes } = open;
    this.#open = undefined;
    this.#isInStep = false;
    if (!open.isCertain) return [];
    this.#owed.add(asked, startMs);
    return [{ kind: 'unanswered', bytes: new Uint8Array(0), startMs, endMs: atMs, asked, damagedBytes }];
  }
}
