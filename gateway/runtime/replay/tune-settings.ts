import type { Tag } from '../../contract/index.js';
import type { LimitSettings, Series } from './tune.js';

export interface StartingValue {
  /** Deadband as a share of the measuring range; null: a step of the sensor. */
  readonly share: number | null;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
}

/**
 * Deadband and delays to begin with, by kind of signal (ISA-18.2-2016 §9, EEMUA 191; widely reprinted, the table itself
 * was not seen). Dangerous gas: a step of the sensor, and never a delay before the alarm.
 */
export const startingValues = {
  flow: { share: 0.05, onDelayMs: 15_000, offDelayMs: 15_000 },
  level: { share: 0.05, onDelayMs: 60_000, offDelayMs: 60_000 },
  pressure: { share: 0.02, onDelayMs: 15_000, offDelayMs: 15_000 },
  temperature: { share: 0.01, onDelayMs: 60_000, offDelayMs: 60_000 },
  other: { share: 0.05, onDelayMs: 5000, offDelayMs: 60_000 },
  toxic: { share: null, onDelayMs: 0, offDelayMs: 60_000 },
} as const satisfies Record<string, StartingValue>;

export type SignalKind = keyof typeof startingValues;

const kindByUnit: readonly (readonly [pattern: RegExp, kind: SignalKind])[] = [
  [/^(°[CF]|℃|K)$/, 'temperature'],
  [/^([hkM]?Pa|m?bar|psi)$/i, 'pressure'],
  [/^(m³|m3|L|l|t|kg)\/(h|min|s|d)$/, 'flow'],
  [/^[cm]?m$/, 'level'],
];

/** What kind of signal a tag is, as far as its unit tells. */
export const signalKind = ({ unit }: Pick<Tag, 'unit'>, isToxic: boolean): SignalKind =>
  isToxic ? 'toxic' : (kindByUnit.find(([pattern]) => pattern.test(unit))?.[1] ?? 'other');

/** The starting values of a tag; undefined where its measuring range, or the step of its sensor, is not known. */
export function startingSettings(tag: Tag, kind: SignalKind, step: number): LimitSettings | undefined {
  const { share, onDelayMs, offDelayMs }: StartingValue = startingValues[kind];
  const span = tag.range && tag.range[1] - tag.range[0];
  const deadband = share === null ? step : span && Number((share * span).toPrecision(6));
  return deadband ? { deadband, onDelayMs, offDelayMs } : undefined;
}

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** A normal distribution's standard deviation from the median of its absolute values. */
const fromMedian = 1.4826;

function differences(values: Float64Array): Float64Array {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.slice(1).map((value, index) => value - (numbers[index] as number));
}

/**
 * How much a signal flickers: the standard deviation of its noise, from the median of its steps, which a slow process and
 * single jumps do not move. 0 where most readings repeat the one before.
 */
export function noiseOf({ values }: Series): number {
  const steps = differences(values).map(Math.abs);
  return (fromMedian * median(steps)) / Math.SQRT2;
}

/** The smallest change that was seen; 0 when none was. */
function smallestStep({ values }: Series): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (const step of differences(values)) if (step !== 0) smallest = Math.min(smallest, Math.abs(step));
  return Number.isFinite(smallest) ? Number(smallest.toPrecision(6)) : 0;
}

/**
 * What deadbands are counted in: the step of the sensor, or the noise where that is larger, in whole steps of the sensor
 * or to one digit.
 */
export function deadbandStep(series: Series, resolution: number | undefined): number {
  const noise = noiseOf(series);
  const step = resolution ?? smallestStep(series);
  if (noise <= step) return step;
  if (resolution === undefined) return Number(noise.toPrecision(1));
  return Number((Math.ceil(noise / resolution - 1e-9) * resolution).toPrecision(6));
}

const multiples = [0, 1, 2, 3, 5];
const onDelays = [0, 5, 15, 30, 60, 120, 300].map((seconds) => seconds * 1000);
const offDelays = [0, 15, 30, 60, 120, 180, 240, 300].map((seconds) => seconds * 1000);

/** Settings to try: multiples of a step, delays up to five minutes, and what is named besides. */
export function settingsGrid(
  step: number,
  onDelayMaxMs: number,
  besides: readonly (LimitSettings | undefined)[],
): LimitSettings[] {
  const more = besides.filter((settings) => settings !== undefined);
  const deadbands = multiples.map((multiple) => Number((multiple * step).toPrecision(6)));
  const distinct = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
  const ons = distinct([...onDelays, ...more.map(({ onDelayMs }) => onDelayMs)]).filter((ms) => ms <= onDelayMaxMs);
  const offs = distinct([...offDelays, ...more.map(({ offDelayMs }) => offDelayMs)]);
  const bands = distinct([...deadbands, ...more.map(({ deadband }) => deadband)]);
  return bands.flatMap((deadband) =>
    ons.flatMap((onDelayMs) => offs.map((offDelayMs) => ({ deadband, onDelayMs, offDelayMs }))),
  );
}
