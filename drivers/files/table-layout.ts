import type { NamePattern } from './name-pattern.js';
import type { PointState } from './point-state.js';
import type { TextForm } from './text-form.js';

/** Where the fields of one kind of record stand, counted from 0. */
export interface TableLayout {
  /** `AQSS`. */
  readonly name: string;
  /** Files whose header names no table. */
  readonly files: NamePattern;
  readonly fields: ReadonlyMap<string, number>;
  /** Fields a record has to have. */
  readonly width: number;
  readonly point: number;
  readonly mine: number | undefined;
  readonly time: number | undefined;
  readonly state: number | undefined;
  /** The sort of happening each record is; undefined where records are values alone. */
  readonly happening: string | undefined;
}

/** How the files of a folder are read. */
export interface FileLayout {
  readonly form: TextForm;
  readonly encoding: string;
  /** Minutes east of Greenwich of the clock that stamped the records. */
  readonly zoneMinutes: number;
  readonly states: ReadonlyMap<string, PointState>;
  readonly tables: ReadonlyMap<string, TableLayout>;
}
