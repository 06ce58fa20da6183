import {
  type DriverDevice,
  FrameBuilder,
  type LinkTables,
  Quality,
  type Reading,
  type TagTable,
} from '../../../gateway/contract/index.js';
import type { ConditionName, ConditionStates, TagState } from './condition-states.js';
import type { DeviceSettings } from '../device-schema.js';
import { isAlarm, type TagAddress } from '../tag-schema.js';

/** A tag that is the active state of a condition, and where it stands. */
export interface ConditionTag {
  readonly tag: string;
  readonly name: ConditionName;
  readonly table: TagTable;
  readonly slot: number;
}

type Device = DriverDevice<DeviceSettings, TagAddress>;

export const hasConditions = ({ groups }: Device): boolean =>
  groups.some(({ tags }) => tags.some(({ address }) => isAlarm(address)));

/** The tags of a device that stand for conditions, in the order their states are numbered by. */
export function conditionTags({ name: device, groups }: Device, tables: LinkTables): ConditionTag[] {
  return groups.flatMap(({ name: group, tags }) =>
    tags.flatMap(({ name: tag, address }, slot) => {
      if (!isAlarm(address)) return [];
      const table = tables.get(device)?.get(group);
      if (!table) throw new Error(`the host has no table of ${device}, group ${group}`);
      return [{ tag, name: address.alarm, table, slot }];
    }),
  );
}

/** Each state as a value, or as the quality of there being none. */
const meanings: Readonly<Record<Exclude<TagState, 'unknown'>, { readonly value: 0 | 1 } | { readonly bad: number }>> = {
  active: { value: 1 },
  inactive: { value: 0 },
  disabled: { bad: Quality['bad-out-of-service'] },
  stateless: { bad: Quality['bad-configuration'] },
  crowded: { bad: Quality['bad-configuration'] },
};

/**
 * The states of some tags as readings, one a table; of those nothing is known of, nothing is said, and one that is not
 * sure is the last usable value. The time of an event is that of the value, where `isOfNow` finds it so; `behindMs`: how
 * long the server may keep an event back.
 */
export function conditionReadings(
  tags: readonly ConditionTag[],
  some: readonly number[],
  states: ConditionStates,
  isOfNow: (time: number) => boolean,
  behindMs: number,
): Reading[] {
  const builders = new Map<TagTable, FrameBuilder>();
  for (const at of some) {
    const { table, slot } = tags[at] as ConditionTag;
    const { state, isSure, time } = states.at(at);
    if (state === 'unknown') continue;
    const builder = builders.get(table) ?? new FrameBuilder(table);
    builders.set(table, builder);
    const meaning = meanings[state];
    if ('bad' in meaning) builder.bad(slot, meaning.bad);
    else builder.set(slot, meaning.value, isSure ? Quality.good : Quality['uncertain-last-usable']);
    if (time === undefined || !isOfNow(time)) continue;
    builder.deviceTime(slot, time);
    builder.behind(behindMs);
  }
  return [...builders.values()].map((builder) => builder.build());
}
