import { DeviceFault, Quality } from '../../gateway/contract/index.js';
import type { Exchange } from '../streams/index.js';
import { type Answer, answerIn, type Asked, control, isNoSuchData, refusalText, strayText } from './answers.js';
import { anyAddress, encodeFrame, scanFrames } from './frame.js';
import { formatIdentifier, identifierBytes, identifierToWire } from './identifier.js';

/** Frames of one answer, the first and those that follow: 3 kB, more than any table of numbers has. */
const framesMax = 16;

/** What a meter has under one identifier. */
export interface MeterData {
  /** Without the identifier. */
  readonly data: Uint8Array;
  /** The frames as received, one after the other. */
  readonly raw: Uint8Array;
}

/** Meters on one line, asked one thing at a time. Faults name the meter and what was asked. */
export class MeterLine {
  readonly #exchange: Exchange;
  readonly #preamble: number;

  constructor(exchange: Exchange, preamble: number) {
    this.#exchange = exchange;
    this.#preamble = preamble;
  }

  /** Everything a meter has under an identifier, frames that follow joined. Throws `DeviceFault`, `NotConnected`. */
  async read(address: string, identifier: number, signal: AbortSignal): Promise<MeterData> {
    const parts: Uint8Array[] = [];
    const raw: Uint8Array[] = [];
    const wire = identifierToWire(identifier);
    for (let sequence = 0; sequence < framesMax; sequence += 1) {
      const isFirst = sequence === 0;
      const asked = { address, identifier, control: isFirst ? control.read : control.readNext };
      const request = isFirst ? wire : Uint8Array.of(...wire, sequence);
      const { frame, hasMore } = await this.#ask(asked, request, signal);
      const end = isFirst ? frame.data.length : frame.data.length - 1;
      if (!isFirst && frame.data[end] !== sequence) throw outOfSequence(asked, sequence, frame.data[end]);
      parts.push(frame.data.subarray(identifierBytes, end));
      raw.push(frame.bytes);
      if (!hasMore) return { data: Buffer.concat(parts), raw: Buffer.concat(raw) };
    }
    throw damaged(`${askedText({ address, identifier })}: more than ${framesMax} frames`);
  }

  /** The address of the one meter there is (C=13H). With several they answer at once, and none is understood. */
  async readAddress(signal: AbortSignal): Promise<string> {
    const asked = { address: undefined, identifier: undefined, control: control.readAddress };
    const { frame } = await this.#ask(asked, new Uint8Array(0), signal);
    return frame.address;
  }

  async #ask(asked: Asked, data: Uint8Array, signal: AbortSignal): Promise<Extract<Answer, { kind: 'data' }>> {
    const request = encodeFrame({ address: asked.address ?? anyAddress, control: asked.control, data }, this.#preamble);
    let received: Uint8Array = new Uint8Array(0);
    const find = (bytes: Uint8Array): Answer | undefined => {
      received = bytes;
      for (const frame of scanFrames(bytes).frames) {
        const answer = answerIn(frame, asked);
        if (answer) return answer;
      }
      return undefined;
    };
    const answer = await this.#exchange.ask(request, find, signal).catch((cause: unknown) => {
      if (!(cause instanceof DeviceFault)) throw cause;
      const what = strayText(received, asked) ?? cause.message;
      throw new DeviceFault(`${askedText(asked)}: ${what}`, cause.quality, { answered: false, cause });
    });
    if (answer.kind === 'data') return answer;
    const quality = isNoSuchData(answer.error) ? Quality['bad-configuration'] : Quality.bad;
    throw new DeviceFault(`${askedText(asked)}: ${refusalText(answer.error)}`, quality, { answered: true });
  }
}

function askedText({ address, identifier }: Pick<Asked, 'address' | 'identifier'>): string {
  if (address === undefined || identifier === undefined) return 'asking for the address of the meter';
  return `meter ${address}, reading ${formatIdentifier(identifier)}`;
}

const damaged = (message: string): DeviceFault => new DeviceFault(message, Quality['bad-frame'], { answered: true });

const outOfSequence = (asked: Asked, sequence: number, came: number | undefined): DeviceFault =>
  damaged(`${askedText(asked)}: frame ${came ?? 'without a number'} came where ${sequence} was asked for`);
