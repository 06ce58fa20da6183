import type { Json } from './json.js';

export type TagType = 'number' | 'integer' | 'boolean' | 'text';

/** One named value of a device, as a frame carries it. */
export interface Tag {
  readonly name: string;
  readonly type: TagType;
  /** Unit of the value as delivered, for example `°C`; empty when it has none. */
  readonly unit: string;
  /** Smallest step of the sensor, in `unit`; comparisons tolerate half of it. */
  readonly resolution?: number;
  /** Measuring range of the sensor in `unit`. */
  readonly range?: readonly [low: number, high: number];
  /** Protected by law: raw bytes are kept, nothing may clamp, fill, filter, thin or mask it. */
  readonly statutory?: boolean;
  /** Where the number comes from, in the driver's own terms, kept for `sluice explain`. */
  readonly source?: Json;
}

/** What a frame's slots mean: the tags of one poll group or subscription of one device. */
export interface TagTableSpec {
  readonly site: string;
  readonly link: string;
  readonly device: string;
  readonly profile: string;
  readonly group: string;
  /** Hash of the applied configuration this table was made from. */
  readonly configuration: string;
  readonly tags: readonly Tag[];
}

/** A table as registered in a journal. A stored frame is decoded by its own table, never by today's configuration. */
export interface TagTable extends TagTableSpec {
  /** Unique within one journal epoch, never reused. */
  readonly number: number;
}

/** What a driver hands to the host: columns of one reading, not yet stamped. Columns are not written after build. */
export interface Reading {
  readonly table: TagTable;
  /** One slot a tag. NaN when the quality is bad or absent. A boolean is 0 or 1; a text tag's slot is NaN. */
  readonly values: Float64Array;
  /** One quality byte a slot. */
  readonly quality: Uint8Array;
  /** ms UTC a slot, where the device stamps each value itself; NaN where it does not. */
  readonly times?: Float64Array;
  /** Values of text tags by slot. */
  readonly texts?: ReadonlyMap<number, string>;
  /** Register bytes as received, for tables with statutory tags. */
  readonly raw?: Uint8Array;
  /**
   * ms that the device's times may lie behind ours, beyond what clocks differ, and be believed: of an hourly mean told when
   * the hour is over, of a report that is sent again until somebody takes it.
   */
  readonly behindMs?: number;
  /** History filled in afterwards: stored and delivered, never changes a live alarm. */
  readonly late?: boolean;
}

/** A reading with the host's stamps, on its way through transforms and rules. */
export interface StampedFrame extends Reading {
  /** ms on the gateway's own timeline: monotonic, goes on across restarts, never steps. */
  readonly instant: number;
  /** ms UTC, the label for people and sinks; NaN while the time of this boot is not known. */
  readonly time: number;
  /** ± ms around `time`. */
  readonly timeSpread: number;
}

/** A frame as journaled. */
export interface Frame extends StampedFrame {
  /** Given at append; dense a device within one journal epoch. */
  readonly sequence: number;
}
