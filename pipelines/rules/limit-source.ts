import { hasValue, Quality, type StampedFrame, type TagTableSpec, type Text } from '../../gateway/contract/index.js';
import { compileFormula, contextPrefix } from '../transforms/formula.js';
import { type FoundTag, findTags } from './each-table.js';
import type { CalendarSetting, CurveSetting, MovingLimitSetting } from './moving-limit-settings.js';

/** Where a limit that moves comes from. What it once was it stays until something new is known. */
export interface LimitSource {
  /** Tables it reads, the judged one among them or not. */
  readonly tables: readonly TagTableSpec[];
  /** Why it is where it is, in a few words. */
  readonly text: Text;
  /** As of the last frame; NaN while not known yet. */
  readonly limit: number;
  read(frame: StampedFrame): void;
  /** The numbers it remembers, NaN for one that is not known: of a source of this kind alone. */
  readonly memory: readonly number[];
  restore(memory: readonly number[]): void;
}

/** The built-in device that carries the site's context. */
const contextDevice = contextPrefix.slice(0, -1);

const isOf = ({ device, group }: TagTableSpec, { table }: StampedFrame): boolean =>
  table.device === device && table.group === group;

/** Piecewise linear, level beyond the ends; NaN at NaN. */
export function alongCurve(points: CurveSetting['curve'], x: number): number {
  const [first, last] = [points[0] as [number, number], points.at(-1) as [number, number]];
  if (x <= first[0]) return first[1];
  if (x >= last[0]) return last[1];
  const at = points.findIndex(([to]) => x < to);
  if (at < 1) return Number.NaN;
  const [[fromX, fromY], [toX, toY]] = [points[at - 1] as [number, number], points[at] as [number, number]];
  return fromY + ((toY - fromY) * (x - fromX)) / (toX - fromX);
}

/** Follows another tag; the last known value of it stands, for a limit must not vanish with a reading. */
class CurveSource implements LimitSource {
  readonly tables: readonly TagTableSpec[];
  readonly text: Text;
  limit = Number.NaN;
  #x = Number.NaN;
  readonly #points: CurveSetting['curve'];
  readonly #over: FoundTag;

  constructor({ curve }: CurveSetting, over: FoundTag) {
    const name = `${over.table.device} ${over.tag.name}`;
    this.tables = [over.table];
    this.text = { en: `which follows ${name}`, zh: `限值随 ${name} 变化` };
    this.#points = curve;
    this.#over = over;
  }

  read(frame: StampedFrame): void {
    const { table, slot } = this.#over;
    if (!isOf(table, frame)) return;
    const x = frame.values[slot] as number;
    if (hasValue(frame.quality[slot] as number) && !Number.isNaN(x)) this.restore([x]);
  }

  get memory(): readonly number[] {
    return [this.#x];
  }

  restore([x = Number.NaN]: readonly number[]): void {
    this.#x = x;
    this.limit = alongCurve(this.#points, x);
  }
}

/** A tag that a formula names, and its last reading; NaN while that has no number. */
interface FormulaInput extends FoundTag {
  value: number;
}

/** Computed from the last readings of tags of the judged table and of the context; while one of them is bad, it stays. */
class FormulaSource implements LimitSource {
  readonly tables: readonly TagTableSpec[];
  readonly text: Text;
  limit = Number.NaN;
  readonly #formula: ReturnType<typeof compileFormula>;
  readonly #inputs: ReadonlyMap<string, FormulaInput>;

  constructor(text: string, inputs: ReadonlyMap<string, FoundTag>) {
    this.tables = [...new Set([...inputs.values()].map(({ table }) => table))];
    this.text = { en: `which is ${text}`, zh: `限值为 ${text}` };
    this.#formula = compileFormula(text);
    this.#inputs = new Map([...inputs].map(([name, found]) => [name, { ...found, value: Number.NaN }]));
  }

  read(frame: StampedFrame): void {
    if (!this.tables.some((table) => isOf(table, frame))) return;
    let isWhole = true;
    for (const input of this.#inputs.values()) {
      const { table, slot } = input;
      const quality = frame.quality[slot] as number;
      if (isOf(table, frame) && quality !== Quality.absent) {
        input.value = hasValue(quality) ? (frame.values[slot] as number) : Number.NaN;
      }
      isWhole &&= !Number.isNaN(input.value);
    }
    if (!isWhole) return;
    const limit = this.#formula.evaluate((name) => {
      const { value, tag } = this.#inputs.get(name) as FormulaInput;
      return tag.type === 'boolean' ? value === 1 : value;
    });
    if (Number.isFinite(limit)) this.limit = limit;
  }

  get memory(): readonly number[] {
    return [this.limit, ...[...this.#inputs.values()].map(({ value }) => value)];
  }

  restore([limit = Number.NaN, ...values]: readonly number[]): void {
    this.limit = limit;
    for (const [index, input] of [...this.#inputs.values()].entries()) input.value = values[index] ?? Number.NaN;
  }
}

const monthAndDay = (written: string): number => Number(written.replace('-', ''));
const dayMs = 86_400_000;

/** Follows the season. While the date is not known, the strictest of its limits holds. */
class CalendarSource implements LimitSource {
  readonly tables: readonly TagTableSpec[] = [];
  readonly text: Text = { en: 'which follows the season', zh: '限值随季节变化' };
  limit: number;
  readonly #setting: CalendarSetting;
  readonly #offsetMs: number;
  readonly #strictest: number;
  #day = Number.NaN;

  constructor(setting: CalendarSetting, side: 1 | -1) {
    const [hours = 0, minutes = 0] = setting.zone.slice(1).split(':').map(Number);
    this.#setting = setting;
    this.#offsetMs = (setting.zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
    const limits = [setting.otherwise, ...setting.calendar.map(({ is }) => is)];
    this.#strictest = side === 1 ? Math.min(...limits) : Math.max(...limits);
    this.limit = this.#strictest;
  }

  read({ time }: StampedFrame): void {
    const day = Math.floor((time + this.#offsetMs) / dayMs);
    if (day === this.#day) return;
    this.#day = day;
    this.limit = Number.isNaN(day) ? this.#strictest : this.#on(new Date(day * dayMs));
  }

  #on(date: Date): number {
    const today = (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
    const season = this.#setting.calendar.find(({ from, to }) => {
      const [first, last] = [monthAndDay(from), monthAndDay(to)];
      return first <= last ? first <= today && today <= last : first <= today || today <= last;
    });
    return season?.is ?? this.#setting.otherwise;
  }

  get memory(): readonly number[] {
    return [];
  }

  restore(): void {
    // The next frame tells its date.
  }
}

/** Compiles a limit that moves, for a tag; undefined when a tag it follows is nowhere. */
export function compileSource(
  setting: MovingLimitSetting,
  side: 1 | -1,
  { table }: FoundTag,
  all: readonly TagTableSpec[],
): LimitSource | undefined {
  if ('calendar' in setting) return new CalendarSource(setting, side);
  if ('curve' in setting) {
    const device = setting.over.device ?? table.device;
    const over = findTags(all, setting.over.tag).find((found) => found.table.device === device);
    return over && new CurveSource(setting, over);
  }
  const inputs = new Map<string, FoundTag>();
  const formula = compileFormula(setting.formula);
  const ofContext = all.filter(({ device }) => device === contextDevice);
  const named = [
    ...formula.inputs.map((name) => [name, findTags([table], name)[0]] as const),
    ...formula.context.map((name) => [`${contextPrefix}${name}`, findTags(ofContext, name)[0]] as const),
  ];
  for (const [name, found] of named) {
    if (!found) return undefined;
    inputs.set(name, found);
  }
  return new FormulaSource(setting.formula, inputs);
}

/** A plain number among limits that move. */
export const constantSource = (limit: number): LimitSource => ({
  tables: [],
  text: { en: '', zh: '' },
  limit,
  read: () => undefined,
  memory: [],
  restore: () => undefined,
});
