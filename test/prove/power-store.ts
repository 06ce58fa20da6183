import type { Influxd } from '../support/influxd.js';

/** The gap record of the start, as InfluxDB got it. */
interface GapPoint {
  readonly reason: string;
  /** Offset of the last frame found; undefined without one. */
  readonly lastKept: number | undefined;
  readonly firstNew: number;
}

/** What InfluxDB holds of the journal that was on the disk. */
export interface OldRecords {
  /** Offsets of frames that are there, all of them right. */
  readonly frames: ReadonlySet<number>;
  /** Numbers of transitions that are there, all of them right. */
  readonly notes: ReadonlySet<number>;
  readonly wrong: number;
  readonly gaps: readonly GapPoint[];
  /** Reasons of epochs, the first one's among them. */
  readonly epochs: readonly string[];
}

type Row = Readonly<Record<string, unknown>>;

/** Time of the workload's first frame, ms UTC. */
const firstTime = 1_700_000_000_000;

/** The n-th frame holds n + slot and is n ms after the first; its sequence is n. */
function isFrameRight(row: Row): boolean {
  const n = Number(row['sequence']);
  const values = Object.entries(row).filter(([name]) => /^v\d+$/.test(name));
  // ns beyond 2^53 come rounded, by less than half a ms.
  const isTimed = Math.round(Number(row['time']) / 1e6) === firstTime + n;
  return isTimed && values.length > 0 && values.every(([name, value]) => value === n + Number(name.slice(1)));
}

/** The n-th transition is n ms after 1970, at offset n + 1 of its lane: the epoch's own entry was the first. */
function noteOf(row: Row): number | undefined {
  const n = Math.floor(Number(row['time']) / 1e6);
  const isRight = Number(row['time']) === n * 1e6 + n + 1 && row['subject'] === 'device';
  return isRight && row['state'] === 'offline' && row['reason'] === 'none' ? n : undefined;
}

const gapOf = (row: Row): GapPoint => ({
  reason: String(row['reason']),
  lastKept: typeof row['last_kept'] === 'number' ? row['last_kept'] : undefined,
  firstNew: Number(row['first_new']),
});

/** Reads one database back. */
export async function oldRecords(influxd: Influxd, database: string): Promise<OldRecords> {
  const rows = (statement: string): Promise<readonly Row[]> => influxd.query(statement, database);
  const frames = await rows("SELECT * FROM meter WHERE device = 'd1'");
  const notes = (await rows('SELECT * FROM transition WHERE "name" = \'d1\'')).map(noteOf);
  const right = frames.filter(isFrameRight);
  return {
    frames: new Set(right.map((row) => Number(row['sequence']))),
    notes: new Set(notes.filter((n) => n !== undefined)),
    wrong: frames.length - right.length + notes.filter((n) => n === undefined).length,
    gaps: (await rows('SELECT * FROM gap')).map(gapOf),
    epochs: (await rows('SELECT reason FROM epoch')).map(({ reason }) => String(reason)),
  };
}

const lastOf = (frames: ReadonlySet<number>): number => [...frames].reduce((last, one) => Math.max(last, one), -1);

/** Frames below the first of the new run that are not there. */
const holesOf = ({ frames, gaps }: OldRecords): number => (gaps[0]?.firstNew ?? lastOf(frames) + 1) - frames.size;

/** True when the ledger calls exactly those frames dropped that are missing. */
export const isOldWhole = (old: OldRecords, dropped: number): boolean => holesOf(old) === dropped;

/**
 * True when the gap record says what was found: the last frame kept, and damage where something below it is missing. The
 * recorded process said at its very end that it stopped, so that may have been found too.
 */
export function isGapTold(old: OldRecords, isEmpty: boolean): boolean {
  const [gap, ...others] = old.gaps;
  if (!gap || others.length > 0) return false;
  const last = lastOf(old.frames);
  const reasons = isEmpty ? ['first-start'] : holesOf(old) > 0 ? ['damage'] : ['stop', 'crash', 'damage'];
  return (gap.lastKept ?? -1) === last && gap.firstNew === last + 1 && reasons.includes(gap.reason);
}
