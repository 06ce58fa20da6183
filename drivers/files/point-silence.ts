import { FrameBuilder, type LinkTables, Quality, type Reading } from '../../gateway/contract/index.js';
import type { PointDevice, PointSlot } from './point-slots.js';
import type { FileLayout } from './table-layout.js';

/** Points that are no longer written while others of their device are. */
export interface SilentPoints {
  readonly slots: readonly PointSlot[];
  /** One a group, bad in their slots alone. */
  readonly readings: readonly Reading[];
}

/**
 * Which points have said nothing for longer than their device may, though it speaks. Points of tables whose records are
 * happenings are not among them: a switch is written when it changes.
 */
export class PointSilence {
  readonly #byDevice = new Map<PointDevice, PointSlot[]>();
  /** Monotonic ms; infinite once the point was told silent. */
  readonly #heardMs = new Map<PointSlot, number>();
  readonly #deviceMs = new Map<PointDevice, number>();

  constructor(slots: Iterable<PointSlot>, { tables }: FileLayout) {
    for (const slot of slots) {
      if (tables.get(slot.address.table)?.happening !== undefined) continue;
      const own = this.#byDevice.get(slot.device);
      if (own) own.push(slot);
      else this.#byDevice.set(slot.device, [slot]);
    }
  }

  /** What was never written has its whole time from when its device is first heard. */
  heard(spoken: ReadonlySet<PointSlot>, nowMs: number): void {
    for (const { device } of spoken) this.#deviceMs.set(device, nowMs);
    for (const [device, slots] of this.#byDevice) {
      if (this.#deviceMs.get(device) !== nowMs) continue;
      for (const slot of slots) if (spoken.has(slot) || !this.#heardMs.has(slot)) this.#heardMs.set(slot, nowMs);
    }
  }

  /** The whole device was told silent. */
  deviceSilent(name: string): void {
    for (const slot of this.#heardMs.keys()) {
      if (slot.device.name === name) this.#heardMs.set(slot, Number.POSITIVE_INFINITY);
    }
  }

  /** Each is given once, and again only after it was heard; whatever it says then is believed. */
  look(nowMs: number, tables: LinkTables): SilentPoints {
    const slots = [...this.#heardMs].flatMap(([slot, heardMs]) => {
      const isSpoken = (this.#deviceMs.get(slot.device) as number) <= heardMs;
      return isSpoken || nowMs - heardMs <= slot.device.silenceMs ? [] : [slot];
    });
    const sheets = new Map<string, FrameBuilder>();
    for (const slot of slots) {
      this.#heardMs.set(slot, Number.POSITIVE_INFINITY);
      if (slot.told) slot.told = { ...slot.told, isStale: true };
      const { device, group } = slot;
      const table = tables.get(device.name)?.get(group);
      if (!table) continue;
      const key = JSON.stringify([device.name, group]);
      const sheet = sheets.get(key) ?? new FrameBuilder(table);
      sheet.bad(slot.slot, Quality['bad-no-answer']);
      sheets.set(key, sheet);
    }
    return { slots, readings: [...sheets.values()].map((sheet) => sheet.build()) };
  }
}
