import type { Text } from '../../gateway/contract/index.js';
import { text } from '../messages/index.js';
import { toAscii } from '../source/full-width.js';
import {
  looksLikeDate,
  looksLikeScientific,
  readArea,
  readNumber,
  readOrder,
  readRange,
  readRegister,
  readScale,
  readType,
} from './cells.js';
import type { Headings } from './headings.js';
import type { Cell } from './read-table.js';
import { splitUnit, tagNameOf } from './tag-name.js';
import { type Column, orderNames, typeNames } from './vocabulary.js';

/** One sentence of the catalogue. */
type Say = Parameters<typeof text>[0];

export interface CellFinding {
  readonly column: Column;
  readonly what: Text;
  readonly remedy: Text;
  readonly warning: boolean;
}

/** A tag as it will stand in the profile, keys in the order people read them. */
export type ImportedTag = Readonly<Record<string, unknown>>;

export interface RowResult {
  /** Undefined where the row is not read, or not at all readable. */
  readonly tag: { readonly name: string; readonly keys: ImportedTag; readonly comment: string } | undefined;
  readonly findings: readonly CellFinding[];
}

/** Registers that hold one value of a type. */
const typeRegisters: Readonly<Record<string, number>> = {
  int8: 1,
  uint8: 1,
  int16: 1,
  uint16: 1,
  bcd16: 1,
  bool: 1,
  int32: 2,
  uint32: 2,
  float32: 2,
  bcd32: 2,
  int64: 4,
  uint64: 4,
  float64: 4,
};

/** Numbers of the Modicon kind in a column tell that small ones beside them have lost their zeros. */
export interface TableFacts {
  readonly hasModicon: boolean;
  readonly names: Set<string>;
}

/** Reads one row under known headings. */
export class RowReader {
  private readonly findings: CellFinding[] = [];
  private readonly headings: Headings;
  private readonly row: readonly Cell[];
  private readonly facts: TableFacts;

  constructor(headings: Headings, row: readonly Cell[], facts: TableFacts) {
    this.headings = headings;
    this.row = row;
    this.facts = facts;
  }

  read(): RowResult {
    if (this.isWriteOnly()) return { tag: undefined, findings: this.findings };
    const { name, unit } = this.nameAndUnit();
    const register = this.register();
    const type = this.choice('type', readType, typeNames);
    const order = this.choice('order', readOrder, orderNames);
    const scale = this.number('scale', readScale);
    const offset = this.number('offset', readNumber);
    const resolution = this.number('resolution', (cell) => positive(readNumber(cell.replace(/[^\d.,\s-].*$/, ''))));
    const range = this.range();
    const bit = this.number('bit', readNumber);
    const written = this.number('count', readNumber);
    const hasProblem = this.findings.some((finding) => !finding.warning);
    if (hasProblem || register === undefined || name === undefined) return { tag: undefined, findings: this.findings };
    const count = written ?? register.count;
    this.compareCount(type, count, register.count === undefined ? 'count' : 'register');
    const keys: ImportedTag = {
      register: register.text,
      ...(type === undefined || bit !== undefined ? {} : { type }),
      ...(type === 'string' && count !== undefined ? { length: count } : {}),
      ...(bit === undefined ? {} : { bit }),
      ...(order === undefined || order === 'ABCD' ? {} : { order }),
      ...(scale === undefined || scale === 1 ? {} : { scale }),
      ...(offset === undefined || offset === 0 ? {} : { offset }),
      ...(unit === '' ? {} : { unit }),
      ...(resolution === undefined ? {} : { resolution }),
      ...(range === undefined ? {} : { range }),
    };
    return { tag: { name, keys, comment: this.text('description') }, findings: this.findings };
  }

  private cell(column: Column): Cell {
    const index = this.headings.columns.get(column);
    return (index === undefined ? undefined : this.row[index]) ?? { text: '', isDate: false };
  }

  private text(column: Column): string {
    const { text: content } = this.cell(column);
    return /^[-—/\\]*$/.test(content) ? '' : content;
  }

  private tell(column: Column, what: Say, remedy: Say, warning = false): undefined {
    this.findings.push({ column, what: text(what), remedy: text(remedy), warning });
    return undefined;
  }

  /** `W`, `只写`: a command, nothing to read. */
  private isWriteOnly(): boolean {
    const access = toAscii(this.text('access')).trim();
    if (!/^(w|wo|write|write ?only|只写|写)$/i.test(access)) return false;
    const what: Say = (m) => m.table.writeOnly();
    this.tell('access', what, (m) => m.table.leftOut(), true);
    return true;
  }

  /** A unit in brackets behind a name (`A相电压(V)`) is the unit where there is no other. */
  private nameAndUnit(): { readonly name: string | undefined; readonly unit: string } {
    const written = this.text('name');
    const { bare, unit: bracketed } = splitUnit(written);
    const unit = this.text('unit') || bracketed;
    const name = tagNameOf(bare);
    if (written === '') {
      this.tell(
        'name',
        (m) => m.table.noName(),
        (m) => m.table.giveName(),
      );
    } else if (name === undefined) {
      this.tell(
        'name',
        (m) => m.problem.badName({ name: written }),
        (m) => m.table.giveName(),
      );
    } else if (this.facts.names.has(name)) {
      this.tell(
        'name',
        (m) => m.problem.tagTwice({ tag: name }),
        (m) => m.remedy.renameTag({ tag: name }),
      );
    } else this.facts.names.add(name);
    return { name, unit };
  }

  /** What a spreadsheet made of a register; true when it was told. */
  private isMangled(column: Column): boolean {
    const { text: written, isDate } = this.cell(column);
    if (isDate || looksLikeDate(written)) {
      this.tell(
        column,
        (m) => m.table.becameDate({ value: written }),
        (m) => m.table.formatAsText(),
      );
      return true;
    }
    if (column === 'register' && looksLikeScientific(written)) {
      this.tell(
        column,
        (m) => m.table.becameNumber({ value: written }),
        (m) => m.table.formatAsText(),
      );
      return true;
    }
    return false;
  }

  private register(): { readonly text: string | number; readonly count: number | undefined } | undefined {
    const written = this.text('register');
    if (this.isMangled('register')) return undefined;
    const register = readRegister(written, this.headings.isHex);
    if (!register) {
      const what: Say = (m) => (written === '' ? m.table.noRegister() : m.table.badRegister({ value: written }));
      return this.tell('register', what, (m) => m.table.giveRegister());
    }
    const area = this.area();
    if (area === null) return undefined;
    if (register.area !== undefined && (area ?? register.area) === register.area) {
      return { text: Number(register.written), count: register.count };
    }
    if (area === undefined && this.facts.hasModicon) {
      if (/^1\d{4}$/.test(register.written)) return { text: Number(register.written), count: register.count };
      return this.lostZeros(written);
    }
    return { text: `${area ?? 'holding'} ${register.written}`, count: register.count };
  }

  private lostZeros(written: string): undefined {
    const coil = written.padStart(5, '0');
    const what: Say = (m) => m.table.lostZeros({ value: written, coil });
    return this.tell('register', what, (m) => m.table.giveFunction());
  }

  /** undefined where the row names none, null where it names one nobody knows. */
  private area(): string | undefined | null {
    const written = this.text('function');
    if (written === '') return undefined;
    const area = readArea(written);
    if (area) return area;
    this.tell(
      'function',
      (m) => m.table.badFunction({ value: written }),
      (m) => m.table.giveFunction(),
    );
    return null;
  }

  private choice(column: Column, read: (cell: string) => string | undefined, choices: readonly string[]) {
    const written = this.text(column);
    if (written === '') return undefined;
    const chosen = read(written);
    if (chosen !== undefined) return chosen;
    const what: Say = (m) => m.table.notUnderstood({ value: written });
    return this.tell(column, what, (m) => m.remedy.oneOf({ choices }));
  }

  private number(column: Column, read: (cell: string) => number | undefined): number | undefined {
    const written = this.text(column);
    if (written === '' || this.isMangled(column)) return undefined;
    const number = read(written);
    if (number !== undefined) return number;
    const what: Say = (m) => m.table.notUnderstood({ value: written });
    return this.tell(column, what, (m) => m.table.giveNumber());
  }

  private range(): readonly [number, number] | undefined {
    const written = this.text('range');
    if (written !== '' && !this.isMangled('range')) {
      const range = readRange(written);
      // A range in words (`见附表`) is no reason to refuse the row.
      if (range) return range;
      this.tell(
        'range',
        (m) => m.table.notUnderstood({ value: written }),
        (m) => m.table.giveRange(),
        true,
      );
      return undefined;
    }
    const low = this.number('low', readNumber);
    const high = this.number('high', readNumber);
    return low !== undefined && high !== undefined && low < high ? [low, high] : undefined;
  }

  private compareCount(type: string | undefined, count: number | undefined, column: Column): void {
    const needed = typeRegisters[type ?? ''];
    if (needed === undefined || count === undefined || needed === count) return;
    const what: Say = (m) => m.table.otherCount({ type: type ?? '', needed, count });
    this.tell(column, what, (m) => m.table.checkType(), true);
  }
}

const positive = (number: number | undefined): number | undefined =>
  number !== undefined && number > 0 ? number : undefined;
