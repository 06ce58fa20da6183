import { type ModeEntry, Quality, type QualityName, qualityStatus } from '../../../gateway/contract/index.js';
import type { ConsoleActs, ConsoleView } from '../../../gateway/console/index.js';
import type {
  AlarmOutcome,
  ContextView,
  DeviceView,
  LinkView,
  Proposal,
  Request,
  SinkView,
  ValueView,
} from '../../../gateway/runtime/index.js';
import { alarmEntry, FakeLane } from './fake-alarms.js';

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

export const contextItem = (facts: Partial<ContextView> = {}): ContextView => ({
  name: 'batch-start',
  type: 'date',
  unit: '',
  description: 'first day of the batch',
  by: 'operator',
  value: '2026-11-19',
  number: 2.38,
  from: '2026-11-19T00:00:00.000Z',
  revision: 3,
  who: 'li',
  reason: 'weaners came',
  plans: [{ value: null, from: '2027-03-01T00:00:00.000Z', revision: 4, who: 'li', reason: 'house empty' }],
  ...facts,
});

export const account = (facts: Partial<ReturnType<ConsoleView['ledger']>['sinks'][number]> = {}) => ({
  sink: 'history',
  lane: 'samples' as const,
  appended: 1200,
  delivered: 1190,
  unchanged: 0,
  rejected: 1,
  dropped: { age: 5 },
  waiting: 4,
  isBalanced: true,
  ...facts,
});

const noProposal: Proposal = {
  configuration: 'b4c6'.repeat(16),
  applied: 'a3f5'.repeat(16),
  changes: [],
  approvers: [],
  isApproved: true,
};

/** Somebody works on a whole device. */
export const mode = (facts: Partial<ModeEntry> = {}): ModeEntry => ({
  kind: 'mode',
  instant: 400_000,
  time: Date.UTC(2026, 10, 21, 1),
  mode: 'maintenance',
  change: 'began',
  device: 'climate-1',
  tag: null,
  who: 'engineer',
  reason: 'new fan',
  since: { instant: 400_000, time: Date.UTC(2026, 10, 21, 1) },
  until: { instant: 7_600_000, time: Date.UTC(2026, 10, 21, 3) },
  ...facts,
});

/** What the alarms lane of a well gateway holds. */
function wellLane(): FakeLane {
  const lane = new FakeLane();
  lane.append(...Array.from({ length: 40 }, () => alarmEntry({ time: Date.UTC(2026, 10, 20, 1) })));
  return lane;
}

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
  instant: 1_000_000,
  alarms: () => [],
  alarmDefinitions: () => [],
  alarmDefinition: () => undefined,
  modes: () => [mode()],
  context: () => [contextItem()],
  isFlooded: false,
  heldBack: undefined,
  statutory: async () => ({ heldBack: null, approvals: [] }),
  proposal: async () => noProposal,
  alarmsEnd: 40,
  follow: (from, signal) => wellLane().follow(from, signal),
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

/** What is seen of a lane in memory. */
export const viewOfLane = (lane: FakeLane, parts: Partial<View> = {}): ConsoleView => {
  const ledger = (): ReturnType<View['ledger']> => {
    const { lanes, ...rest } = wellView.ledger();
    return { ...rest, lanes: { ...lanes, alarms: { first: lane.first, next: lane.end, committed: lane.end } } };
  };
  const follow: View['follow'] = (from, signal) => lane.follow(from, signal);
  return Object.defineProperty(fakeView({ ledger, follow, ...parts }), 'alarmsEnd', { get: () => lane.end });
};

export type DoneAct = readonly [act: string, who: string, ...what: unknown[]];

interface Outcomes {
  readonly forget?: Awaited<ReturnType<ConsoleActs['forgetSink']>>;
  readonly alarm?: AlarmOutcome;
  readonly agree?: Awaited<ReturnType<ConsoleActs['agree']>>;
  readonly waiting?: readonly Request[];
  readonly mode?: Awaited<ReturnType<ConsoleActs['beginMode']>>;
  readonly context?: Awaited<ReturnType<ConsoleActs['setContext']>>;
}

/** Acts that only remember what was asked of them. */
export function fakeActs(outcomes: Outcomes = {}) {
  const done: DoneAct[] = [];
  const { forget = 'forgotten', alarm = { outcome: 'done' }, agree = { outcome: 'done' }, waiting = [] } = outcomes;
  const acts: ConsoleActs = {
    believeClock: async (who) => void done.push(['believeClock', who]),
    forgetSink: async (who, name) => {
      done.push(['forgetSink', who, name]);
      return forget;
    },
    alarm: async (who, key, act) => {
      done.push(['alarm', who, key, act]);
      return alarm;
    },
    approveStatutory: async (who, files) => {
      done.push(['approveStatutory', who, files]);
      return { outcome: 'approved', proposal: { ...noProposal, approvers: [who] } };
    },
    waitingRequests: () => waiting,
    beginMode: async (who, request, may) => {
      done.push(['beginMode', who, request, may('engineer'), may('administrator')]);
      return outcomes.mode;
    },
    endMode: async (who, device, tag) => {
      done.push(['endMode', who, device, tag]);
      return outcomes.mode;
    },
    setContext: async (who, request) => {
      done.push(['setContext', who, request]);
      return outcomes.context;
    },
    agree: async (who, id) => {
      done.push(['agree', who, id]);
      return agree;
    },
  };
  return { acts, done };
}
