import type { ClockEntry } from '../contract/index.js';

/** A boot that began without a time anybody vouched for. */
export interface Boot {
  readonly boot: string;
  readonly startInstant: number;
  /** Last label before this boot, ms UTC; null when there was none. */
  readonly floor: number | null;
  /** Where the boot ended on the timeline; null for the running one. */
  readonly endInstant: number | null;
  /** UTC − instant, once known within the boot. */
  readonly offset: number | null;
  /** UTC at which the next boot with a known time began, for a boot that never learned its own. */
  readonly nextKnown: number | null;
}

/** More boots than this without a time are forgotten from the oldest on; their frames stay held until set by hand. */
export const bootsMax = 1024;

/** Name of a boot that has noted something of itself before its first clock entry. */
const unnamed = '';

/** The list after a new epoch, which is noted before the boot it belongs to has said anything of the time. */
export function bootsAfterEpoch(boots: readonly Boot[], instant: number): readonly Boot[] {
  if (boots.at(-1)?.boot === unnamed) return boots;
  const begun = { boot: unnamed, startInstant: instant, floor: null, endInstant: null, offset: null, nextKnown: null };
  return [...ended(boots, instant), begun];
}

const ended = (boots: readonly Boot[], instant: number): readonly Boot[] =>
  boots.map((boot) => (boot.endInstant === null ? { ...boot, endInstant: instant } : boot));

const isOpen = (boot: Boot): boolean => boot.offset === null && boot.nextKnown === null;

/** The list after one clock entry. `entry.utc` is the machine's own idea; `trusted` says whether it is believed. */
export function nextBoots(boots: readonly Boot[], entry: ClockEntry): readonly Boot[] {
  const { instant, utc, trusted } = entry;
  if (entry.why === 'boot') {
    const begun = boots.at(-1)?.boot === unnamed ? boots.at(-1) : undefined;
    const before = ended(begun ? boots.slice(0, -1) : boots, instant);
    if (trusted) {
      // What lies before a boot with a known time is bounded by it; of itself only what came before the clock is held.
      const bounded = before.map((boot) => (isOpen(boot) ? { ...boot, nextKnown: utc } : boot));
      const own = begun && { ...begun, boot: entry.boot, endInstant: instant, offset: utc - instant };
      return own ? [...bounded, own] : bounded;
    }
    const boot = {
      boot: entry.boot,
      startInstant: begun?.startInstant ?? instant,
      floor: entry.floor,
      endInstant: null,
      offset: null,
      nextKnown: null,
    };
    return [...before, boot].slice(-bootsMax);
  }
  if (entry.why !== 'known') return boots;
  const running = boots.find((boot) => boot.endInstant === null);
  const began = utc - (instant - (running?.startInstant ?? instant));
  return boots.map((boot) => {
    if (!isOpen(boot)) return boot;
    return boot === running ? { ...boot, offset: utc - instant } : { ...boot, nextKnown: began };
  });
}

/** A label for an instant of a boot whose time came afterwards. */
export interface Label {
  readonly time: number;
  readonly timeSpread: number;
}

/**
 * The label of an instant that was stored without one; undefined while nothing is known. A boot that never learned its
 * time lies somewhere between the last label before it and the first known boot after it: it gets the middle, and the
 * spread says how far it may be off. The answer is a pure function of journaled clock entries, so it never changes.
 */
export function labelOf(boots: readonly Boot[], instant: number): Label | undefined {
  const at = boots.findLastIndex(({ startInstant }) => startInstant <= instant);
  const boot = boots[at];
  if (!boot) return undefined;
  if (boot.offset !== null) return { time: instant + boot.offset, timeSpread: 0 };
  if (boot.nextKnown === null) return undefined;
  const { floor, nextKnown } = boot;
  const together = boots.filter(
    (other) => other.nextKnown === nextKnown && other.floor === floor && other.offset === null,
  );
  const spans = together.map(({ startInstant, endInstant }) => (endInstant ?? startInstant) - startInstant);
  const ownIndex = together.indexOf(boot);
  const before = spans.slice(0, ownIndex).reduce((sum, span) => sum + span, 0);
  const all = spans.reduce((sum, span) => sum + span, 0);
  const earliest = floor === null ? nextKnown - all : Math.min(floor, nextKnown - all);
  const free = Math.max(0, nextKnown - earliest - all);
  return { time: earliest + before + free / 2 + (instant - boot.startInstant), timeSpread: free / 2 };
}
