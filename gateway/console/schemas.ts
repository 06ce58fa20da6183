import { z } from 'zod';
import type { EventEntry } from '../contract/index.js';
import type {
  ConditionView,
  DeviceView,
  Ledger,
  LinkView,
  SinkAccount,
  SinkView,
  StatusView,
  ValueView,
} from '../runtime/index.js';
import { alarm } from './alarm-schemas.js';
import type { Attention } from './attention.js';
import { mode } from './mode-schemas.js';
import { count, instant, rfc3339, text } from './schema-fields.js';

/** What the interface answers with: the shapes that the routes declare and the OpenAPI document is made from. */

export const failure = z
  .strictObject({ error: text })
  .meta({ id: 'Failure', description: 'Why a request was not served' });

export const status = z
  .strictObject({
    site: z.strictObject({
      id: z.string(),
      name: z.string(),
      timezone: z.string().describe('Times are shown to people in it: `+08:00` or an IANA name'),
      kind: z.enum(['general', 'mine']),
    }),
    epoch: z.string().describe('Identity of the journal; part of every identity given away'),
    version: z.string(),
    configuration: z.string().describe('SHA-256 of the applied configuration'),
    upMs: z.number(),
    isClockTrusted: z.boolean().describe('False while records are held for want of a time'),
    time: rfc3339(),
    recovery: z.string().describe('How the run before this one ended'),
    journalWaitingBytes: z.number().describe('Bytes taken in and not yet written to disk'),
    journalTrouble: z.string().nullable().describe('What the disk refuses with, while it does'),
    tables: count().describe('Poll groups, the built-in ones among them'),
  })
  .meta({ id: 'Status' }) satisfies z.ZodType<StatusView>;

export const link = z
  .strictObject({
    name: z.string(),
    driver: z.string(),
    state: z.string(),
    stateForMs: z.number(),
    reads: count(),
    failedReads: count(),
    overruns: count().describe('Polls that were due while the link was busy, and were left out'),
    counters: z.record(z.string(), z.number()).describe("The driver's own counters"),
  })
  .meta({ id: 'Link' }) satisfies z.ZodType<LinkView>;

export const device = z
  .strictObject({
    name: z.string(),
    link: z.string(),
    profile: z.string(),
    state: z.enum(['online', 'offline', 'unknown']),
  })
  .meta({ id: 'Device' }) satisfies z.ZodType<DeviceView>;

export const value = z
  .strictObject({
    device: z.string(),
    group: z.string(),
    tag: z.string(),
    unit: z.string().describe('Empty when it has none'),
    value: z.union([z.number(), z.boolean(), z.string(), z.null()]).describe('null when the quality is bad or absent'),
    quality: z.string().describe('By name, such as `good`; all names are listed under /api/qualities'),
    status: z.int().min(0).describe('OPC UA StatusCode'),
    time: rfc3339(),
    ageMs: z.number().describe('ms since it was read'),
    timeSpreadMs: z.number().describe('`time` is right within ± this'),
  })
  .meta({ id: 'Value' }) satisfies z.ZodType<ValueView>;

export const quality = z
  .strictObject({ name: z.string(), code: z.int().min(0).max(255), status: z.int().min(0), text })
  .meta({ id: 'Quality' });

export const condition = z
  .strictObject({
    key: z.string(),
    device: z.string(),
    tag: z.string(),
    kind: z.string().describe('`HH`, `H`, `L`, `LL`, …'),
    limit: z.number().nullable().describe('null where there is none, or where it changes'),
    unit: z.string(),
    message: text,
    since: rfc3339(),
    sinceMs: z.number().describe('ms since it became active'),
  })
  .meta({ id: 'Condition' }) satisfies z.ZodType<ConditionView>;

const cause = z
  .union([
    z.strictObject({ sequence: count(), device: z.string().exactOptional() }),
    z.strictObject({ tick: instant() }),
    z.strictObject({ configuration: z.string() }),
    z.strictObject({ act: z.string(), after: count() }),
  ])
  .describe(
    "A device's frame, the instant of a tick, the hash of an applied configuration, or a person's act after so many frames",
  );

/** An event as the journal has it, with its time as people and programs outside read it. */
export type EventView = Omit<EventEntry, 'time'> & { readonly time: string | null };

export const event = z
  .strictObject({
    kind: z.literal('event'),
    instant: instant(),
    time: rfc3339(),
    key: z.string(),
    device: z.string(),
    tag: z.string(),
    limitKind: z.string(),
    state: z.enum(['active', 'normal']),
    value: z.number().nullable(),
    limit: z.number().nullable(),
    unit: z.string(),
    quality: z.string(),
    cause,
    message: text,
  })
  .meta({ id: 'Event' }) satisfies z.ZodType<EventView>;

export const sink = z
  .strictObject({
    name: z.string(),
    type: z.string(),
    isConnected: z.boolean(),
    waiting: count().describe('Records of both lanes that wait'),
    isForked: z.boolean().describe('True while a backlog follows beside the live stream'),
    parkedFields: count().describe('Single fields refused while the rest of their frame was stored'),
  })
  .meta({ id: 'Sink' }) satisfies z.ZodType<SinkView>;

const reasons = () => z.record(z.string(), count()).describe('Count by reason');
const laneName = z.enum(['samples', 'alarms']);
const laneOffsets = z.strictObject({ first: count(), next: count(), committed: count() });

const account = z
  .strictObject({
    sink: z.string(),
    lane: laneName,
    appended: count(),
    delivered: z.int(),
    unchanged: count().describe('Not sent, as nothing in them had changed'),
    rejected: count(),
    dropped: reasons(),
    waiting: z.int(),
    isBalanced: z.boolean().describe('appended is the sum of all the others'),
  })
  .meta({ id: 'SinkAccount' }) satisfies z.ZodType<SinkAccount>;

export const ledger = z
  .strictObject({
    site: z.string(),
    epoch: z.string(),
    run: z
      .strictObject({ acquired: count(), appended: count(), unstored: reasons(), isBalanced: z.boolean() })
      .describe('Frames of this run: acquired = appended + unstored'),
    lanes: z.strictObject({ samples: laneOffsets, alarms: laneOffsets }),
    sinks: z.array(account),
  })
  .meta({ id: 'Ledger' }) satisfies z.ZodType<Ledger>;

export const attention = z
  .strictObject({
    subject: z.enum(['link', 'device', 'sink', 'journal', 'clock', 'ledger']),
    name: z.string(),
    text,
    stopsReady: z.boolean().describe('True for what makes /health/ready answer 503'),
  })
  .meta({
    id: 'Attention',
    description: 'Something of the gateway itself that a person should see to',
  }) satisfies z.ZodType<Attention>;

export const readiness = z
  .strictObject({ isReady: z.boolean(), reasons: z.array(attention) })
  .meta({ id: 'Readiness' });

export const overview = z
  .strictObject({
    status,
    isFlooded: z.boolean().describe('More alarms than a person can follow'),
    alarms: z.array(alarm).describe('The most pressing first'),
    attention: z.array(attention),
    conditions: z.array(condition).describe('Active ones that are no alarms, because nobody has to act on them'),
    modes: z.array(mode).describe('What is being worked on'),
    links: z.array(link),
    devices: z.array(device),
    values: z.array(value),
    sinks: z.array(sink),
    ledger,
  })
  .meta({ id: 'Overview', description: 'All of it at one moment, as the status page shows it' });
