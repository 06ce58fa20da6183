import { type CliMessages, messages } from '../../messages/index.js';

/** The columns of a master alarm database, in their order. */
export const columns = [
  'key',
  'device',
  'tag',
  'kind',
  'limit',
  'unit',
  'class',
  'priority',
  'causeZh',
  'causeEn',
  'consequenceZh',
  'consequenceEn',
  'actionZh',
  'actionEn',
  'respondWithin',
  'severity',
  'owner',
  'source',
  'date',
  'group',
] as const;
export type Column = (typeof columns)[number];

/** One alarm, a text a column; empty where there is none. */
export type MasterRow = Readonly<Record<Column, string>>;

export const headingOf = ({ master: t }: CliMessages, column: Column): string =>
  ({
    key: t.headKey,
    device: t.headDevice,
    tag: t.headTag,
    kind: t.headKind,
    limit: t.headLimit,
    unit: t.headUnit,
    class: t.headClass,
    priority: t.headPriority,
    causeZh: t.headCauseZh,
    causeEn: t.headCauseEn,
    consequenceZh: t.headConsequenceZh,
    consequenceEn: t.headConsequenceEn,
    actionZh: t.headActionZh,
    actionEn: t.headActionEn,
    respondWithin: t.headRespondWithin,
    severity: t.headSeverity,
    owner: t.headOwner,
    source: t.headSource,
    date: t.headDate,
    group: t.headGroup,
  })[column]();

const plain = (heading: string): string => heading.normalize('NFKC').replaceAll(/\s+/g, '').toLowerCase();

/** Where each column of a sheet stands, by its heading in either language. */
export function columnsOf(headings: readonly string[]): Map<Column, number> {
  const known = new Map(
    [messages('zh'), messages('en')].flatMap((m) => columns.map((one) => [plain(headingOf(m, one)), one] as const)),
  );
  const found = new Map<Column, number>();
  for (const [index, heading] of headings.entries()) {
    const column = known.get(plain(heading));
    if (column && !found.has(column)) found.set(column, index);
  }
  return found;
}

/** `A` … `Z`, `AA` …: a column's letter from its index. */
export function columnLetter(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnLetter(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}
