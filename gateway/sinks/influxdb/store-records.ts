import type { WriteOutcome } from '../../contract/index.js';
import { LineBuffer } from './line-buffer.js';
import { type Point, type PointField, pointLine } from './point.js';
import type { RefusedFields } from './refused-fields.js';

/** What the server said to some lines. Everything that means "later" is thrown instead. */
export type LinesAnswer = 'stored' | 'too-large' | { readonly refused: string };

/** Records as lines, by index. */
export interface LineSource {
  readonly count: number;
  /** The record's offset in its lane. */
  offset(index: number): number;
  /** Writes this record's line, with its line break; false when the record has no place in time. */
  write(into: LineBuffer, index: number): boolean;
  /** The same record taken apart. */
  point(index: number): Point;
}

type Parked = NonNullable<WriteOutcome['parked']>[number];
type Rejected = NonNullable<WriteOutcome['rejected']>[number];

/**
 * Writes a batch and finds out what of it is refused.
 *
 * InfluxDB 1.x answers 400 to the whole request although it stored the good lines of it, and names one culprit of
 * perhaps many. So a refused range is halved until single records are left, and a refused record is halved until single
 * fields are. Good lines are written again on the way, which changes nothing: a line is a pure function of its record.
 */
export class StoreRecords {
  readonly #source: LineSource;
  readonly #send: (lines: Uint8Array) => Promise<LinesAnswer>;
  readonly #known: RefusedFields;
  readonly #isOver: () => boolean;
  readonly #rejected: Rejected[] = [];
  readonly #parked: Parked[] = [];
  /** Index of the first record left for the next write. */
  #stoppedAt: number | undefined;

  /** `isOver` says that the search has taken its time: the records not yet settled are then left for the next write. */
  constructor(
    source: LineSource,
    send: (lines: Uint8Array) => Promise<LinesAnswer>,
    known: RefusedFields,
    isOver: () => boolean,
  ) {
    this.#source = source;
    this.#send = send;
    this.#known = known;
    this.#isOver = isOver;
  }

  async run(): Promise<WriteOutcome> {
    await this.#range(0, this.#source.count);
    return {
      ...(this.#stoppedAt !== undefined && { resumeFrom: this.#source.offset(this.#stoppedAt) }),
      ...(this.#rejected.length > 0 && { rejected: this.#rejected }),
      ...(this.#parked.length > 0 && { parked: this.#parked }),
    };
  }

  async #range(from: number, to: number): Promise<void> {
    if (this.#stoppedAt !== undefined) return;
    if (from > 0 && this.#isOver()) {
      this.#stoppedAt = from;
      return;
    }
    // Asked anew for each half: what one half taught spares the other its search.
    const { lines, skipped } = this.#lines(from, to);
    const answer = lines.length === 0 ? 'stored' : await this.#send(lines);
    if (answer === 'stored') {
      for (const note of skipped) note();
    } else if (to - from > 1) {
      const middle = from + ((to - from) >> 1);
      await this.#range(from, middle);
      await this.#range(middle, to);
    } else if (answer === 'too-large') {
      this.#rejected.push({ index: from, reason: 'the record alone is larger than the server takes' });
    } else if (await this.#record(from, answer.refused)) {
      for (const note of skipped) note();
    }
  }

  /** The lines of a range, and what is to be noted about it once they are stored. */
  #lines(from: number, to: number): { lines: Uint8Array; skipped: (() => void)[] } {
    const skipped: (() => void)[] = [];
    const lines = new LineBuffer();
    for (let index = from; index < to; index++) {
      const has = this.#known.isEmpty ? this.#source.write(lines, index) : this.#writeKnown(lines, index, skipped);
      if (!has) skipped.push(() => this.#rejected.push({ index, reason: 'its UTC time is not known' }));
    }
    return { lines: lines.bytes, skipped };
  }

  /** The same without the fields known to be refused. */
  #writeKnown(lines: LineBuffer, index: number, skipped: (() => void)[]): boolean {
    const before = lines.length;
    if (!this.#source.write(lines, index)) return false;
    const point = this.#source.point(index);
    const { fields, refused } = this.#divide(point);
    if (refused.length === 0) return true;
    lines.truncate(before);
    for (const { name, reason } of refused) skipped.push(() => this.#parked.push({ index, tag: name, reason }));
    if (fields.length > 0) lines.text(pointLine(point, fields));
    return true;
  }

  /** The fields worth trying, and those known to be refused. */
  #divide(point: Point): { fields: PointField[]; refused: { name: string; reason: string }[] } {
    const fields: PointField[] = [];
    const refused: { name: string; reason: string }[] = [];
    for (const field of point.fields) {
      const reason = this.#known.reasonFor(point, field);
      if (reason === undefined) fields.push(field);
      else refused.push({ name: field.name, reason });
    }
    return { fields, refused };
  }

  /** Finds what of one refused record is at fault; false when nothing of it was stored. */
  async #record(index: number, words: string): Promise<boolean> {
    const point = this.#source.point(index);
    const { fields } = this.#divide(point);
    const whole = await this.#isRefusedWhole(point, fields);
    const refused = whole ? [] : await this.#refusedFields(point, fields);
    if (whole || refused.length === fields.length) {
      this.#rejected.push({ index, reason: words });
      return false;
    }
    for (const { field, reason } of refused) {
      this.#known.remember(point, field, reason);
      this.#parked.push({ index, tag: field.name, reason });
    }
    return true;
  }

  /**
   * Refused for what it is (older than the retention policy, one series too many), not for a field: then its first and
   * its last field alone are refused in the same words. Spares a backlog of such records a search by field each.
   */
  async #isRefusedWhole(point: Point, fields: readonly PointField[]): Promise<boolean> {
    const [first, last] = [fields.at(0), fields.at(-1)];
    if (fields.length < 3 || !first || !last) return false;
    const one = await this.#sendFields(point, [first]);
    if (typeof one === 'string') return false;
    const other = await this.#sendFields(point, [last]);
    return typeof other !== 'string' && other.refused === one.refused;
  }

  #sendFields(point: Point, fields: readonly PointField[]): Promise<LinesAnswer> {
    return this.#send(Buffer.from(pointLine(point, fields)));
  }

  async #refusedFields(point: Point, fields: readonly PointField[]): Promise<{ field: PointField; reason: string }[]> {
    const [first] = fields;
    if (!first) return [];
    const answer = await this.#sendFields(point, fields);
    if (typeof answer === 'string') return [];
    if (fields.length === 1) return [{ field: first, reason: answer.refused }];
    const middle = fields.length >> 1;
    const left = await this.#refusedFields(point, fields.slice(0, middle));
    return [...left, ...(await this.#refusedFields(point, fields.slice(middle)))];
  }
}
