import { z } from 'zod';
import { byteCount, duration, nameField, secretReference } from '../../gateway/contract/index.js';
import { alarmSchema, alarmsSchema } from './alarm-schema.js';
import { contextSchema } from './context-schema.js';
import { day, formerly, interval, open, timezone } from './fields.js';
import { groupsSchema } from './profile-schema.js';

/** The format this release writes and reads; older ones are brought up by `migrations.ts`, newer ones refused. */
export const currentVersion = 1;

const port = () => z.int().min(1).max(65_535);
const host = () => z.string().min(1);

const siteHalf = z.strictObject({
  id: nameField().describe('Stable id; part of every identity the site gives away, so never changed'),
  name: z.string().min(1).max(100).optional().describe('Name for people; without it the id is shown'),
  timezone: timezone().default('+08:00').describe('Zone people see times in'),
  kind: z.enum(['general', 'mine']).default('general').describe('`mine` refuses what no mine may do'),
});

/** The common half of a link; the driver's half stands flat beside it. */
export const linkSchema = z.strictObject({
  driver: z.string().min(1).describe('Protocol family spoken on this link'),
  probeShare: z
    .number()
    .gt(0)
    .max(1)
    .default(0.1)
    .describe('Share of the bus that devices which do not answer may take together'),
  devices: z.record(nameField(), open()).describe('Devices on this link, by name; a name is unique in the site'),
});

/** The common half of a device; the driver's half stands flat beside it. */
export const deviceSchema = z.strictObject({
  profile: nameField().describe('What the device has: a profile of this site or one shipped with Sluice'),
  poll: interval().optional().describe('In place of the `poll` of the profile'),
  groups: groupsSchema.optional().describe('In place of intervals of the `groups` of the profile'),
  formerly: formerly(nameField()),
});

/** The common half of a rule; the half of its `type` stands flat beside it. */
export const ruleSchema = z.strictObject({
  type: z.string().min(1).describe('Kind of rule'),
  devices: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      'Devices it applies to: names, `profile:NAME`, `*` for all that have its tags, `box` for the gateway itself',
    )
    .meta({ examples: [['climate-1'], ['profile:xy-md02'], ['*']] }),
  alarm: alarmSchema.optional().describe('Makes its conditions alarms: why they exist and what a person does'),
  shadow: day().optional().describe('Until this day its alarms are recorded and counted, not announced'),
  formerly: formerly(nameField()),
});

const deadbandSchema = z.strictObject({
  atLeastEvery: duration().prefault('10min').describe('Each tag is sent at least this often'),
  tags: z
    .record(z.string().min(1), z.number().min(0))
    .default({})
    .describe(
      'Bands by `tag` or `device.tag`, in its unit: it is sent when it moved by more than this since it was last sent; ' +
        'others when they moved by half their `resolution`, without one by any change',
    )
    .meta({ examples: [{ temperature: 0.2, 'barn-1.temperature': 0.1 }] }),
});

/** The common half of a sink; the half of its `type` stands flat beside it. */
export const sinkSchema = z.strictObject({
  type: z.string().min(1).describe('Kind of destination'),
  from: z.enum(['now', 'beginning']).default('now').describe('Where a sink added later begins'),
  flush: duration().prefault('1s').describe('Longest wait before a batch is sent'),
  batch: z.int().min(1).max(100_000).default(500).describe('Most records in one batch'),
  liveFirstAfter: duration()
    .prefault('1min')
    .describe('After a longer outage live data goes first and the backlog follows beside it'),
  backlogPerSecond: z.int().min(1).max(1_000_000).default(2000).describe('Records a second of a backlog'),
  order: z.enum(['live-first', 'strict']).default('live-first').describe('`strict`: always oldest first'),
  deadband: deadbandSchema.optional().describe('What did not change is not sent; without this section everything is'),
});

const journalSchema = z.strictObject({
  folder: z.string().min(1).default('./data/journal').describe('Where it is kept, from the working directory'),
  commitEvery: duration().prefault('1s').describe('A power cut takes at most the frames of this time'),
  bytesMax: byteCount().prefault('2GiB').describe('Beyond it the oldest samples are dropped and counted'),
  freeBytesMin: byteCount().prefault('256MiB').describe('Free disk that is left to others'),
  samplesAgeMax: duration().prefault('30d').describe('Older samples are dropped'),
  alarmsAgeMax: duration().prefault('180d').describe('Older alarms and audit records are dropped'),
  memoryBytesMax: byteCount()
    .prefault('16MiB')
    .describe('Frames, and happenings, waiting for a stalled disk, each lane; beyond it they are counted as unstored'),
});

const httpSchema = z.strictObject({
  host: host().default('127.0.0.1').describe('Address of the status page; beyond loopback each request needs a token'),
  port: port().default(8080).describe('Its port'),
});

const topicFilters = () =>
  z
    .array(
      z
        .string()
        .regex(/^(?:[^+#\0/]*|\+)(?:\/(?:[^+#\0/]*|\+))*(?:\/#)?$|^#$/u)
        .min(1),
    )
    .default([])
    .meta({ examples: [['farm/esp-1/#']] });

const brokerSchema = z.strictObject({
  host: host().default('127.0.0.1').describe('Address of the embedded MQTT broker; beyond loopback it needs users'),
  port: port().default(1883).describe('Its port'),
  tls: z
    .strictObject({
      certificate: z.string().min(1).describe('PEM file with its certificate, and those between it and the root'),
      key: z.string().min(1).describe('PEM file with its private key'),
    })
    .optional()
    .describe('Encrypts what goes over it; without it a password can be read on the way'),
  devices: z
    .record(
      nameField(),
      z.strictObject({
        password: secretReference.describe('What the device signs in with, beside its name'),
        publish: topicFilters().describe('Topics it may publish to: `farm/esp-1/#`'),
        subscribe: topicFilters().describe('Topics it may listen to'),
      }),
    )
    .default({})
    .describe('Devices that publish here, by the user name each signs in with'),
  limits: z
    .strictObject({
      clients: z
        .int()
        .min(1)
        .max(10_000)
        .default(100)
        .describe('Clients at once; further ones are closed as they come'),
      packet: byteCount().prefault('256KiB').describe('Largest packet of a client; who sends a larger one is dropped'),
      perSecond: z
        .int()
        .min(1)
        .max(100_000)
        .default(100)
        .describe('Packets a second of one client, without acknowledgements; who sends more is dropped'),
    })
    .prefault({})
    .describe('What clients may send'),
});

/** The site file down to where the halves of drivers, rules and sinks begin. */
export const siteSchema = z.strictObject({
  version: z.literal(currentVersion).describe('Version of this file format'),
  site: siteHalf.describe('What this site is called'),
  profiles: z
    .union([z.array(z.string().min(1)), z.record(nameField(), open())])
    .optional()
    .describe('Profile files beside this one, or profiles by name; those shipped with Sluice need no entry'),
  links: z.record(nameField(), open()).describe('What devices are reached over, by name'),
  context: contextSchema.describe('What holds for a while and people set: batch, calibration, coefficients, datum'),
  rules: z.record(nameField(), open()).default({}).describe('What is judged while data flows, by name'),
  alarms: alarmsSchema.prefault({}).describe('What holds for all alarms'),
  classes: z.record(nameField(), open()).default({}).describe('Classes of alarms beside the built-in ones'),
  sinks: z.record(nameField(), open()).default({}).describe('Where data goes, by name'),
  journal: journalSchema.prefault({}).describe('The durable log on this box'),
  http: httpSchema.prefault({}).describe('Status page and interface of this box'),
  broker: brokerSchema.optional().describe('Embedded MQTT broker; without this section there is none'),
  box: z
    .strictObject({ poll: interval().prefault('10s').describe("Interval of the box's own readings") })
    .prefault({})
    .describe('The device `box`: disk, memory, clock and backlog of the gateway itself'),
  clock: z
    .strictObject({
      source: z
        .enum(['system', 'operator'])
        .default('system')
        .describe('`operator`: the time is believed only after `sluice clock set`'),
    })
    .prefault({})
    .describe('Who vouches for the time'),
});

export type SiteFile = z.output<typeof siteSchema>;
export type LinkHalf = z.output<typeof linkSchema>;
export type RuleHalf = z.output<typeof ruleSchema>;
export type DeviceHalf = z.output<typeof deviceSchema>;
export type SinkHalf = z.output<typeof sinkSchema>;
