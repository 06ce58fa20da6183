import { elementOfName, seriesForm, seriesLength, statusElement } from './elements.js';
import { decodeAscii, decodeBits, type ToldValue } from './number-field.js';
import { ReportBuilder } from './report-builder.js';
import type { BodyOptions, Report } from './report.js';

/** Takes words off a body; spaces part them. */
class Words {
  readonly #text: string;
  readonly #places: readonly { readonly word: string; readonly at: number }[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#places = Array.from(text.matchAll(/[^ ]+/g), ({ 0: word, index: at }) => ({ word, at }));
  }

  get isOver(): boolean {
    return this.#next >= this.#places.length;
  }

  /** The word so many places on; empty where there is none. */
  peek(places = 0): string {
    return this.#places[this.#next + places]?.word ?? '';
  }

  next(): string {
    this.#next += 1;
    return this.peek(-1);
  }

  /** Everything left but the space that ends a body. */
  rest(): Uint8Array {
    const at = this.#places[this.#next]?.at ?? this.#text.length;
    this.#next = this.#places.length;
    return Buffer.from(this.#text.slice(at).replace(/ $/, ''), 'latin1');
  }
}

const headingPattern = /^([0-9A-Fa-f]{4}) ?(\d{12})/;
/** A letter, or its code as two digits. */
const classPattern = /^(?:[A-Z]|[0-9A-F]{2})$/;
/** `DRD01` days, `DRH01` hours, `DRN05` minutes; `DRH00` where twelve values of an hour each follow. */
const stepPattern = /^DR([DHN])(\d\d)$/;
const unitMs = { D: 86_400_000, H: 3_600_000, N: 60_000 } as const;
const valuePattern = /^(?:-?\d+(?:\.\d+)?|M|F)$/;

/**
 * Reads the body of an ASCII message: serial number and time of sending, then words; SL 651-2014 §6.6.2. The same report
 * comes of it as of a HEX/BCD one. Undefined when it does not begin with the first two.
 */
export function decodeAsciiBody(body: Uint8Array, options: BodyOptions): Report | undefined {
  // Bytes stay bytes: a picture stands here unchanged.
  const text = Buffer.from(body).toString('latin1');
  const [heading, serial, sent] = headingPattern.exec(text) ?? [];
  if (heading === undefined || serial === undefined || sent === undefined) return undefined;
  const report = new ReportBuilder({ serial: Number.parseInt(serial, 16), sent }, options);
  const words = new Words(text.slice(heading.length));
  while (!words.isOver) readWord(words, report);
  return report.build();
}

function readWord(words: Words, report: ReportBuilder): void {
  const name = words.next();
  const [, unit, count] = stepPattern.exec(name) ?? [];
  if (unit !== undefined) {
    const stepMs = unitMs[unit as keyof typeof unitMs] * Number(count);
    if (stepMs > 0) readSteps(words, stepMs, report);
    return;
  }
  switch (name) {
    case 'ST':
      words.next();
      if (classPattern.test(words.peek()) && words.peek(1) === 'TT') words.next();
      return;
    case 'TT':
      return report.observed(words.next());
    case 'RGZS':
      return report.manual(words.rest());
    case 'PIC':
      return report.picture(words.rest());
    default:
      readElement(name, words, report);
  }
}

function readElement(name: string, words: Words, report: ReportBuilder): void {
  const element = elementOfName(name);
  if (words.isOver) return report.fault(`element ${name} has no value`);
  const word = words.next();
  const form = seriesForm(element);
  if (!form) return report.value(element, decodeWord(element, word));
  const bytes = Buffer.from(word, 'hex');
  if (bytes.length === seriesLength * form.bytesEach && word.length === 2 * bytes.length) {
    return report.series(element, form, bytes);
  }
  report.fault(`element ${name} should be ${seriesLength} values of ${2 * form.bytesEach} digits, not ${word}`);
}

const decodeWord = (element: string, word: string): ToldValue =>
  element === statusElement && /^[0-9A-Fa-f]{8}$/.test(word) ? decodeBits(Buffer.from(word, 'hex')) : decodeAscii(word);

/** Names once, then their values group by group, each group a step after the last; §6.6.4.4, table 30. */
function readSteps(words: Words, stepMs: number, report: ReportBuilder): void {
  const names: string[] = [];
  while (!words.isOver && !valuePattern.test(words.peek())) names.push(words.next());
  const told: ToldValue[] = [];
  while (!words.isOver && valuePattern.test(words.peek())) told.push(decodeAscii(words.next()));
  if (names.length === 0 || told.length % names.length !== 0) {
    return report.fault(`${told.length} values are no whole groups of ${names.join(', ')}`);
  }
  for (const [place, name] of names.entries()) {
    const own = told.filter((_, n) => n % names.length === place);
    report.steps(elementOfName(name), own, stepMs);
  }
}
