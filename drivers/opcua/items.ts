import type { DataValue, NodeId } from 'node-opcua-client';
import type { DriverDevice, DriverGroup, FrameBuilder, LinkTables, TagTable } from '../../gateway/contract/index.js';
import type { DeviceSettings } from './device-schema.js';
import { below, type Place, withNamespaces } from './place.js';
import { qualityOf } from './values/status-quality.js';
import { isAlarm, type ItemDeadband, type TagAddress } from './tag-schema.js';
import { type Picked, putVariant } from './values/variant-value.js';

/** A slot an item fills. */
export interface Target extends Picked {
  readonly sheet: number;
  readonly slot: number;
}

/** One node as it is watched, for all slots that take something of it. */
export interface Item {
  readonly place: Place;
  readonly samplingMs: number;
  readonly queue: number;
  readonly deadband: ItemDeadband | undefined;
  readonly targets: Target[];
  /** Undefined as long as the server does not have it; found anew at each connection. */
  nodeId: NodeId | undefined;
}

/** What is read at one interval: by one subscription, or by one poll. */
export interface Course {
  readonly everyMs: number;
  readonly read: 'subscribed' | 'polled';
  readonly items: readonly Item[];
}

/** What a link reads, compiled once at `subscribe`. `sheets` are its tables; targets name them by number. */
export interface Courses {
  readonly sheets: readonly TagTable[];
  readonly courses: readonly Course[];
}

/**
 * One course for each interval of subscribed devices, or for all under `publishingMs`, and one for each group that is
 * polled. Tags that take different parts of one node, watched alike, share its item.
 */
export function compileCourses(
  devices: readonly DriverDevice<DeviceSettings, TagAddress>[],
  tables: LinkTables,
  publishingMs: number | undefined,
): Courses {
  const sheets: TagTable[] = [];
  const courses = new Map<string, Omit<Course, 'items'> & { readonly known: Map<string, Item> }>();
  for (const device of devices) {
    const { read } = device.settings;
    for (const group of device.groups) {
      const table = tables.get(device.name)?.get(group.name);
      if (!table) throw new Error(`the host has no table of ${device.name}, group ${group.name}`);
      const sheet = sheets.push(table) - 1;
      const everyMs = read === 'polled' ? group.everyMs : (publishingMs ?? group.everyMs);
      const key = read === 'polled' ? `polled ${sheet}` : `${everyMs}`;
      const course = courses.get(key) ?? { everyMs, read, known: new Map<string, Item>() };
      courses.set(key, course);
      addItems(course.known, device.settings, group, sheet);
    }
  }
  const compiled = [...courses.values()].map(({ known, ...course }) => ({ ...course, items: [...known.values()] }));
  return { sheets, courses: compiled.filter(({ items }) => items.length > 0) };
}

type Group = Pick<DriverGroup<TagAddress>, 'everyMs' | 'tags'>;

/** Adds what a group watches to items by how they are watched; one that is known already takes its slots too. */
function addItems(known: Map<string, Item>, device: DeviceSettings, { everyMs, tags }: Group, sheet: number): void {
  for (const [slot, { address }] of tags.entries()) {
    if (isAlarm(address)) continue;
    const { place, sampling, queue, deadband, index, field, type } = address;
    const watched = {
      place: withNamespaces(below(device.place, place), device.namespace),
      samplingMs: sampling ?? device.sampling ?? everyMs,
      queue: queue ?? device.queue ?? 1,
      deadband: deadband ?? device.deadband,
    };
    const key = JSON.stringify(watched);
    const item = known.get(key) ?? newItem(watched);
    known.set(key, item);
    item.targets.push({ sheet, slot, index, field, type });
  }
}

/** Written out: Node 20 gives each object a shape of its own that has properties after a spread, and 5,000 are looked up in turn. */
const newItem = ({ place, samplingMs, queue, deadband }: Omit<Item, 'targets' | 'nodeId'>): Item => ({
  place,
  samplingMs,
  queue,
  deadband,
  targets: [],
  nodeId: undefined,
});

/** Items of one group by itself. */
export function itemsOfGroup(device: DeviceSettings, group: Group): Item[] {
  const known = new Map<string, Item>();
  addItems(known, device, group, 0);
  return [...known.values()];
}

/** Puts a value into a slot with its quality; its times are the caller's. */
export function putValue(into: FrameBuilder, target: Target, { statusCode, value }: DataValue): void {
  const quality = qualityOf(statusCode.value);
  if (quality >= 128) into.bad(target.slot, quality);
  else putVariant(into, target.slot, target, value, quality);
}

/** Undefined where the server gives none; the library's earliest date stands for none too. */
export const timeOf = (date: Date | null | undefined): number | undefined => {
  const time = date?.getTime();
  return time !== undefined && time > 0 ? time : undefined;
};

const picosecondsPerMs = 1e9;

/** The time of the source as exactly as a number holds it, ms UTC with a fraction: two values of one ms are two. */
export function sourceTimeOf({ sourceTimestamp, sourcePicoseconds }: DataValue): number | undefined {
  const time = timeOf(sourceTimestamp);
  return time === undefined ? undefined : time + (sourcePicoseconds ?? 0) / picosecondsPerMs;
}
