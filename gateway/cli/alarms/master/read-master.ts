import type { SiteAlarm } from '../../../runtime/index.js';
import type { CliMessages } from '../../messages/index.js';
import { type Field, type FieldValue, fields } from './alarm-block.js';
import { type Column, columnLetter, columnsOf, type MasterRow } from './columns.js';
import { columnOfField, faultOf, isSame, valueIn } from './sheet-field.js';

/** Something about one cell of a sheet, in words. */
export interface CellRemark {
  /** From 1. */
  readonly row: number;
  readonly column: string;
  readonly what: string;
}

/** A field of one kind of one rule that the sheet has otherwise than the site file. */
export interface SheetChange {
  readonly rule: string;
  readonly kind: string;
  readonly field: Field;
  readonly from: FieldValue | undefined;
  readonly value: FieldValue | undefined;
  readonly row: number;
  readonly column: string;
}

export interface ReadMaster {
  readonly changes: readonly SheetChange[];
  /** What makes the sheet useless until it is mended. */
  readonly problems: readonly CellRemark[];
  /** What is not taken over. */
  readonly remarks: readonly CellRemark[];
  /** Priorities the sheet asks for, to be held against what follows from the rest. */
  readonly priorities: readonly {
    readonly key: string;
    readonly row: number;
    readonly column: string;
    readonly asked: string;
  }[];
}

interface Known {
  readonly alarm: SiteAlarm;
  readonly row: MasterRow;
}

/** Told, and not taken over: they come from the rule and the profile. */
const facts = ['device', 'tag', 'kind', 'unit'] as const;

class SheetReader {
  readonly #m: CliMessages;
  readonly #columns: ReadonlyMap<Column, number>;
  readonly #known: ReadonlyMap<string, Known>;
  readonly #seen = new Map<string, number>();
  /** What each place of the site file is wanted to be, by the first row that says it. */
  readonly #places = new Map<string, { readonly row: number; readonly value: FieldValue | undefined }>();
  readonly #changes = new Map<string, SheetChange>();
  readonly #problems: CellRemark[] = [];
  readonly #remarks: CellRemark[] = [];
  readonly #priorities: ReadMaster['priorities'][number][] = [];

  constructor(m: CliMessages, columns: ReadonlyMap<Column, number>, known: ReadonlyMap<string, Known>) {
    this.#m = m;
    this.#columns = columns;
    this.#known = known;
  }

  get read(): ReadMaster {
    return {
      changes: [...this.#changes.values()],
      problems: this.#problems,
      remarks: this.#remarks,
      priorities: this.#priorities,
    };
  }

  row(cells: readonly string[], row: number): void {
    const { master: t } = this.#m;
    const key = this.#cell(cells, 'key') ?? '';
    if (key === '' && cells.every((cell) => cell === '')) return;
    const known = this.#known.get(key);
    const other = this.#seen.get(key);
    if (!known) this.#problem(row, 'key', t.unknownKey({ key }));
    else if (other !== undefined) this.#problem(row, 'key', t.twice({ key, other }));
    else this.#alarm(known, this.#rowOf(cells, known.row), row);
    if (!this.#seen.has(key)) this.#seen.set(key, row);
  }

  /** A row of the sheet; a column it does not have says what the site file says. */
  #rowOf(cells: readonly string[], own: MasterRow): MasterRow {
    const entries = Object.entries(own) as [Column, string][];
    return Object.fromEntries(
      entries.map(([column, text]) => [column, this.#cell(cells, column) ?? text]),
    ) as unknown as MasterRow;
  }

  #alarm({ alarm, row: own }: Known, sheet: MasterRow, row: number): void {
    const { key, kind } = alarm.definition;
    this.#facts(own, sheet, row);
    if (sheet.priority !== '' && sheet.priority !== own.priority) {
      this.#priorities.push({ key, row, column: this.#letter('priority'), asked: sheet.priority });
    }
    for (const field of fields) {
      const [from, value] = [valueIn(own, field), valueIn(sheet, field)];
      const isChanged = !isSame(field, from, value);
      if (alarm.rule === undefined) {
        if (isChanged) this.#remark(row, columnOfField[field], this.#m.master.ownAlarm());
      } else if (this.#isFree(alarm.rule, kind, field, value, row) && isChanged && this.#isFine(field, value, row)) {
        const column = this.#letter(columnOfField[field]);
        const place = `${alarm.rule}/${kind}/${field}`;
        if (!this.#changes.has(place)) {
          this.#changes.set(place, { rule: alarm.rule, kind, field, from, value, row, column });
        }
      }
    }
  }

  /** What the rule and the profile say is not changed from here. */
  #facts(own: MasterRow, sheet: MasterRow, row: number): void {
    const { master: t } = this.#m;
    for (const column of facts) {
      const told = { sheet: sheet[column] || t.empty(), site: own[column] || t.empty() };
      if (sheet[column] !== own[column]) this.#remark(row, column, t.otherFact(told));
    }
    const isOther = sheet.limit !== own.limit && !(own.limit !== '' && Number(sheet.limit) === Number(own.limit));
    const told = { sheet: sheet.limit || t.empty(), site: own.limit || t.empty() };
    if (isOther) this.#remark(row, 'limit', t.otherLimit(told));
  }

  /** Alarms of several devices are one place of the site file: their rows have to agree. */
  #isFree(rule: string, kind: string, field: Field, value: FieldValue | undefined, row: number): boolean {
    const place = `${rule}/${kind}/${field}`;
    const first = this.#places.get(place);
    if (!first) {
      this.#places.set(place, { row, value });
      return true;
    }
    if (isSame(field, first.value, value)) return true;
    this.#problem(row, columnOfField[field], this.#m.master.shared({ row, other: first.row, rule, kind }));
    return false;
  }

  #isFine(field: Field, value: FieldValue | undefined, row: number): boolean {
    const fault = faultOf(this.#m, field, value);
    if (fault !== undefined) this.#problem(row, columnOfField[field], fault);
    return fault === undefined;
  }

  #cell(cells: readonly string[], column: Column): string | undefined {
    const at = this.#columns.get(column);
    return at === undefined ? undefined : (cells[at] ?? '').trim();
  }

  #letter(column: Column): string {
    return columnLetter(this.#columns.get(column) ?? this.#columns.get('key') ?? 0);
  }

  #problem(row: number, column: Column, what: string): void {
    this.#problems.push({ row, column: this.#letter(column), what });
  }

  #remark(row: number, column: Column, what: string): void {
    this.#remarks.push({ row, column: this.#letter(column), what });
  }
}

/**
 * Reads a master alarm database back: what it has otherwise than the site file, with every cell that cannot be used named.
 * `alarms` and `rows` are those of the site file now, in one order. Undefined when the sheet has no column of keys.
 */
export function readMaster(
  m: CliMessages,
  cells: readonly (readonly string[])[],
  alarms: readonly SiteAlarm[],
  rows: readonly MasterRow[],
): ReadMaster | undefined {
  const columns = columnsOf(cells[0] ?? []);
  if (!columns.has('key')) return undefined;
  const known = new Map(
    alarms.map((alarm, index) => [alarm.definition.key, { alarm, row: rows[index] as MasterRow }] as const),
  );
  const reader = new SheetReader(m, columns, known);
  for (const [index, row] of cells.slice(1).entries()) reader.row(row, index + 2);
  return reader.read;
}
