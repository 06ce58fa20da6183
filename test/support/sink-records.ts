import {
  type AlarmEntry,
  type AlarmState,
  type AlarmsBatch,
  type Entry,
  type EventEntry,
  type ExceedanceEntry,
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

export const alarms = (records: readonly Entry[], firstOffset = 1, historical = false): AlarmsBatch => ({
  lane: 'alarms',
  identity,
  offsets: records.map((_, n) => firstOffset + n),
  historical,
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

/** An alarm nothing has to be remembered of. */
export const atRest: AlarmState = {
  base: 'normal',
  isAbnormal: false,
  shelf: null,
  suppression: null,
  outOfService: null,
  raised: null,
  acknowledged: null,
  chatter: null,
  firstOut: [],
};

const momentOf = (instant: number) => ({ instant, time: someTime + instant });

/** An alarm that has just come, unless told otherwise. */
export const alarmEntry = (instant: number, of: Partial<AlarmEntry> = {}): AlarmEntry => {
  const state: AlarmState = { ...atRest, base: 'unacknowledged', isAbnormal: true, raised: momentOf(instant) };
  return {
    kind: 'alarm',
    instant,
    time: someTime + instant,
    key: 'air/猪舍-1/氨气/HH',
    device: '猪舍-1',
    tag: '氨气',
    limitKind: 'HH',
    class: 'toxic',
    priority: 'high',
    change: 'raised',
    from: 'normal',
    to: 'unacknowledged',
    isAnnunciated: true,
    value: 26.5,
    limit: 25,
    unit: 'mg/m³',
    quality: 'good',
    cause: { sequence: 7, device: '猪舍-1' },
    comment: '',
    message: { en: 'ammonia "too high"', zh: '氨气过高' },
    action: { en: 'open the air inlets', zh: '打开进风口' },
    state,
    ...of,
  };
};

/** The same alarm gone: nothing is left of it. */
export const restingEntry = (instant: number, of: Partial<AlarmEntry> = {}): AlarmEntry =>
  alarmEntry(instant, {
    change: 'returned',
    from: 'acknowledged',
    to: 'normal',
    isAnnunciated: false,
    value: 24,
    state: atRest,
    ...of,
  });

export const exceedanceEntry = (instant: number, of: Partial<ExceedanceEntry> = {}): ExceedanceEntry => ({
  kind: 'exceedance',
  instant,
  time: someTime + instant,
  key: 'air/猪舍-1/氨气/HH',
  device: '猪舍-1',
  tag: '氨气',
  limitKind: 'HH',
  limit: 25,
  unit: 'mg/m³',
  began: momentOf(instant - 3000),
  durationMs: 3000,
  peak: 27,
  mean: 26.25,
  readings: 4,
  ...of,
});

/** One entry of every kind. */
export function everyEntry(): readonly Entry[] {
  const stamp = { instant: 5000, time: someTime + 5000 };
  return [
    eventEntry(5000),
    eventEntry(5000, { state: 'normal', value: null, cause: { tick: 6000 } }),
    alarmEntry(5000),
    alarmEntry(5000, {
      change: 'acknowledged',
      from: 'unacknowledged',
      to: 'acknowledged',
      cause: { act: 'zhang', after: 12 },
      comment: 'on my way',
      state: {
        ...atRest,
        base: 'acknowledged',
        isAbnormal: true,
        raised: momentOf(4000),
        acknowledged: { who: 'zhang', comment: 'on my way', ...momentOf(5000) },
      },
    }),
    alarmEntry(5000, { key: 'bus/LINK', device: '', tag: '', limitKind: 'LINK', value: null, limit: null, unit: '' }),
    restingEntry(5000, { cause: { configuration: 'c0ffee' }, change: 'closed', value: 24 }),
    exceedanceEntry(5000),
    exceedanceEntry(5000, { peak: null, mean: null, began: { instant: 2000, time: null } }),
    { ...stamp, kind: 'flood', state: 'began', count: 11 },
    { ...stamp, kind: 'flood', state: 'ended', count: 4 },
    {
      ...stamp,
      kind: 'context',
      name: 'batch-start',
      value: '2026-11-21',
      from: someTime,
      revision: 1,
      who: 'li',
      reason: 'weaners came',
    },
    { ...stamp, kind: 'context', name: 'zero', value: 0.12, from: someTime, revision: 2, who: 'li', reason: '' },
    { ...stamp, kind: 'transition', subject: 'device', name: '猪舍-1', state: 'answers', reason: 'after 3 probes' },
    { ...stamp, kind: 'gap', reason: 'first-start', lastKept: null, firstNew: 1, tornBytes: 0, tickedTo: null },
    {
      ...stamp,
      kind: 'gap',
      reason: 'crash',
      lastKept: { offset: 41, instant: 400, time: someTime },
      firstNew: 42,
      tornBytes: 17,
      tickedTo: 390,
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
      kind: 'statutory',
      device: '猪舍-1',
      tag: '氨气',
      what: 'scale',
      from: 0.1,
      to: 0.05,
      who: 'zhang + li',
      configuration: 'c0ffee',
    },
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
