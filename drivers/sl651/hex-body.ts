import {
  extensionIdentifier,
  lead,
  type SeriesForm,
  seriesForm,
  seriesLength,
  stationClasses,
  statusElement,
  stepIdentifier,
} from './elements.js';
import { decodeBcd, decodeBits, type ToldValue } from './number-field.js';
import { uniformReport } from './protocol.js';
import { ReportBuilder } from './report-builder.js';
import type { BodyOptions, Report } from './report.js';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** What a body ends in when its next field is longer than what is left. */
class CutShort extends Error {}

/** Takes fields off a body, from its beginning. */
class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  take(count: number, what: string): Uint8Array {
    if (count > this.left) throw new CutShort(`${what} needs ${count} bytes, ${this.left} are left`);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  byte(what: string): number {
    return this.take(1, what)[0] as number;
  }

  rest(): Uint8Array {
    return this.take(this.left, 'the rest');
  }
}

/**
 * Reads the body of a HEX/BCD message: serial number, time of sending, then fields that each begin with an identifier
 * and a definition byte (high five bits bytes, low three decimals); SL 651-2014 §6.6.3. What cannot be read is a fault of
 * the report and ends it, for nothing after it can be told apart; what stands before is kept. Undefined when the body is
 * too short for the first two.
 */
export function decodeHexBody(body: Uint8Array, code: number, options: BodyOptions): Report | undefined {
  const headingBytes = 8;
  if (body.length < headingBytes) return undefined;
  const serial = Buffer.from(body).readUInt16BE(0);
  const report = new ReportBuilder({ serial, sent: hexOf(body.subarray(2, headingBytes)) }, options);
  const cursor = new Cursor(body.subarray(headingBytes));
  try {
    while (cursor.left > 0) readField(cursor, code, report);
  } catch (error) {
    if (!(error instanceof CutShort)) throw error;
    report.fault(error.message);
  }
  return report.build();
}

function readField(cursor: Cursor, code: number, report: ReportBuilder): void {
  const identifier = cursor.byte('an identifier');
  switch (identifier) {
    case lead.observed:
      skipRepeated(cursor, identifier);
      return report.observed(hexOf(cursor.take(5, 'an observation time')));
    case lead.station:
      skipRepeated(cursor, identifier);
      cursor.take(5, 'the address of the station');
      if (stationClasses.has(cursor.peek() ?? 0)) cursor.byte('the class of the station');
      return;
    case lead.manual:
      skipRepeated(cursor, identifier);
      return report.manual(cursor.rest());
    case lead.picture:
      skipRepeated(cursor, identifier);
      return report.picture(cursor.rest());
    case stepIdentifier:
      cursor.byte('the definition of the time step');
      return readSteps(cursor, stepMsOf(hexOf(cursor.take(3, 'the time step'))), code, report);
    default:
      readElement(cursor, identifier, code, report);
  }
}

/** These stand twice, the second time as their own definition; some stations leave that out. */
function skipRepeated(cursor: Cursor, identifier: number): void {
  if (cursor.peek() === identifier) cursor.byte('a definition');
}

const elementName = (cursor: Cursor, identifier: number): string =>
  identifier === extensionIdentifier
    ? `FF${hexOf(cursor.take(1, 'an extended identifier'))}`
    : hexOf(Uint8Array.of(identifier));

function readElement(cursor: Cursor, identifier: number, code: number, report: ReportBuilder): void {
  const element = elementName(cursor, identifier);
  const definition = cursor.byte(`the definition of element ${element}`);
  const form = seriesForm(element);
  if (form) return readSeries(cursor, element, form, code, report);
  report.value(element, decodeElement(element, definition, cursor));
}

function decodeElement(element: string, definition: number, cursor: Cursor): ToldValue {
  const count = definition >> 3;
  if (count === 0) throw new CutShort(`element ${element} is said to have no bytes`);
  const bytes = cursor.take(count, `element ${element}`);
  return element === statusElement ? decodeBits(bytes) : decodeBcd(bytes, definition & 0x07);
}

/** Twelve values; in a uniform report any number of hours in a row. */
function readSeries(cursor: Cursor, element: string, form: SeriesForm, code: number, report: ReportBuilder): void {
  const count = form.bytesEach * seriesLength;
  report.series(element, form, cursor.take(count, `the twelve values of element ${element}`));
  if (code !== uniformReport) return;
  for (let hour = 1; cursor.left > 0; hour += 1) {
    report.series(element, form, cursor.take(count, `the twelve values of element ${element}`), hour);
  }
}

/**
 * Days, hours and minutes, two digits each: 000005 is five minutes, 000100 an hour. Zero where twelve values of an hour
 * each follow; undefined when they are no digits.
 */
function stepMsOf(digits: string): number | undefined {
  const [, days, hours, minutes] = /^(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  return days === undefined ? undefined : ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000;
}

/**
 * After the time step one identifier stands once and its values follow to the end of the body, all of one length
 * (§6.6.4.4, table 30). What is not a whole number of them is none of this form, and no value is taken from it.
 */
function readSteps(cursor: Cursor, stepMs: number | undefined, code: number, report: ReportBuilder): void {
  if (stepMs === undefined) throw new CutShort('the time step is no number of days, hours and minutes');
  if (stepMs === 0 || code !== uniformReport) return;
  const element = elementName(cursor, cursor.byte('the identifier after the time step'));
  const definition = cursor.byte(`the definition of element ${element}`);
  const count = definition >> 3;
  if (count === 0 || cursor.left % count !== 0) {
    throw new CutShort(`${cursor.left} bytes are no whole number of values of element ${element}, ${count} bytes each`);
  }
  const told: ToldValue[] = [];
  while (cursor.left > 0) told.push(decodeElement(element, definition, cursor));
  report.steps(element, told, stepMs);
}
