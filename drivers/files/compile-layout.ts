import type { LinkSettings } from './link-schema.js';
import { namePattern } from './name-pattern.js';
import { type PointState, stateWords } from './point-state.js';
import type { FileLayout, TableLayout } from './table-layout.js';

/** How the files of a link are read, compiled once. */
export function compileLayout({ form, encoding, timezone, states, tables }: LinkSettings): FileLayout {
  return {
    form,
    encoding,
    zoneMinutes: timezone,
    states: new Map<string, PointState>([...Object.entries(stateWords), ...Object.entries(states)]),
    tables: new Map(Object.entries(tables).map(([name, table]) => [name, compileTable(name, table)])),
  };
}

function compileTable(name: string, { files, fields, happening }: LinkSettings['tables'][string]): TableLayout {
  const places = new Map(Object.entries(fields).map(([field, place]) => [field, place - 1]));
  return {
    name,
    files: namePattern(files ?? `*${name}*`),
    fields: places,
    width: Math.max(...places.values()) + 1,
    point: places.get('point') as number,
    mine: places.get('mine'),
    time: places.get('time'),
    state: places.get('state'),
    happening,
  };
}
