import {
  type AlarmsBatch,
  type Entry,
  type EventEntry,
  type Frame,
  type Identity,
  Quality,
  type SamplesBatch,
  type Tag,
  type TagTable,
} from '../../gateway/contract/index.js';

export const identity: Identity = { site: 'pig-farm-3', epoch: '7f3a9c5e2b1d4860' };

/** A time in the past hour: recent enough for every retention policy, fixed within a run. */
export const someTime = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;

export const houseTags: readonly Tag[] = [
  { name: 'temperature', type: 'number', unit: '°C' },
  { name: '氨气', type: 'number', unit: 'mg/m³' },
  { name: 'fan', type: 'boolean', unit: '' },
  { name: 'count', type: 'integer', unit: '' },
  { name: 'model', type: 'text', unit: '' },
];

export function tableOf(tags: readonly Tag[] = houseTags, of: Partial<TagTable> = {}): TagTable {
  return {
    number: 1,
    site: identity.site,
    link: 'rs485-1',
    device: '猪舍-1',
    profile: 'house-sensor',
    group: 'air',
    configuration: 'c0ffee',
    tags,
    ...of,
  };
}

/** What a slot holds: a number, a boolean, a text, a bad quality by name, or nothing. */
export type Slot =
  | number
  | boolean
  | string
  | { readonly quality: keyof typeof Quality; readonly value?: number }
  | null;

export function frameOf(table: TagTable, sequence: number, slots: readonly Slot[], of: Partial<Frame> = {}): Frame {
  const values = new Float64Array(slots.length).fill(Number.NaN);
  const quality = new Uint8Array(slots.length);
  const texts = new Map<number, string>();
  slots.forEach((slot, n) => {
    if (slot === null) return;
    quality[n] = typeof slot === 'object' ? Quality[slot.quality] : Quality.good;
    if (typeof slot === 'string') texts.set(n, slot);
    else values[n] = typeof slot === 'object' ? (slot.value ?? Number.NaN) : Number(slot);
  });
  return {
    table,
    sequence,
    instant: sequence * 1000,
    time: someTime + sequence * 10,
    timeSpread: 5,
    values,
    quality,
    texts,
    ...of,
  };
}

export const houseFrame = (table: TagTable, sequence: number): Frame =>
  frameOf(table, sequence, [21.5 + sequence, 3.25, sequence % 2 === 0, sequence, 'AB-12']);

export const samples = (records: readonly Frame[], firstOffset = 1, historical = false): SamplesBatch => ({
  lane: 'samples',
  identity,
  offsets: records.map((_, n) => firstOffset + n),
  historical,
  records,
});

export const alarms = (records: readonly Entry[], firstOffset = 1): AlarmsBatch => ({
  lane: 'alarms',
  identity,
  offsets: records.map((_, n) => firstOffset + n),
  historical: false,
  records,
});

export const eventEntry = (instant: number, of: Partial<EventEntry> = {}): EventEntry => ({
  kind: 'event',
  instant,
  time: someTime + instant,
  key: '猪舍-1/氨气/HH',
  device: '猪舍-1',
  tag: '氨气',
  limitKind: 'HH',
  state: 'active',
  value: 26.5,
  limit: 25,
  unit: 'mg/m³',
  quality: 'good',
  cause: { sequence: 7 },
  message: { en: 'ammonia "too high"', zh: '氨气过高' },
  ...of,
});

/** One entry of every kind. */
export function everyEntry(): readonly Entry[] {
  const stamp = { instant: 5000, time: someTime + 5000 };
  return [
    eventEntry(5000),
    eventEntry(5000, { state: 'normal', value: null, cause: { tick: 6000 } }),
    { ...stamp, kind: 'transition', subject: 'device', name: '猪舍-1', state: 'answers', reason: 'after 3 probes' },
    { ...stamp, kind: 'gap', reason: 'first-start', lastKept: null, firstNew: 1, tornBytes: 0 },
    {
      ...stamp,
      kind: 'gap',
      reason: 'crash',
      lastKept: { offset: 41, instant: 400, time: someTime },
      firstNew: 42,
      tornBytes: 17,
    },
    {
      ...stamp,
      kind: 'clock',
      boot: 'b1',
      utc: someTime,
      source: 'rtc',
      why: 'boot',
      movedMs: 0,
      floor: null,
      trusted: true,
    },
    { ...stamp, kind: 'epoch', epoch: identity.epoch, previous: null, reason: 'created', machine: 'm1', folder: 'f1' },
    { ...stamp, kind: 'configuration', hash: 'c0ffee', version: '0.1.0', files: { 'site.yaml': 'site: {}\n' } },
    {
      ...stamp,
      kind: 'audit',
      who: 'zhang',
      action: 'sink forget',
      detail: { sink: 'old' },
      previous: '',
      hash: 'ab12',
    },
    { ...stamp, kind: 'refusal', sink: 'influx', lane: 'samples', offset: 9, tag: null, reason: 'too old' },
    { ...stamp, kind: 'unstored', reason: 'disk full', frames: 12 },
  ];
}
