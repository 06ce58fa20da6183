import type { SiteConfig } from '../../../config/index.js';
import { frameBytes } from './flash-load.js';
import type { SitePlan } from './site-plan.js';

/** Something the site asks for and cannot have. */
export type Unfit =
  /** A round of a poll group takes longer on the bus than its interval. */
  | {
      readonly kind: 'round';
      readonly device: string;
      readonly group: string;
      readonly busMs: number;
      readonly everyMs: number;
    }
  | { readonly kind: 'bus'; readonly link: string; readonly busLoad: number }
  /** A backlog grows faster than the sink may be given it. */
  | { readonly kind: 'backlog'; readonly sink: string; readonly perSecond: number; readonly framesPerSecond: number }
  /** The journal may grow larger than the disk lets it. */
  | { readonly kind: 'disk'; readonly wanted: number; readonly free: number }
  /** Memory for a stalled disk holds less than `stallMs` of frames. */
  | { readonly kind: 'memory'; readonly holdsMs: number };

/** A disk may stall this long without a frame being lost. */
const stallMs = 2000;
/** Memory of the journal beside the frames that wait for it: one slab a lane and its growth. */
const slabBytes = 128 * 1024;

type Draft = Omit<SitePlan, 'unfit'>;

function busUnfit({ links }: Draft): Unfit[] {
  return links.flatMap((link) => {
    const full: Unfit[] = link.busLoad > 1 ? [{ kind: 'bus', link: link.name, busLoad: link.busLoad }] : [];
    const rounds = new Map<string, { device: string; group: string; busMs: number; everyMs: number }>();
    for (const { device, group, busMs, everyMs } of link.requests) {
      const key = `${device}/${group}`;
      rounds.set(key, { device, group, everyMs, busMs: busMs + (rounds.get(key)?.busMs ?? 0) });
    }
    const long = [...rounds.values()].filter(({ busMs, everyMs }) => busMs > everyMs);
    return [...full, ...long.map((round): Unfit => ({ kind: 'round', ...round }))];
  });
}

/** What does not fit, in the order people meet it: bus, uplink, disk, memory. */
export function unfitOf(plan: Draft, site: SiteConfig): Unfit[] {
  const { framesPerSecond, valuesPerSecond, freeBytes } = plan;
  const unfit = busUnfit(plan);
  for (const { name, backlogPerSecond } of site.sinks) {
    if (backlogPerSecond <= framesPerSecond) {
      unfit.push({ kind: 'backlog', sink: name, perSecond: backlogPerSecond, framesPerSecond });
    }
  }
  const { bytesMax, freeBytesMin, memoryBytesMax } = site.journal;
  if (freeBytes !== undefined && bytesMax + freeBytesMin > freeBytes) {
    unfit.push({ kind: 'disk', wanted: bytesMax + freeBytesMin, free: freeBytes });
  }
  const bytesPerSecond = framesPerSecond * frameBytes(0) + valuesPerSecond * (frameBytes(1) - frameBytes(0));
  const holdsMs = (1000 * Math.max(0, memoryBytesMax - slabBytes)) / bytesPerSecond;
  if (holdsMs < stallMs) unfit.push({ kind: 'memory', holdsMs });
  return unfit;
}
