import { type BytePattern, isWordByte, matchAt } from './byte-pattern.js';

/** How a station says who it is, and that it is still there. */
export interface Station {
  readonly registration: BytePattern;
  readonly heartbeats: readonly BytePattern[];
}

/**
 * Who a caller is by its first bytes; its registration has `end` bytes. `likely`: more bytes could still make it
 * somebody else. `wanting`: more bytes are needed. `unknown`: nobody, or two at once.
 */
export type Recognition<S extends Station> =
  | { readonly kind: 'known' | 'likely'; readonly station: S; readonly end: number }
  | { readonly kind: 'wanting' | 'unknown' };

/**
 * The station whose registration stands at the front of what came; of several the longest. A text is a whole word:
 * `DTU-1` is not the beginning of `DTU-10`, unless a heartbeat follows it. Whoever needs it otherwise writes `hex:`.
 */
export function recognise<S extends Station>(bytes: Uint8Array, stations: Iterable<S>): Recognition<S> {
  let mayBecomeOther = false;
  let best: { station: S; end: number }[] = [];
  for (const station of stations) {
    const match = matchAt(station.registration, bytes, 0);
    if (match.kind === 'partial') mayBecomeOther = true;
    if (match.kind !== 'whole' || isInsideWord(station, bytes, match.end)) continue;
    const { end } = match;
    const longest = best[0]?.end ?? 0;
    if (end > longest) best = [];
    if (end >= longest) best.push({ station, end });
  }
  const [found, second] = best;
  if (!found) return { kind: mayBecomeOther ? 'wanting' : 'unknown' };
  if (second) return { kind: 'unknown' };
  const isOpen = found.station.registration.isOpenWord && found.end === bytes.length;
  return { kind: mayBecomeOther || isOpen ? 'likely' : 'known', ...found };
}

function isInsideWord({ registration, heartbeats }: Station, bytes: Uint8Array, end: number): boolean {
  if (!registration.isOpenWord || end === bytes.length || !isWordByte(bytes[end] as number)) return false;
  return heartbeats.every((heartbeat) => matchAt(heartbeat, bytes, end).kind === 'none');
}
