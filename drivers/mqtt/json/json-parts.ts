import type { DriverDevice } from '../../../gateway/contract/index.js';
import type { AvailabilitySettings, DeviceSettings, RecordSettings } from './device-schema.js';
import { tagTypeOf, type TagAddress } from './tag-schema.js';
import { topicOf } from './topic-field.js';

export type JsonDeviceConfig = DriverDevice<DeviceSettings, TagAddress>;

/** A tag and the slot it fills. */
export interface JsonSlot {
  readonly group: string;
  readonly slot: number;
  readonly tag: string;
  readonly address: TagAddress;
}

/** What the messages of one topic filter give one device. */
export interface JsonPart {
  readonly filter: string;
  readonly slots: readonly JsonSlot[];
  readonly records: readonly (readonly [name: string, settings: RecordSettings])[];
  readonly availability: AvailabilitySettings | undefined;
}

/** The topic filters of a device, each with what is made of its messages. */
export function partsOf({ name, settings, groups }: JsonDeviceConfig): JsonPart[] {
  const own = topicOf(settings.topic, name);
  const below = (lower: string | undefined): string => (lower === undefined ? own : `${own}/${topicOf(lower, name)}`);
  const slots = groups.flatMap((group) =>
    group.tags.map(({ name: tag, address }, slot) => ({ group: group.name, slot, tag, address })),
  );
  const records = Object.entries(settings.records);
  const { availability } = settings;
  const word = availability && topicOf(availability.topic, name).replaceAll('{topic}', own);
  const filters = new Set([
    ...slots.map(({ address }) => below(address.topic)),
    ...records.map(([, { topic }]) => below(topic)),
    ...(word === undefined ? [] : [word]),
  ]);
  return [...filters].map((filter) => ({
    filter,
    slots: slots.filter(({ address }) => below(address.topic) === filter),
    records: records.filter(([, { topic }]) => below(topic) === filter),
    availability: word === filter ? availability : undefined,
  }));
}

/** A tag that takes a plain word as it is. */
export const takesWords = (address: TagAddress): boolean => {
  const type = tagTypeOf(address);
  return type === 'text' || (type === 'boolean' && address.is !== undefined) || address.inText;
};
