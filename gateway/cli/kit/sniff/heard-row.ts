import { type Asked, askedPlace, type Heard } from '../../../../drivers/modbus/index.js';
import { padEnd, padStart, textWidth } from '../../text-width.js';
import type { SniffMessages } from './messages/index.js';

/** Columns before the words: time, unit, mark, verdict, with two spaces after each. */
const timeColumns = 9;
const unitColumns = 4;
const verdictColumns = 3;

const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0').toUpperCase();

/** Cut to a width, with an ellipsis where something is left out. */
function cut(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = '';
  for (const sign of text) {
    if (textWidth(kept + sign) > columns - 1) break;
    kept += sign;
  }
  return `${kept}…`;
}

function row(cells: readonly [time: string, unit: string, verdict: string, what: string], columns: number): string {
  const [time, unit, verdict, what] = cells;
  const head = [padStart(time, timeColumns), padStart(unit, unitColumns), padEnd(verdict, verdictColumns)].join('  ');
  return `${head}  ${cut(what, columns - textWidth(head) - 2)}`.trimEnd();
}

/** The line above the transcript. */
export const heardHead = ({ heard }: SniffMessages, columns: number): string =>
  row([heard.time(), heard.unit(), '', heard.what()], columns);

const seconds = (ms: number): string => (ms / 1000).toFixed(3);
const tenths = (ms: number): string => ms.toFixed(1);

function requestText({ heard }: SniffMessages, asked: Asked): string {
  const place = askedPlace(asked);
  const read = asked.reads && heard.read({ place });
  if (!asked.writes) return read ?? heard.other({ place });
  const { values, ...range } = asked.writes;
  const written = askedPlace({ ...asked, reads: undefined, writes: { values, ...range } });
  const write = heard.write({ place: written, values: values.join(' ') });
  return read === undefined ? write : `${read} · ${write}`;
}

/** Values of a reply: registers as unsigned numbers, bits as 0 and 1; other bytes as hex. */
function valuesOf({ reads }: Asked, data: Uint8Array): string {
  if (!reads) return '';
  if (reads.table === 'coil' || reads.table === 'discrete') {
    return Array.from({ length: reads.end - reads.start }, (_, n) => ((data[n >> 3] ?? 0) >> (n & 7)) & 1).join('');
  }
  return Array.from({ length: data.length >> 1 }, (_, n) => ((data[n * 2] ?? 0) << 8) | (data[n * 2 + 1] ?? 0)).join(
    ' ',
  );
}

function replyText({ heard }: SniffMessages, one: Heard & { kind: 'reply' }): string {
  const ms = tenths(one.turnaroundMs);
  const text = one.data.length > 0 ? heard.reply({ ms, values: valuesOf(one.asked, one.data) }) : heard.done({ ms });
  return one.isDoubtful ? `${heard.late()} ${text}` : text;
}

function refusalText(m: SniffMessages, { code, turnaroundMs }: Heard & { kind: 'exception' }): string {
  const key = `e${code}` as keyof SniffMessages['exceptions'];
  const reason = (m.exceptions[key] ?? m.exceptions.unknown)();
  return m.heard.refused({ ms: tenths(turnaroundMs), code: hexByte(code), reason });
}

/** Mark, verdict and words of one line: `>` asks, `<` answers, `!` is neither. */
function words(m: SniffMessages, one: Heard): readonly [mark: string, verdict: string, text: string] {
  const { heard } = m;
  switch (one.kind) {
    case 'request': {
      const text = requestText(m, one.asked);
      return one.isCertain ? ['>', heard.right(), text] : ['>', heard.doubtful(), `${heard.maybe()} ${text}`];
    }
    case 'reply':
      return ['<', one.isDoubtful ? heard.doubtful() : heard.right(), replyText(m, one)];
    case 'exception':
      return ['<', heard.right(), refusalText(m, one)];
    case 'unanswered': {
      const ms = tenths(one.endMs - one.startMs);
      return ['!', '', one.damagedBytes > 0 ? heard.damagedReply({ ms }) : heard.noReply({ ms })];
    }
    case 'damaged': {
      const hex = [...one.bytes].map(hexByte).join(' ');
      return ['!', heard.wrong(), heard.damaged({ count: one.bytes.length, hex })];
    }
    case 'stray':
      return ['!', heard.right(), heard.stray({ code: hexByte(one.functionCode) })];
    case 'ambiguous':
      return ['!', heard.doubtful(), heard.ambiguous()];
  }
}

/** When a line is dated: a frame by its first byte, a silence by its end. */
const atMs = (one: Heard): number => (one.kind === 'unanswered' ? one.endMs : one.startMs);

function unitOf(one: Heard): string {
  if (one.kind === 'stray') return String(one.unit);
  return one.asked ? String(one.asked.unit) : '';
}

/** One line of the transcript, cut to `columns`. */
export function heardRow(m: SniffMessages, one: Heard, columns: number): string {
  const [mark, verdict, text] = words(m, one);
  return row([seconds(atMs(one)), unitOf(one), verdict, `${mark} ${text}`], columns);
}
