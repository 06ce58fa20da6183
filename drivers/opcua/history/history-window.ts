import type { DataValue } from 'node-opcua-client';
import { FrameBuilder, type Reading, type TagTable } from '../../../gateway/contract/index.js';
import { putValue, sourceTimeOf, type Target } from '../items.js';
import type { Gap } from './seen-times.js';

/** What the history of one node gave for one window, for the slots of one table that take something of it. */
export interface NodeHistory {
  readonly targets: readonly Target[];
  readonly values: readonly DataValue[];
}

/** Readings made of history, and how many values are in them. */
export interface LateReadings {
  readonly readings: readonly Reading[];
  readonly values: number;
}

/**
 * Late readings of one table in order of time, one for each source time, from what lies within the gap of each slot:
 * its ends were told live. Values from `until` on are left for the next window.
 */
export function lateReadings(
  table: TagTable,
  { from, to }: Gap,
  histories: readonly NodeHistory[],
  until: number,
): LateReadings {
  const builders = new Map<number, FrameBuilder[]>();
  let count = 0;
  for (const { targets, values } of histories) {
    for (const value of values) {
      const time = sourceTimeOf(value);
      if (time === undefined || time >= until) continue;
      let used = false;
      for (const target of targets) {
        if (!(time > (from[target.slot] as number) && time < (to[target.slot] as number))) continue;
        const builder = builderAt(builders, table, time, target.slot);
        putValue(builder, target, value);
        builder.deviceTime(target.slot, Math.floor(time));
        used = true;
      }
      if (used) count += 1;
    }
  }
  const inOrder = [...builders].sort(([a], [b]) => a - b);
  return { readings: inOrder.flatMap(([, some]) => some.map((builder) => builder.build())), values: count };
}

/** The first reading of this time whose slot is free: two values of one time make two readings. */
function builderAt(builders: Map<number, FrameBuilder[]>, table: TagTable, time: number, slot: number): FrameBuilder {
  const some = builders.get(time) ?? [];
  builders.set(time, some);
  const free = some.find(({ quality }) => quality[slot] === 0);
  if (free) return free;
  const builder = new FrameBuilder(table);
  builder.late();
  some.push(builder);
  return builder;
}
