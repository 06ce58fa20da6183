export type {
  Acknowledgement,
  AlarmBase,
  AlarmChange,
  AlarmClass,
  AlarmDisplay,
  AlarmState,
  Chatter,
  FirstOut,
  Moment,
  OutOfService,
  Priority,
  Rationale,
  Shelf,
  Suppression,
} from './alarm.js';
export { alarmBases, alarmChanges, isAtRest, priorities } from './alarm.js';
export type { Clock } from './clock.js';
export type {
  Acknowledged,
  AcknowledgedBy,
  Acknowledging,
  Counting,
  Driver,
  DriverContext,
  DriverDefinition,
  DriverDevice,
  DriverGroup,
  DriverLink,
  DriverTag,
  Happening,
  Learned,
  LinkPlan,
  LinkTables,
  PlannedRequest,
  PolledDriver,
  Probeable,
  ReadRequest,
  SubscribedDriver,
  Told,
} from './driver.js';
export { isAcknowledging, isSubscribed } from './driver.js';
export type {
  AlarmEntry,
  AuditEntry,
  Cause,
  ClockEntry,
  ConfigurationEntry,
  ContextEntry,
  Entry,
  EntryStamp,
  EpochEntry,
  EventEntry,
  ExceedanceEntry,
  FloodEntry,
  GapEntry,
  LaneName,
  LateEntry,
  ModeEntry,
  RecordEntry,
  RefusalEntry,
  StatutoryEntry,
  TransitionEntry,
  UnstoredEntry,
} from './entry.js';
export { BackOff, DeviceFault, NotConnected } from './errors.js';
export type { SecretReference } from './fields.js';
export { byteCount, duration, nameField, parseBytes, parseDuration, secretReference } from './fields.js';
export type { Frame, Reading, StampedFrame, Tag, TagTable, TagTableSpec, TagType } from './frame.js';
export { FrameBuilder } from './frame-builder.js';
export type { Json } from './json.js';
export type { Log, LogFields } from './log.js';
export { silentLog } from './log.js';
export type { Problem } from './problem.js';
export type { QualityEntry, QualityName } from './quality.js';
export {
  hasValue,
  isBad,
  isGood,
  isUncertain,
  Quality,
  qualities,
  qualityName,
  qualityStatus,
} from './quality.js';
export type {
  CompiledRule,
  Condition,
  ConditionDescription,
  Exceedance,
  Finding,
  Judgement,
  QuietZone,
  Rule,
  RuleDefinition,
  Transform,
} from './rule.js';
export type { DeviceModel, Fault, Simulator } from './simulator.js';
export type {
  AlarmsBatch,
  Batch,
  Identity,
  SamplesBatch,
  Sink,
  SinkContext,
  SinkDefinition,
  StandingEntry,
  WriteOutcome,
} from './sink.js';
export type { Language, Text } from './text.js';
