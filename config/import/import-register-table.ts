import { Document, isMap, isPair, isScalar } from 'yaml';
import type { DriverDefinition, Text } from '../../gateway/contract/index.js';
import { text } from '../messages/index.js';
import type { Registries } from '../registries.js';
import { currentVersion } from '../schema/site-schema.js';
import { normaliseUnit } from '../schema/units.js';
import { readRegister } from './cells.js';
import { columnLetter, findHeadings, type Headings } from './headings.js';
import { readTable, type Table } from './read-table.js';
import { type CellFinding, type ImportedTag, RowReader } from './row.js';
import type { Column } from './vocabulary.js';

export interface ImportOptions {
  /** Name of the profile. */
  readonly profile: string;
  /** Interval it is polled at; `10s` when left out. */
  readonly poll?: string;
}

/** Something wrong with a cell. Rows count from 1, columns are letters, as spreadsheets show them. */
export interface CellProblem {
  readonly row: number;
  readonly column: string;
  readonly what: Text;
  readonly remedy: Text;
  readonly warning: boolean;
}

export interface ImportResult {
  /** The profile with every row that could be read; undefined where none could. */
  readonly yaml: string | undefined;
  readonly problems: readonly CellProblem[];
  readonly warnings: readonly CellProblem[];
}

interface Row {
  readonly number: number;
  readonly name: string;
  readonly keys: ImportedTag;
  readonly comment: string;
}

/** An empty row, or one cell alone that heads a part of the table (`一、实时数据`). */
function isNoTag(row: Table[number]): boolean {
  const [only, ...others] = row.filter((cell) => cell.text !== '');
  return only === undefined || (others.length === 0 && readRegister(only.text, false) === undefined);
}

/** Keys of a tag and the column each comes from, where they differ. */
const columnOfKey: Readonly<Record<string, Column>> = {
  length: 'count',
  register: 'register',
  type: 'type',
  order: 'order',
  bit: 'bit',
};

/** What the driver itself says of a row, at the cell it came from. */
function driverFindings(driver: DriverDefinition<never, never, never>, keys: ImportedTag): CellFinding[] {
  const common = new Set(['scale', 'offset', 'unit', 'resolution', 'range']);
  const own = Object.fromEntries(Object.entries(keys).filter(([key]) => !common.has(key)));
  const issues = driver.tag.safeParse(own).error?.issues ?? [];
  return issues.map((issue) => {
    const params: Readonly<Record<string, unknown>> = (issue.code === 'custom' ? issue.params : undefined) ?? {};
    const told = { en: issue.message, zh: issue.message };
    return {
      column: columnOfKey[String(issue.path[0])] ?? 'register',
      what: (params['what'] as Text | undefined) ?? told,
      remedy: (params['remedy'] as Text | undefined) ?? text((m) => m.table.checkType()),
      warning: false,
    };
  });
}

function document(options: ImportOptions, driver: string, rows: readonly Row[]): string {
  const tags = Object.fromEntries(
    rows.map(({ name, keys }) => [
      name,
      'unit' in keys ? { ...keys, unit: normaliseUnit(String(keys['unit'])) } : keys,
    ]),
  );
  const profile = new Document({
    version: currentVersion,
    profile: options.profile,
    driver,
    poll: options.poll ?? '10s',
    tags,
  });
  const comments = new Map(rows.map((row) => [row.name, row.comment]));
  const map = profile.get('tags');
  for (const pair of isMap(map) ? map.items : []) {
    if (!isPair(pair) || !isMap(pair.value)) continue;
    pair.value.flow = true;
    const comment = comments.get(String(isScalar(pair.key) ? pair.key.value : pair.key));
    if (comment) pair.value.comment = ` ${comment.replaceAll(/\s+/g, ' ')}`;
    const range = pair.value.get('range', true);
    if (typeof range === 'object') Object.assign(range, { flow: true });
  }
  return profile.toString({ lineWidth: 0 });
}

function readRows(table: Table, headings: Headings, driver: DriverDefinition<never, never, never>) {
  const registerAt = headings.columns.get('register') as number;
  const body = table.slice(headings.row + 1);
  const hasModicon = body.some((row) => readRegister(row[registerAt]?.text ?? '', headings.isHex)?.area !== undefined);
  const facts = { hasModicon, names: new Set<string>() };
  const rows: Row[] = [];
  const problems: CellProblem[] = [];
  for (const [index, cells] of body.entries()) {
    if (isNoTag(cells)) continue;
    const number = headings.row + index + 2;
    const { tag, findings } = new RowReader(headings, cells, facts).read();
    const all = [...findings, ...(tag ? driverFindings(driver, tag.keys) : [])];
    for (const { column, ...finding } of all) {
      const at = headings.columns.get(column) ?? registerAt;
      problems.push({ row: number, column: columnLetter(at), ...finding });
    }
    if (tag && all.every((finding) => finding.warning)) rows.push({ number, ...tag });
  }
  return { rows, problems };
}

function assumptions(headings: Headings, rows: readonly Row[]): CellProblem[] {
  const at = headings.columns.get('register') as number;
  const assumed = rows.some(({ keys }) => String(keys['register']).startsWith('holding'));
  if (headings.columns.has('function') || !assumed) return [];
  return [
    {
      row: headings.row + 1,
      column: columnLetter(at),
      what: text((m) => m.table.noFunctionColumn()),
      remedy: text((m) => m.table.addFunctionColumn()),
      warning: true,
    },
  ];
}

const whole = (what: Text, remedy: Text): ImportResult => ({
  yaml: undefined,
  problems: [{ row: 1, column: 'A', what, remedy, warning: false }],
  warnings: [],
});

/**
 * Turns a technician's register table into a profile for the Modbus driver: CSV (comma, semicolon, tab; UTF-8, UTF-16,
 * GBK) or .xlsx, headings in Chinese or English. What cannot be read is told by cell; the other rows are given all the
 * same. Never rejects.
 */
export function registerTableImporter(
  registries: Registries,
): (bytes: Uint8Array, options: ImportOptions) => Promise<ImportResult> {
  const driverName = 'modbus';
  return async (bytes, options) => {
    const table = await readTable(bytes);
    if ('what' in table) return whole(table.what, table.remedy);
    const headings = findHeadings(table.rows);
    if (!headings)
      return whole(
        text((m) => m.table.noHeadings()),
        text((m) => m.table.giveHeadings()),
      );
    const driver = registries.drivers[driverName] as DriverDefinition<never, never, never>;
    const { rows, problems } = readRows(table.rows, headings, driver);
    const all = [...problems, ...assumptions(headings, rows)].toSorted((a, b) => a.row - b.row);
    return {
      yaml: rows.length > 0 ? document(options, driverName, rows) : undefined,
      problems: all.filter((problem) => !problem.warning),
      warnings: all.filter((problem) => problem.warning),
    };
  };
}
