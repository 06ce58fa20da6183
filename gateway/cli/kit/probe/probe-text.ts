import {
  decodeForm,
  type Form,
  modiconNumber,
  type RankedDecoding,
  type RegisterWindow,
} from '../../../../drivers/modbus/index.js';
import type { Cli } from '../../cli.js';
import { percent } from '../../numbers.js';
import { table } from '../../table.js';
import { textWidth, wrapText } from '../../text-width.js';
import { kitMessages } from '../kit-messages.js';

const orders = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
const wideTypes = [
  ['int32', 2],
  ['uint32', 2],
  ['float32', 2],
  ['bcd32', 2],
  ['float64', 4],
] as const;
const functionOf = { holding: '03', input: '04' } as const;
/** Decodings shown of those that give what the display shows. */
const rankedMax = 8;
/** Before what a line of the terminal has no room for; a tag of a profile may go on so on the next line. */
const remarkIndent = '          ';
const lineIndent = '    ';

const figures = (value: number | undefined): string => {
  if (value === undefined) return '–';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return String(value);
  return size !== 0 && (size >= 1e10 || size < 1e-4) ? value.toExponential(3) : String(Number(value.toPrecision(7)));
};

/** Registers of one table in every meaning that one register has, `asked` marked. */
export function windowText(cli: Cli, window: RegisterWindow, asked: number): string {
  const { probe: m } = kitMessages(cli.language);
  const { table: name, start, words } = window;
  const last = start + words.length - 1;
  const modicon = (register: number): string => modiconNumber({ table: name, register });
  const ends = { first: start, last, modiconFirst: modicon(start), modiconLast: modicon(last) };
  const head = m.head({ table: name, ...ends, code: functionOf[name] });
  const columns = ['', m.register16(), m.modicon(), 'hex', 'int16', 'uint16', '×0.1', '×0.01', m.offset(), 'BCD'];
  const rows = words.map((word, n) => {
    const mark = start + n === asked ? '→' : '';
    const cells = word === undefined ? ['–'] : wordCells(word);
    return [mark, String(start + n), modicon(start + n), ...cells];
  });
  return `${head}\n${fittingTable(cli, [[...columns, 'bits', 'ASCII'], ...rows], 'lrrlrrrrrrll', 3)}`;
}

/** Columns beyond the terminal go on in a table below, behind the same `heads` first columns. */
function fittingTable(cli: Cli, rows: readonly (readonly string[])[], align: string, heads: number): string {
  const tableOf = (end: number): string =>
    table(
      rows.map((row) => row.slice(0, end)),
      align,
    );
  const isFitting = (text: string): boolean => text.split('\n').every((line) => textWidth(line) <= cli.columns);
  let end = rows[0]?.length ?? 0;
  while (end > heads + 1 && !isFitting(tableOf(end))) end -= 1;
  if (end === (rows[0]?.length ?? 0)) return tableOf(end);
  const rest = rows
    .filter((row) => row.slice(end).some((cell) => cell !== ''))
    .map((row) => [...row.slice(0, heads), ...row.slice(end)]);
  const restAlign = align.slice(0, heads) + align.slice(end);
  return `${tableOf(end)}\n${fittingTable(cli, rest, restAlign, heads)}`;
}

function wordCells(word: number): string[] {
  const signed = word >= 0x8000 ? word - 0x1_0000 : word;
  const hex = word.toString(16).padStart(4, '0').toUpperCase();
  const offset = word >= 10_000 ? String(10_000 - word) : '';
  const bits = word
    .toString(2)
    .padStart(16, '0')
    .replace(/(.{4})(?!$)/g, '$1 ');
  const text = [word >> 8, word & 0xff].map((code) => (code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '·'));
  return [
    hex,
    String(signed),
    signed === word ? '' : String(word),
    figures(signed / 10),
    figures(signed / 100),
    offset,
    /^\d+$/.test(hex) ? String(Number(hex)) : '',
    bits,
    text.join(''),
  ];
}

/** Two and four registers from one on, in each order. */
export function wideText(cli: Cli, { table: name, start, words }: RegisterWindow, register: number): string {
  const { probe: m } = kitMessages(cli.language);
  const rows = wideTypes.map(([type, registers]) => [
    type,
    ...orders.map((order) => figures(decodeForm(wideForm(type, order, registers), words, register - start))),
  ]);
  const head = m.wide({ register, modicon: modiconNumber({ table: name, register }) });
  return `${wrapText(head, cli.columns)}\n${fittingTable(cli, [['', ...orders], ...rows], 'lrrrr', 1)}`;
}

const wideForm = (type: Form['type'], order: Form['order'], registers: number): Form => ({ type, order, registers });

/** Decodings that give what is shown, the most plausible first, and the profile line of the first. */
export function rankedText(cli: Cli, ranked: readonly RankedDecoding[], shown: string): string {
  const { probe: m } = kitMessages(cli.language);
  const [best] = ranked;
  if (!best) return wrapText(m.none({ shown }), cli.columns);
  const rows = ranked.slice(0, rankedMax).map((one) => {
    const place = m.place({ table: one.table, register: one.register, modicon: modiconNumber(one) });
    const scale = one.scale === 1 ? '' : `× ${one.scale}`;
    return [percent(one.share), place, formText(one.form), scale, figures(one.value)];
  });
  const lines = table(rows, 'rlllr')
    .split('\n')
    .map((line, n) => {
      const { likeness } = ranked[n] as RankedDecoding;
      const remark = likeness === 'rounded' ? '' : `  ${m[likeness]()}`;
      return wrapText(line + remark, cli.columns, remarkIndent);
    });
  return [
    m.ranked({ shown }),
    ...lines,
    m.line({ line: wrapText(tagLine(best), cli.columns - lineIndent.length, lineIndent) }),
    wrapText(m.sure(), cli.columns),
  ].join('\n');
}

const formText = ({ type, order, sign, byte, registers }: Form): string =>
  [type, sign ?? '', byte ?? '', registers > 1 || order !== 'ABCD' ? order : ''].filter((part) => part).join(' ');

/** A tag as it stands in a profile. */
export function tagLine({ table: name, register, form, scale }: Omit<RankedDecoding, 'bits' | 'share'>): string {
  const { type, order, sign, byte } = form;
  const parts = [
    `register: ${name} ${register}`,
    `type: ${type}`,
    ...(order === 'ABCD' ? [] : [`order: ${order}`]),
    ...(sign ? [`sign: ${sign}`] : []),
    ...(byte ? [`byte: ${byte}`] : []),
    ...(scale === 1 ? [] : [`scale: ${scale}`]),
  ];
  return `value: { ${parts.join(', ')}, unit: "" }`;
}
