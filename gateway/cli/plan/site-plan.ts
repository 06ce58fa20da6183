import type { Registries, SiteConfig } from '../../../config/index.js';
import { boxTags, contextDevice, contextEveryMs, driverLink } from '../../../config/index.js';
import type { PlannedRequest } from '../../contract/index.js';
import { type FlashLoad, flashLoad } from './flash-load.js';
import { type Unfit, unfitOf } from './unfit.js';

const secondsADay = 86_400;

/** What comes of one poll group: `rate` frames a second of `tags` values. */
export interface FrameStream {
  readonly device: string;
  readonly group: string;
  readonly everyMs: number;
  readonly tags: number;
}

export interface LinkLoad {
  readonly name: string;
  readonly driver: string;
  readonly requests: readonly (PlannedRequest & { readonly everyMs: number })[];
  readonly requestsPerSecond: number;
  /** Share of the bus taken, 0…1 and above when it does not fit. */
  readonly busLoad: number;
}

export interface SinkLoad {
  readonly name: string;
  readonly type: string;
  readonly bytesPerDay: number;
}

/** What a site asks of its links, its uplinks and its flash, worked out without opening anything. */
export interface SitePlan {
  readonly site: string;
  readonly devices: number;
  readonly framesPerSecond: number;
  readonly valuesPerSecond: number;
  readonly requestsPerSecond: number;
  readonly links: readonly LinkLoad[];
  readonly sinks: readonly SinkLoad[];
  readonly flash: FlashLoad;
  /** Days of samples the journal holds: what `bytesMax` or `samplesAgeMax` allow, whichever is less. */
  readonly keptDays: number;
  /** Bytes free where the journal is to lie; undefined where that cannot be told. */
  readonly freeBytes: number | undefined;
  readonly unfit: readonly Unfit[];
}

/** Every poll group of the site, those of the built-in devices at the end. */
export function frameStreams(site: SiteConfig): FrameStream[] {
  const streams = site.links.flatMap(({ devices }) =>
    devices.flatMap(({ name, groups }) =>
      groups.map((group) => ({
        device: name,
        group: group.name,
        everyMs: group.everyMs,
        tags: group.tags.length + group.derived.length,
      })),
    ),
  );
  const box = { device: 'box', group: 'main', everyMs: site.box.everyMs, tags: boxTags.length };
  const tags = site.context.length;
  const context = { device: contextDevice, group: 'main', everyMs: contextEveryMs, tags };
  return [...streams, box, ...(tags > 0 ? [context] : [])];
}

const perSecond = (streams: readonly FrameStream[], weight: (stream: FrameStream) => number): number =>
  streams.reduce((sum, stream) => sum + (weight(stream) * 1000) / stream.everyMs, 0);

function linkLoad(link: SiteConfig['links'][number], registries: Registries): LinkLoad {
  const plan = registries.drivers[link.driver]?.plan(driverLink(link));
  const everyMs = (device: string, group: string): number =>
    link.devices.find(({ name }) => name === device)?.groups.find(({ name }) => name === group)?.everyMs ?? 0;
  return {
    name: link.name,
    driver: link.driver,
    requests: (plan?.requests ?? []).map((request) => ({
      ...request,
      everyMs: everyMs(request.device, request.group),
    })),
    requestsPerSecond: plan?.requestsPerSecond ?? 0,
    busLoad: plan?.busLoad ?? 0,
  };
}

/** Works a site out. `freeBytes` is what the disk of the journal has left, where it is known. */
export function planSite(site: SiteConfig, registries: Registries, freeBytes: number | undefined): SitePlan {
  const streams = frameStreams(site);
  const links = site.links.map((link) => linkLoad(link, registries));
  const sinks = site.sinks.map(({ name, type, settings }) => {
    const size = (tags: number): number => registries.sinks[type]?.bytesPerFrame(settings as never, tags) ?? 0;
    return { name, type, bytesPerDay: secondsADay * perSecond(streams, ({ tags }) => size(tags)) };
  });
  const flash = flashLoad(streams, site.journal.commitEveryMs, sinks.length);
  const byBytes = site.journal.bytesMax / (flash.recordBytesPerDay + flash.positionBytesPerDay);
  const plan = {
    site: site.site.id,
    devices: site.links.reduce((sum, { devices }) => sum + devices.length, 0),
    framesPerSecond: perSecond(streams, () => 1),
    valuesPerSecond: perSecond(streams, ({ tags }) => tags),
    requestsPerSecond: links.reduce((sum, link) => sum + link.requestsPerSecond, 0),
    links,
    sinks,
    flash,
    keptDays: Math.min(byBytes, site.journal.samplesAgeMaxMs / (secondsADay * 1000)),
    freeBytes,
  };
  return { ...plan, unfit: unfitOf(plan, site) };
}
