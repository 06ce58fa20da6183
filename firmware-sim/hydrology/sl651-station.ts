import type { Clock, DeviceModel } from '../../gateway/contract/index.js';
import type { Random } from '../random.js';
import { DialledLine } from './dialled-line.js';
import type { HydrologyFaults } from './hydrology-faults.js';
import {
  type Answer,
  AnswerReceiver,
  spoilMessage,
  type StationEncoding,
  type UpMessage,
  writeMessage,
} from './sl651-codec.js';
import { asciiFields, type Extra, hexFields, reportCodes, type ReportKind, type Sample } from './sl651-reports.js';

export interface Sl651StationSpec {
  /** What faults call it. */
  readonly unit: number;
  readonly station: string;
  readonly stationClass: 'K' | 'P' | 'H';
  /** `levelM`, `rainMm`, `rainTotalMm`, `batteryV`, `status`. */
  readonly model: DeviceModel;
  readonly centre?: number;
  readonly password?: string;
  readonly encoding?: StationEncoding;
}

export interface Sl651StationOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: HydrologyFaults;
  /** Longest wait for an answer before the report is sent again. */
  readonly resendAfterMs: number;
  readonly zoneMinutes: number;
  /** Ends every wait. */
  readonly stopped: AbortSignal;
}

/** A report is sent at most so many times. */
const triesMax = 3;
/** Bytes of a message before it is cut into packets, and of each packet. */
const packetBytes = 512;
const nak = 0x15;
const samplesKept = 12;
/** Rain since the last report that makes an extra one. */
const stormMm = 1;

/** One station with its modem: sends reports and waits for their answers. */
export class Sl651Station {
  readonly spec: Sl651StationSpec;
  readonly #options: Sl651StationOptions;
  readonly #line: DialledLine;
  readonly #receiver = new AnswerReceiver();
  #samples: readonly Sample[] = [];
  #serial = 0;
  #reportedRainMm: number;
  #answered: (answer: Answer) => void = () => undefined;

  constructor(spec: Sl651StationSpec, options: Sl651StationOptions) {
    this.spec = spec;
    this.#options = options;
    this.#reportedRainMm = Number(spec.model.values['rainTotalMm'] ?? 0);
    const { host, port, clock, random, faults } = options;
    this.#line = new DialledLine({
      host,
      port,
      unit: spec.unit,
      clock,
      random,
      faults,
      spoil: spoilMessage,
      received: (bytes) => {
        for (const answer of this.#receiver.push(bytes)) this.#answered(answer);
      },
    });
  }

  get isConnected(): boolean {
    return this.#line.isConnected;
  }

  /** Resolves when the connection is over, whoever ended it. */
  ended(): Promise<void> {
    return this.#line.ended();
  }

  /** Times its modem has dialled. */
  get dials(): number {
    return this.#line.dials;
  }

  /** Keeps level and rain of five minutes for uniform and hourly reports. */
  sample(): void {
    const { values } = this.spec.model;
    const sample = { levelM: Number(values['levelM'] ?? 0), rainMm: Number(values['rainMm'] ?? 0) };
    this.#samples = [...this.#samples, sample].slice(-samplesKept);
  }

  /** True when so much rain has fallen since the last report that it cannot wait. */
  get isStorm(): boolean {
    return Number(this.spec.model.values['rainTotalMm'] ?? 0) - this.#reportedRainMm >= stormMm;
  }

  /**
   * Sends a report, again when no answer comes, three times at most. Resolves to the answer, or to undefined: a
   * keep-alive has none, others were not answered.
   */
  async report(kind: ReportKind, extra: Extra = {}): Promise<Answer | undefined> {
    // A keep-alive does not count.
    if (kind !== 'keep-alive') this.#serial = (this.#serial % 0xffff) + 1;
    const messages = this.#messages(kind, extra);
    if (kind === 'keep-alive') {
      await this.#send(messages[0] as UpMessage);
      return undefined;
    }
    for (let tries = 0; tries < triesMax && !this.#options.stopped.aborted; tries += 1) {
      const answer = await this.#sendAll(messages);
      if (!answer) continue;
      this.#reportedRainMm = Number(this.spec.model.values['rainTotalMm'] ?? 0);
      return answer;
    }
    return undefined;
  }

  /** Writes bytes as they are, for what no station should send. */
  raw(bytes: Buffer): Promise<void> {
    return this.#line.write(bytes, bytes);
  }

  hangUp(): Promise<void> {
    return this.#line.hangUp();
  }

  async #sendAll(messages: readonly UpMessage[]): Promise<Answer | undefined> {
    let expected = this.#nextAnswer();
    for (const message of messages) await this.#send(message);
    for (let again = 0; again <= messages.length; again += 1) {
      const answer = await expected;
      const asked = answer?.end === nak ? answer.packet : undefined;
      if (!asked) return answer;
      expected = this.#nextAnswer();
      await this.#send(messages[asked.sequence - 1] as UpMessage);
    }
    return undefined;
  }

  #send(message: UpMessage): Promise<void> {
    const other = String((Number.parseInt(message.station, 16) + 1) % 1e10).padStart(10, '0');
    return this.#line.write(writeMessage(message), writeMessage({ ...message, station: other }));
  }

  #nextAnswer(): Promise<Answer | undefined> {
    const { clock, resendAfterMs, stopped } = this.#options;
    const waiting = new AbortController();
    return new Promise((resolve) => {
      this.#answered = (answer) => {
        // One that comes late belongs to a report before.
        if (answer.serial !== this.#serial && answer.end !== nak) return;
        waiting.abort();
        resolve(answer);
      };
      void clock.wait(resendAfterMs, AbortSignal.any([waiting.signal, stopped])).then(() => resolve(undefined));
    });
  }

  #messages(kind: ReportKind, extra: Extra): readonly UpMessage[] {
    const { station, centre = 1, password = '1234', encoding = 'hex', stationClass, model } = this.spec;
    const { faults } = this.#options;
    const state = { station, stationClass, model, samples: this.#samples, isWrongDefinition: faults.isWrongDefinition };
    const time = this.#time();
    const fields = (encoding === 'hex' ? hexFields : asciiFields)(kind, state, time, extra);
    const body = this.#serial.toString(16).toUpperCase().padStart(4, '0') + time + fields;
    const message = { encoding, centre, station, password, code: reportCodes[kind], body, isLast: true };
    const size = packetBytes * (encoding === 'hex' ? 2 : 1);
    const total = Math.ceil(body.length / size);
    if (total === 1) return [message];
    return Array.from({ length: total }, (_, n) => ({
      ...message,
      body: body.slice(n * size, (n + 1) * size),
      packet: { total, sequence: n + 1 },
      isLast: n === total - 1,
    }));
  }

  /** 12 digits of the station's clock. */
  #time(): string {
    const { clock, zoneMinutes, faults } = this.#options;
    const digits = new Date(clock.utc() + zoneMinutes * 60_000).toISOString().slice(2, 19).replaceAll(/\D/g, '');
    return faults.year === undefined ? digits : String(faults.year % 100).padStart(2, '0') + digits.slice(2);
  }
}
