import type { AlarmDefinition } from './definition.js';
import {
  type CompiledRule,
  type Finding,
  type Frame,
  type LateEntry,
  qualityName,
  type StampedFrame,
} from '../../contract/index.js';

/** Readings further apart than this, and than three of the intervals before, say nothing of what lay between. */
const gapMaxMs = 600_000;
const intervalsMax = 3;
/** Seconds are counted this far behind a reading, for delays to end; a longer one ends with the next reading. */
const countedMs = 600_000;
/** A device's time may be this far ahead of ours. */
const aheadMaxMs = 60_000;

export interface LateJudgeOptions {
  /** Rules of one table, by its number, that have seen nothing yet; made anew at each call. */
  readonly rulesOf: (table: number) => readonly CompiledRule[];
  readonly alarms: ReadonlyMap<string, AlarmDefinition>;
  readonly note: (entry: LateEntry) => void;
}

/** History of one table as it comes in. */
interface History {
  readonly rules: readonly CompiledRule[];
  /** ms UTC of its last reading, by the device's clock. */
  at: number;
  /** ms between its last two readings; 0 before the second. */
  intervalMs: number;
  /** It came newest first, and is judged no further. */
  isBackwards: boolean;
}

/** The device's own time of a reading, ms UTC; NaN when it told none. */
function ownTime({ times }: StampedFrame): number {
  let latest = Number.NaN;
  for (const time of times ?? []) if (!(time <= latest) && !Number.isNaN(time)) latest = time;
  return latest;
}

/**
 * Judges history that is filled in afterwards apart from what is live: in the device's own time, by rules that know
 * nothing else, so that a peak within an outage is told ("would have alarmed at …") and no live alarm is touched. Only
 * rules of a single poll group: what another device read then is not known. Neither settling nor suppression counts.
 * What it has seen is not remembered over a start. Readings come oldest first; of a history that comes the other way
 * round only the first is judged, and a reading that is not dated, or from the future, is passed over.
 */
export class LateJudge {
  readonly #options: LateJudgeOptions;
  readonly #histories = new Map<number, History>();

  constructor(options: LateJudgeOptions) {
    this.#options = options;
  }

  /** Called with each late frame in the order they are stored. */
  take(frame: Frame): void {
    const at = ownTime(frame);
    if (!(at >= 0 && at <= frame.time + aheadMaxMs)) return;
    const history = this.#historyOf(frame.table.number, at);
    if (history.isBackwards) return;
    const read: StampedFrame = { ...frame, instant: at, time: at, late: false };
    for (const { rule } of history.rules) {
      const end = Math.min(at, history.at + countedMs);
      for (let second = nextSecond(history.at); second <= end; second += 1000) this.#tell(rule.tick(second), frame);
      this.#tell(rule.next(read), frame);
    }
    history.at = at;
  }

  /** The gateway starts: what comes now is not known to go on from what came before. */
  forget(): void {
    this.#histories.clear();
  }

  #historyOf(table: number, at: number): History {
    const known = this.#histories.get(table);
    const passed = known ? at - known.at : Number.NaN;
    if (known && passed >= 0 && passed <= Math.max(gapMaxMs, intervalsMax * known.intervalMs)) {
      // A backwards history that goes forward again has come to its next piece.
      if (known.isBackwards) return this.#begin(table, at, 0);
      known.intervalMs = passed;
      return known;
    }
    if (known && passed < 0 && known.intervalMs === 0) {
      Object.assign(known, { at, isBackwards: true });
      return known;
    }
    // An hourly logger is far apart from the first on: its second reading tells.
    return this.#begin(table, at, passed > 0 ? passed : 0);
  }

  #begin(table: number, at: number, intervalMs: number): History {
    const begun = { rules: this.#options.rulesOf(table), at, intervalMs, isBackwards: false };
    this.#histories.set(table, begun);
    return begun;
  }

  #tell(findings: readonly Finding[], { instant, time, sequence, table }: Frame): void {
    for (const finding of findings) {
      const definition = this.#options.alarms.get('exceeded' in finding ? finding.exceeded : finding.key);
      const found = definition && foundOf(finding);
      if (!definition || !found) continue;
      const { key, device, tag, kind: limitKind, unit, message } = definition;
      const cause = { sequence, device: table.device };
      this.#options.note({ kind: 'late', instant, time, key, device, tag, limitKind, unit, ...found, cause, message });
    }
  }
}

const nextSecond = (at: number): number => Math.floor(at / 1000) * 1000 + 1000;

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

type Found = Pick<LateEntry, 'finding' | 'at' | 'since' | 'value' | 'limit' | 'quality'>;

function foundOf(finding: Finding): Found | undefined {
  if ('exceeded' in finding) {
    const { instant: at, began, peak, limit } = finding;
    return {
      finding: 'exceeded',
      at,
      since: began.instant,
      value: finite(peak),
      limit: finite(limit),
      quality: 'good',
    };
  }
  const { condition, instant: at, since, value, limit, quality } = finding;
  if (condition === 'unknown') return undefined;
  const said = condition ? 'raised' : 'returned';
  return { finding: said, at, since, value: finite(value), limit: finite(limit), quality: qualityName(quality) };
}
