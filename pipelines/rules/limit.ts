import { hasValue, Quality, type Tag, type Text } from '../../gateway/contract/index.js';
import { addDecimals } from '../decimal.js';
import type { Sign } from './condition.js';
import type { LimitKind } from './limits-config.js';

/** One limit, compiled. Low limits are mirrored (`side` −1), so that one comparison serves both sides. */
export interface Limit {
  readonly kind: LimitKind;
  readonly limit: number;
  readonly side: 1 | -1;
  /** Reached when side × value ≥ this. */
  readonly reachedFrom: number;
  /** Returned when side × value < this, strictly. */
  readonly returnedBelow: number;
  /** The quality that counts as beyond every limit of this side. */
  readonly beyond: number;
}

/**
 * Both comparisons tolerate half a step of the sensor, so that 0.9 carried as a float32 is 0.9. The deadband lies on the
 * return side only (ISA-18.2, OPC 10000-9); limit and deadband are subtracted as decimals.
 */
export function compileLimit(kind: LimitKind, limit: number, deadband: number, resolution: number | undefined): Limit {
  const side = kind === 'HH' || kind === 'H' ? 1 : -1;
  const tolerance = (resolution ?? 0) / 2;
  return {
    kind,
    limit,
    side,
    reachedFrom: side * limit - tolerance,
    returnedBelow: addDecimals(side * limit, -deadband) - tolerance,
    beyond: side === 1 ? Quality['uncertain-over-range'] : Quality['uncertain-under-range'],
  };
}

/** What a reading says of a limit. Uncertain values are judged like good ones: a doubt must not hide a danger. */
export function signOf(limit: Limit, value: number, quality: number): Sign {
  if (!hasValue(quality) || Number.isNaN(value)) return 'unknown';
  const mirrored = limit.side * value;
  if (quality === limit.beyond || mirrored >= limit.reachedFrom) return 'reached';
  return mirrored < limit.returnedBelow ? 'returned' : 'between';
}

const names: Readonly<Record<LimitKind, Text>> = {
  HH: { en: 'high-high', zh: '高高限' },
  H: { en: 'high', zh: '高限' },
  L: { en: 'low', zh: '低限' },
  LL: { en: 'low-low', zh: '低低限' },
};

/** The sentence people read when the site file gives none; `why` tells of a limit that moves, in place of its number. */
export function limitMessage(device: string, tag: Tag, { kind, limit, side }: Limit, why?: Text): Text {
  const amount = tag.unit === '' ? `${limit}` : `${limit} ${tag.unit}`;
  return {
    en: `${device} ${tag.name}: ${names[kind].en} limit reached, ${why?.en ?? `${amount} or ${side === 1 ? 'above' : 'below'}`}`,
    zh: `${device} ${tag.name}：达到${names[kind].zh}，${why?.zh ?? `${side === 1 ? '不低于' : '不高于'} ${amount}`}`,
  };
}
