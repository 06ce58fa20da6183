import { Quality, type QualityName, qualityStatus } from '../../../gateway/contract/index.js';
import type { ConsoleActs, ConsoleView } from '../../../gateway/console/index.js';
import type { DeviceView, LinkView, SinkView, ValueView } from '../../../gateway/runtime/index.js';

type View = { [Method in keyof ConsoleView]: ConsoleView[Method] };

const value = (
  device: string,
  tag: string,
  reading: ValueView['value'],
  unit: string,
  quality: QualityName,
): ValueView => ({
  device,
  group: 'main',
  tag,
  unit,
  value: reading,
  quality,
  status: qualityStatus(Quality[quality]),
  time: '2026-11-21T01:12:40.250Z',
  ageMs: 750,
  timeSpreadMs: 12,
});

export const link = (facts: Partial<LinkView> = {}): LinkView => ({
  name: 'house-bus',
  driver: 'modbus',
  state: 'connected',
  stateForMs: 7_300_000,
  reads: 86_400,
  failedReads: 3,
  overruns: 0,
  counters: { requests: 86_412, lateReplies: 2 },
  ...facts,
});

export const device = (facts: Partial<DeviceView> = {}): DeviceView => ({
  name: 'climate-1',
  link: 'house-bus',
  profile: 'xy-md02',
  state: 'online',
  ...facts,
});

export const sink = (facts: Partial<SinkView> = {}): SinkView => ({
  name: 'history',
  type: 'influxdb',
  isConnected: true,
  waiting: 4,
  isForked: false,
  parkedFields: 0,
  ...facts,
});

export const account = (facts: Partial<ReturnType<ConsoleView['ledger']>['sinks'][number]> = {}) => ({
  sink: 'history',
  lane: 'samples' as const,
  appended: 1200,
  delivered: 1190,
  rejected: 1,
  dropped: { age: 5 },
  waiting: 4,
  isBalanced: true,
  ...facts,
});

const wellView: View = {
  status: () => ({
    site: { id: 'demo-farm', name: '示范猪场', timezone: '+08:00', kind: 'general' },
    epoch: '6f1c0b7e9d2a4c58',
    version: '0.1.0',
    configuration: 'a3f5'.repeat(16),
    upMs: 7_312_000,
    isClockTrusted: true,
    time: '2026-11-21T01:12:41.000Z',
    recovery: 'stop',
    journalWaitingBytes: 460,
    journalTrouble: null,
    tables: 3,
  }),
  links: () => [link(), link({ name: 'pump-station', counters: {} })],
  devices: () => [device(), device({ name: 'pit-level', link: 'pump-station', profile: 'qdy30a' })],
  values: (name) =>
    [
      value('climate-1', 'temperature', 23.600000381469727, '°C', 'good'),
      value('climate-1', 'humidity', 71.2, '%', 'uncertain-stuck'),
      value('pit-level', 'level', null, 'm', 'bad-no-answer'),
      value('box', 'clock_trusted', true, '', 'good'),
      value('box', 'clock_source', 'system', '', 'good'),
    ].filter((one) => name === undefined || one.device === name),
  sinks: () => [sink()],
  activeConditions: () => [],
  ledger: () => ({
    site: 'demo-farm',
    epoch: '6f1c0b7e9d2a4c58',
    run: { acquired: 1203, appended: 1200, unstored: { 'memory full': 3 }, isBalanced: true },
    lanes: { samples: { first: 0, next: 1200, committed: 1198 }, alarms: { first: 0, next: 40, committed: 40 } },
    sinks: [account(), account({ lane: 'alarms', appended: 40, delivered: 40, rejected: 0, dropped: {}, waiting: 0 })],
  }),
  events: async (countMax) =>
    Array.from({ length: Math.min(countMax, 3) }, (_, index) => ({
      kind: 'event' as const,
      instant: 1000 + index,
      time: index === 0 ? Number.NaN : Date.UTC(2026, 10, 21, 1, 0, index),
      key: 'climate-1/temperature/HH',
      device: 'climate-1',
      tag: 'temperature',
      limitKind: 'HH',
      state: 'active' as const,
      value: 33.1,
      limit: 32,
      unit: '°C',
      quality: 'good',
      cause: { sequence: 77 + index },
      message: { en: 'too hot', zh: '温度过高' },
    })),
};

/** A gateway's view with nothing wrong but three frames that were not stored; tests replace what they are about. */
export const fakeView = (parts: Partial<View> = {}): ConsoleView => ({ ...wellView, ...parts });

export type DoneAct = readonly [act: string, who: string, sink?: string];

/** Acts that only remember what was asked of them. */
export function fakeActs(outcome: Awaited<ReturnType<ConsoleActs['forgetSink']>> = 'forgotten') {
  const done: DoneAct[] = [];
  const acts: ConsoleActs = {
    believeClock: async (who) => void done.push(['believeClock', who]),
    forgetSink: async (who, name) => {
      done.push(['forgetSink', who, name]);
      return outcome;
    },
  };
  return { acts, done };
}
