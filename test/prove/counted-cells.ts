/** What a tag is called and measured in, in one phase of a site's life. */
export interface CellName {
  readonly name: string;
  readonly unit: string;
}

/** The value of a cell says where it comes from: the phase of the site file, the reading's number, and the cell. */
const perPhase = 1e9;
const perCounter = 1000;

/** Cell that swings between 0 and 100 and says nothing else, for a limit rule. */
export const swingingCell = 50;
const swingEvery = 500;

export function cellValue(phase: number, counter: number, cell: number): number {
  if (cell === swingingCell) return Math.floor(counter / swingEvery) % 2 === 0 ? 0 : 100;
  return phase * perPhase + counter * perCounter + cell;
}

/** What a value says; the swinging cell's says nothing. */
export function readCell(value: number): { readonly phase: number; readonly counter: number; readonly cell: number } {
  const phase = Math.floor(value / perPhase);
  const counter = Math.floor((value % perPhase) / perCounter);
  return { phase, counter, cell: value % perCounter };
}

/** The tags of each phase, in the order of the profile: inserted first, renamed, and measured in another unit. */
const phases: Readonly<Record<number, readonly (CellName & { readonly cell: number })[]>> = {
  1: [
    { cell: 1, name: 'temperature', unit: '°C' },
    { cell: 2, name: 'humidity', unit: '%' },
    { cell: 3, name: 'level', unit: 'm' },
  ],
  2: [
    { cell: 9, name: 'pressure', unit: 'Pa' },
    { cell: 1, name: 'temperature', unit: '°C' },
    { cell: 2, name: 'humidity', unit: '%' },
    { cell: 3, name: 'level', unit: 'm' },
  ],
  3: [
    { cell: 9, name: 'pressure', unit: 'Pa' },
    { cell: 1, name: 'temperature', unit: '°C' },
    { cell: 2, name: 'moisture', unit: '%' },
    { cell: 3, name: 'level', unit: 'm' },
  ],
};

/** Phase 4 lacks a device, and in phase 5 a tag has another unit. */
export function tagsOf(phase: number): readonly (CellName & { readonly cell: number })[] {
  const tags = phases[Math.min(phase, 3)] ?? [];
  return phase < 5 ? tags : tags.map((tag) => (tag.cell === 3 ? { ...tag, unit: 'cm' } : tag));
}

/** Cells from here on only make frames larger. */
const paddingFrom = 100;

export const paddingTags = (count: number): readonly (CellName & { readonly cell: number })[] =>
  Array.from({ length: count }, (_, n) => ({ cell: paddingFrom + n, name: `p${paddingFrom + n}`, unit: '' }));

/** The cell's name and unit in a phase. */
export function cellName(phase: number, cell: number): CellName | undefined {
  if (cell >= paddingFrom) return { name: `p${cell}`, unit: '' };
  return phase > 0 ? tagsOf(phase).find((tag) => tag.cell === cell) : undefined;
}
