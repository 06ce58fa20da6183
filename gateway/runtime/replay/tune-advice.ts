import { type LimitSettings, type Series, type Trial, trial, type TunedLimit } from './tune.js';
import {
  deadbandStep,
  noiseOf,
  type SignalKind,
  settingsGrid,
  signalKind,
  startingSettings,
  type StartingValue,
  startingValues,
} from './tune-settings.js';

/** An alarm to be tuned, and what its class and its people allow. */
export interface TuneSubject extends TunedLimit {
  readonly key: string;
  readonly current: LimitSettings;
  readonly isToxic: boolean;
  /** Longest on-delay its class allows; null: any. */
  readonly onDelayMaxMs: number | null;
  readonly respondWithinMs: number;
}

/** A setting that was tried; `distance` from the ideal, null where it is ruled out. */
export interface Tried extends Trial {
  readonly distance: number | null;
}

export interface TuneAdvice {
  /** What deadbands are counted in, and the noise of the signal as estimated. */
  readonly step: number;
  readonly noise: number;
  readonly longMs: number;
  /** The alarm may come so long after the limit was reached at most. */
  readonly latencyMaxMs: number;
  readonly kind: SignalKind;
  /** What one begins with for this kind of signal; `share` of the measuring range, null: a step of the sensor. */
  readonly beginning: StartingValue;
  /** The limit alone, as it is set now, and by the starting values for its kind of signal. */
  readonly bare: Tried;
  readonly current: Tried;
  readonly starting: Tried | undefined;
  /** undefined when the limit alone raised no two alarms, or when every setting is ruled out. */
  readonly recommended: Tried | undefined;
  /** Every setting that was tried: what is not ruled out first, nearest to the ideal first. */
  readonly tried: readonly Tried[];
}

/** Of the time to respond so much at most may pass before the alarm. The share is ours. */
const latencyShareMax = 0.1;

/**
 * How far a setting is from the ideal: no alarm left, no time in which it stands without need, no delay, each as a share
 * (of the alarms of the bare limit, of the time it stands, of the delay allowed). The nearest one is the knee: from there
 * on each alarm less costs more than it is worth. Ruled out is what misses a long exceedance, or comes too late.
 */
function distanceOf(tried: Trial, bare: Trial, latencyMaxMs: number): number | null {
  const { alarms, neededMs, neededNotMs, latencyMs, missed } = tried;
  if (missed > 0 || latencyMs > latencyMaxMs) return null;
  const standing = neededMs + neededNotMs;
  const idle = standing === 0 ? 0 : neededNotMs / standing;
  const late = latencyMaxMs === 0 ? 0 : latencyMs / latencyMaxMs;
  return Math.hypot(alarms / Math.max(1, bare.alarms), idle, late);
}

const far = Number.POSITIVE_INFINITY;

/** The nearest first; of equals the one that delays, holds and widens least. */
const byDistance = (a: Tried, b: Tried): number => {
  const [near, other] = [a.distance ?? far, b.distance ?? far];
  if (near !== other) return near - other;
  return a.onDelayMs - b.onDelayMs || a.offDelayMs - b.offDelayMs || a.deadband - b.deadband;
};

const isSame = (a: LimitSettings, b: LimitSettings): boolean =>
  a.deadband === b.deadband && a.onDelayMs === b.onDelayMs && a.offDelayMs === b.offDelayMs;

const none: LimitSettings = { deadband: 0, onDelayMs: 0, offDelayMs: 0 };

/**
 * Deadband and delays for an alarm that comes too often, from what its tag said. An alarm of class toxic, or of any class
 * that allows none, is given no on-delay. `longMs`: exceedances longer than this have to be told. Pure.
 */
export function advise(
  series: Series,
  subject: TuneSubject,
  longMs: number,
  onShare: (share: number) => void = () => undefined,
): TuneAdvice {
  const { tag, isToxic, onDelayMaxMs, respondWithinMs, current } = subject;
  const step = deadbandStep(series, tag.resolution);
  const kind = signalKind(tag, isToxic);
  const latencyMaxMs = isToxic ? 0 : Math.min(onDelayMaxMs ?? far, latencyShareMax * respondWithinMs);
  const starting = startingSettings(tag, kind, step);
  const grid = settingsGrid(step, latencyMaxMs, [none, starting, current]);
  // What is set now is shown, whether it is allowed or not.
  const shown = [none, current, ...(starting ? [starting] : [])].filter((one) => !grid.some((own) => isSame(own, one)));
  const bare = trial(series, subject, none, longMs);
  const all = [...grid, ...shown];
  const tried = all.map((settings, index) => {
    const done = isSame(settings, none) ? bare : trial(series, subject, settings, longMs);
    onShare((index + 1) / all.length);
    return { ...done, distance: distanceOf(done, bare, latencyMaxMs) };
  });
  const of = (settings: LimitSettings): Tried => tried.find((one) => isSame(one, settings)) as Tried;
  tried.sort(byDistance);
  const [first] = tried;
  const isNuisance = bare.alarms > 1;
  return {
    step,
    noise: noiseOf(series),
    longMs,
    latencyMaxMs,
    kind,
    beginning: startingValues[kind],
    bare: of(none),
    current: of(current),
    starting: starting && of(starting),
    recommended: isNuisance && first?.distance !== null ? first : undefined,
    tried,
  };
}
