import { DeviceFault, Quality } from '../../gateway/contract/index.js';
import type { Exchange } from '../streams/index.js';
import {
  type Answer,
  answerIn,
  anyAddress,
  anyMeterType,
  type Asked,
  control,
  identityBytes,
  strayText,
} from './answers.js';
import { type DeviceSettings, meterTypes } from './device-schema.js';
import { encodeFrame, type FoundFrame, scanFrames } from './frame.js';

/** DI 810AH, the address, low byte first. */
const addressIdentifier = [0x0a, 0x81] as const;

/** What a meter has now. */
export interface MeterData {
  /** Without identifier and serial number. */
  readonly data: Uint8Array;
  /** The frame as received. */
  readonly raw: Uint8Array;
}

/** Meters on one line, asked one thing at a time. Faults name the meter. */
export class MeterLine {
  readonly #exchange: Exchange;
  readonly #preamble: number;
  #serial = 0;

  constructor(exchange: Exchange, preamble: number) {
    this.#exchange = exchange;
    this.#preamble = preamble;
  }

  /** The current data of a meter (DI 901FH). Throws `DeviceFault`, `NotConnected`. */
  async read({ address, meter, identifier }: DeviceSettings, signal: AbortSignal): Promise<MeterData> {
    const onWire = identifier === '1F 90' ? [0x1f, 0x90] : [0x90, 0x1f];
    const asked = { control: control.read, meterType: meterTypes[meter], address, identity: this.#identity(onWire) };
    const frame = await this.#ask(asked, signal);
    return { data: frame.data.subarray(identityBytes), raw: frame.bytes };
  }

  /** The address of the one meter there is (C=03H). With several they answer at once, and none is understood. */
  async readAddress(signal: AbortSignal): Promise<string> {
    const identity = this.#identity(addressIdentifier);
    const asked = { control: control.readAddress, meterType: anyMeterType, address: undefined, identity };
    return (await this.#ask(asked, signal)).address;
  }

  #identity(identifier: readonly number[]): Uint8Array {
    this.#serial = (this.#serial + 1) & 0xff;
    return Uint8Array.of(...identifier, this.#serial);
  }

  async #ask(asked: Asked, signal: AbortSignal): Promise<FoundFrame> {
    const { address, identity: data, meterType } = asked;
    const who = address === undefined ? 'asking for the address of the meter' : `meter ${address}`;
    const request = encodeFrame(
      { meterType, address: address ?? anyAddress, control: asked.control, data },
      this.#preamble,
    );
    let received: Uint8Array = new Uint8Array(0);
    const find = (bytes: Uint8Array): Answer | undefined => {
      received = bytes;
      for (const frame of scanFrames(bytes).frames) {
        const answer = answerIn(frame, asked);
        if (answer) return answer;
      }
      return undefined;
    };
    const { kind, frame } = await this.#exchange.ask(request, find, signal).catch((cause: unknown) => {
      if (!(cause instanceof DeviceFault)) throw cause;
      const what = strayText(received, asked) ?? cause.message;
      throw new DeviceFault(`${who}: ${what}`, cause.quality, { answered: false, cause });
    });
    if (kind === 'data') return frame;
    throw new DeviceFault(
      `${who}: the meter refuses; check \`meter\` and \`identifier\``,
      Quality['bad-configuration'],
      {
        answered: true,
      },
    );
  }
}
