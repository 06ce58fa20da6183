import { type Clock, DeviceFault } from '../../gateway/contract/index.js';
import type { Exchange } from '../streams/index.js';
import type { Arrival, DeclaredMessage } from './declared-message.js';
import type { MessageFormat } from './message-format.js';
import type { Heard, MessageLine, Receipt } from './message-line.js';

export interface AskingLineOptions {
  readonly exchange: Exchange;
  /** No answer ends later than this after its request. */
  readonly latenessMs: number;
  readonly clock: Clock;
  readonly heard: Heard;
}

/**
 * Messages by request. Most replies do not say which request they answer, so after one without an answer the line rests
 * until none can come any more: a late reply is never taken for that of another message or unit.
 */
export class AskingLine implements MessageLine {
  readonly #options: AskingLineOptions;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #counters = { requests: 0, answers: 0, unanswered: 0 };

  constructor(options: AskingLineOptions) {
    this.#options = options;
  }

  connect(signal: AbortSignal): Promise<void> {
    return this.#options.exchange.connect(signal);
  }

  async receive(messages: readonly DeclaredMessage[], _reader: string, signal: AbortSignal): Promise<Receipt> {
    const receipt = new Map<DeclaredMessage, Arrival | DeviceFault>();
    for (const message of messages) receipt.set(message, await this.#ask(message, signal));
    return receipt;
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counters, ...this.#options.exchange.counters() };
  }

  close(): Promise<void> {
    return this.#options.exchange.close();
  }

  async #ask(message: DeclaredMessage, signal: AbortSignal): Promise<Arrival | DeviceFault> {
    const { exchange, clock, latenessMs, heard } = this.#options;
    const request = message.request as Uint8Array;
    await clock.wait(Math.max(0, this.#restUntilMs - clock.monotonic()), signal);
    signal.throwIfAborted();
    this.#counters.requests += 1;
    let isAnswered = false;
    try {
      const find = (bytes: Uint8Array): Pick<Arrival, 'fields' | 'bytes'> | undefined =>
        firstMessage(message.format, withoutEcho(bytes, request));
      const arrival = { ...(await exchange.ask(request, find, signal)), atMs: clock.monotonic() };
      isAnswered = true;
      this.#counters.answers += 1;
      heard(message, arrival);
      return arrival;
    } catch (error) {
      if (!(error instanceof DeviceFault)) throw error;
      this.#counters.unanswered += 1;
      const { quality, answered } = error;
      const what = `asked ${message.device} for ${message.name}: ${error.message}`;
      return new DeviceFault(what, quality, { answered, cause: error });
    } finally {
      if (!isAnswered) this.#restUntilMs = clock.monotonic() + latenessMs;
    }
  }
}

/** The first whole message; what is damaged, or of another kind, is passed over. */
export function firstMessage(format: MessageFormat, bytes: Uint8Array): Pick<Arrival, 'fields' | 'bytes'> | undefined {
  for (let from = 0; ; ) {
    const step = format.next(bytes, from);
    if (step.kind === 'wanting') return undefined;
    if (step.kind === 'message')
      return { fields: step.fields, bytes: Uint8Array.from(bytes.subarray(step.start, step.end)) };
    from = step.end;
  }
}

/** Two-wire adapters give back what they send. */
function withoutEcho(bytes: Uint8Array, request: Uint8Array): Uint8Array {
  return request.every((byte, n) => bytes[n] === byte) ? bytes.subarray(request.length) : bytes;
}
