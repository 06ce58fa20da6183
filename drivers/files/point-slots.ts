import type { DriverLink } from '../../gateway/contract/index.js';
import type { DeviceSettings } from './device-schema.js';
import type { LinkSettings } from './link-schema.js';
import { type NamePattern, namePattern } from './name-pattern.js';
import type { TagAddress } from './tag-schema.js';
import type { PointRecord } from './text-file.js';

export type FilesLink = DriverLink<LinkSettings, DeviceSettings, TagAddress>;

/** The place of one tag, and what was told of it last. */
export interface PointSlot {
  readonly device: PointDevice;
  readonly group: string;
  readonly slot: number;
  readonly address: TagAddress;
  /** The newest record told live; undefined before the first. */
  told: ToldRecord | undefined;
}

export interface ToldRecord {
  /** The newest time told that was not ahead of ours, ms UTC; undefined before the first. */
  readonly at: number | undefined;
  /** All that was written; empty where it was told by an earlier run. */
  readonly words: string;
  /** The device has fallen silent since. */
  readonly isStale: boolean;
}

export interface PointDevice {
  readonly name: string;
  readonly silenceMs: number;
  readonly delayMs: number;
  readonly mine: string | undefined;
  readonly files: NamePattern | undefined;
  readonly pointPrefix: string;
}

/** Which tags and devices a record is for. Compiled once; a look-up costs the same whatever the number of points. */
export class PointSlots {
  readonly devices: readonly PointDevice[];
  readonly #slots = new Map<string, PointSlot[]>();

  constructor({ devices }: FilesLink) {
    this.devices = devices.map(({ name, settings }) => ({
      name,
      silenceMs: settings.silence,
      delayMs: settings.delay,
      mine: settings.mine,
      files: settings.files === undefined ? undefined : namePattern(settings.files),
      pointPrefix: settings.pointPrefix ?? '',
    }));
    for (const [n, { groups }] of devices.entries()) {
      const device = this.devices[n] as PointDevice;
      for (const { name: group, tags } of groups) {
        for (const [slot, { address }] of tags.entries()) this.#add({ device, group, slot, address, told: undefined });
      }
    }
  }

  /** The tags a record of this file is for. */
  find({ table, mine, point }: PointRecord, file: string): readonly PointSlot[] {
    const named = this.#slots.get(key(table.name, mine, point)) ?? [];
    const any = this.#slots.get(key(table.name, undefined, point)) ?? [];
    return [...named, ...any].filter(({ device }) => !device.files || device.files(file));
  }

  /** The device a happening of this file belongs to: of several the one with the longest prefix. */
  owner({ mine, point }: PointRecord, file: string): PointDevice | undefined {
    const own = this.devices.filter(
      (device) =>
        (device.mine === undefined || device.mine === mine) &&
        (!device.files || device.files(file)) &&
        point.startsWith(device.pointPrefix),
    );
    return own.toSorted((a, b) => b.pointPrefix.length - a.pointPrefix.length)[0];
  }

  *all(): Iterable<PointSlot> {
    for (const slots of this.#slots.values()) yield* slots;
  }

  #add(slot: PointSlot): void {
    const { mine, pointPrefix } = slot.device;
    const at = key(slot.address.table, mine, pointPrefix + slot.address.point);
    const known = this.#slots.get(at);
    if (known) known.push(slot);
    else this.#slots.set(at, [slot]);
  }
}

const key = (table: string, mine: string | undefined, point: string): string => JSON.stringify([table, mine, point]);
