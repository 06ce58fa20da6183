import { z } from 'zod';
import { duration, type TagType } from '../../../gateway/contract/index.js';
import { settingIssue } from '../../streams/index.js';
import { brokerFields, checkBrokerSettings } from '../broker/broker-settings.js';

/** Names within topics have no level and no wildcard in them (Sparkplug 3.0 §4.2). */
const nameField = () =>
  z
    .string()
    .regex(/^[^/+#\0]{1,128}$/)
    .meta({ examples: ['Plant-1'] });

/** The driver's half of a link. */
export const linkSchema = z
  .strictObject({
    ...brokerFields('1MiB'),
    hostId: nameField()
      .optional()
      .describe('Makes this gateway a host application: nodes that wait for it begin to speak'),
    rebirthPause: duration()
      .prefault('10s')
      .describe('A node is asked for its birth no more often than this, however much it says that nobody understands'),
    birthWait: duration()
      .prefault('30s')
      .describe('A node or device that is not born for so long after we asked does not answer'),
  })
  .superRefine(checkBrokerSettings)
  .superRefine(({ session }, context) => {
    if (session === 'clean') return;
    const what = { en: 'a Sparkplug host has a clean session', zh: 'Sparkplug 主机必须用 clean 会话' };
    const remedy = { en: 'leave `session` out', zh: '去掉 `session`' };
    context.addIssue(settingIssue({ what, remedy }, ['session']));
  });

export type LinkSettings = z.output<typeof linkSchema>;

/** The driver's half of a device: an edge node itself, or a device behind it. */
export const deviceSchema = z.strictObject({
  group: nameField().describe('Group of the edge node'),
  node: nameField().describe('The edge node'),
  device: nameField().optional().describe('The device behind it; without it the metrics of the node itself'),
  silentAfter: z
    .union([duration(), z.literal('never')])
    .prefault('never')
    .describe(
      'Without a message for so long its values are bad. `never`: nodes speak when something changes, and their death is told',
    ),
});

export type DeviceSettings = z.output<typeof deviceSchema>;

/** The driver's half of a tag: a metric by its name. */
export const tagSchema = z.strictObject({
  metric: z.string().min(1).max(512).describe('Name of the metric as its birth gives it, such as `Inputs/Level`'),
  type: z
    .enum(['number', 'integer', 'boolean', 'text'])
    .default('number')
    .describe('What it is. A time is an integer, ms since 1970 UTC, or a text'),
});

export type TagAddress = z.output<typeof tagSchema>;

/** The type a tag of this address has in frames. */
export const tagTypeOf = ({ type }: TagAddress): TagType => type;
