import { type SeriesForm, seriesLength, seriesStepMs } from './elements.js';
import { decodeBinary, type ToldValue } from './number-field.js';
import type { BodyOptions, Observation, Report } from './report.js';
import { parseStationTime } from './station-time.js';

/** A serial number and 12 digits of time: every body begins with them. */
export interface BodyHeading {
  readonly serial: number;
  readonly sent: string;
}

/** Gathers a report while its body is read, in either encoding. */
export class ReportBuilder {
  readonly #heading: BodyHeading;
  readonly #options: BodyOptions;
  readonly #sentAt: number | undefined;
  readonly #observations: Observation[] = [];
  readonly #faults: string[] = [];
  #observedAt: number | undefined;
  #manual: Uint8Array | undefined;
  #picture: Uint8Array | undefined;

  constructor(heading: BodyHeading, options: BodyOptions) {
    this.#heading = heading;
    this.#options = options;
    this.#sentAt = parseStationTime(heading.sent, options.zoneMinutes);
    if (this.#sentAt === undefined) this.fault(`its time of sending, ${heading.sent}, is none`);
  }

  /** What follows was observed then, until another time is told. */
  observed(digits: string): void {
    this.#observedAt = parseStationTime(digits, this.#options.zoneMinutes);
    if (this.#observedAt === undefined) this.fault(`an observation time, ${digits}, is none`);
  }

  value(element: string, told: ToldValue): void {
    this.#observations.push({ element, at: this.#observedAt, ...told });
  }

  /** Values at equal steps, the first at the observation time. */
  steps(element: string, told: readonly ToldValue[], stepMs: number): void {
    const first = this.#observedAt;
    for (const [n, one] of told.entries()) {
      this.#observations.push({ element, at: first === undefined ? undefined : first + n * stepMs, ...one });
    }
  }

  /** Twelve values of five minutes each, `hour` whole hours after the observation time. */
  series(element: string, form: SeriesForm, bytes: Uint8Array, hour = 0): void {
    const told = Array.from({ length: seriesLength }, (_, n) =>
      decodeBinary(bytes.subarray(n * form.bytesEach, (n + 1) * form.bytesEach), form.decimals, form.invalid),
    );
    const first = this.#seriesStart();
    for (const [n, one] of told.entries()) {
      const at = first === undefined ? undefined : first + (hour * seriesLength + n) * seriesStepMs;
      this.#observations.push({ element, at, ...one });
    }
  }

  manual(bytes: Uint8Array): void {
    this.#manual = bytes;
  }

  picture(bytes: Uint8Array): void {
    this.#picture = bytes;
  }

  fault(text: string): void {
    this.#faults.push(text);
  }

  build(): Report {
    return {
      ...this.#heading,
      sentAt: this.#sentAt,
      observations: this.#observations,
      observedAt: this.#observedAt,
      manual: this.#manual,
      picture: this.#picture,
      faults: this.#faults,
    };
  }

  /**
   * Some stations write the time of the first of the twelve, others that of the last. Nothing can be observed after it
   * was sent: where the twelve would end later than that, the time is that of the last.
   */
  #seriesStart(): number | undefined {
    const observed = this.#observedAt;
    if (observed === undefined) return undefined;
    const spanMs = (seriesLength - 1) * seriesStepMs;
    const { seriesTime } = this.#options;
    const endsLater = this.#sentAt !== undefined && observed + spanMs > this.#sentAt;
    return seriesTime === 'last' || (seriesTime === 'auto' && endsLater) ? observed - spanMs : observed;
  }
}
