import { z } from 'zod';
import { duration, type TagType } from '../../gateway/contract/index.js';
import { settingIssue } from '../streams/index.js';
import type { ConditionName } from './alarms/condition-states.js';
import type { Place } from './place.js';
import { nodeField, pathField, placeOf } from './place-fields.js';

/** What the server keeps to itself: changes smaller than this, in the unit of the node or in per cent of its EURange. */
export interface ItemDeadband {
  readonly kind: 'absolute' | 'percent';
  readonly value: number;
}

/** How an item is watched, where the tag or its device says so. */
export interface Watching {
  /** ms; 0 at each change. */
  readonly sampling: number | undefined;
  readonly queue: number | undefined;
  readonly deadband: ItemDeadband | undefined;
}

/** Where a tag's value stands, and as what it is read. */
export interface NodeAddress extends Watching {
  readonly place: Place;
  readonly index: number | undefined;
  /** Names from the structure down; a number within is the element of an array. */
  readonly field: readonly string[];
  readonly type: TagType;
}

/** The active state of an alarm of the server itself. */
export interface AlarmAddress {
  readonly alarm: ConditionName;
  readonly type: 'boolean';
}

export type TagAddress = NodeAddress | AlarmAddress;

export const isAlarm = (address: TagAddress): address is AlarmAddress => 'alarm' in address;

const percentPattern = /^(\d{1,3}(?:\.\d+)?)\s*%$/;

const deadbandField = () =>
  z
    .union([z.number().positive(), z.string()])
    .transform((given, context): ItemDeadband => {
      if (typeof given === 'number') return { kind: 'absolute', value: given };
      const percent = Number(percentPattern.exec(given)?.[1]);
      if (percent > 0 && percent <= 100) return { kind: 'percent', value: percent };
      const what = { en: `\`${given}\` is no deadband`, zh: `“${given}”不是死区` };
      const remedy = {
        en: "write a number in the node's own unit, or `2 %` of its range",
        zh: '写节点自身单位的数值，或量程的百分比如 `2 %`',
      };
      context.addIssue(settingIssue({ what, remedy }));
      return z.NEVER;
    })
    .meta({ examples: [0.5, '2 %'] });

const queueMax = 10_000;

/** Keys a device may set for all its tags, and a tag for itself. */
export const watchingFields = {
  sampling: z
    .union([duration(), z.literal('on-change').transform(() => 0)])
    .optional()
    .describe('How often the server looks at the value, or `on-change`; the poll interval of the group'),
  queue: z
    .int()
    .min(1)
    .max(queueMax)
    .optional()
    .describe('Values the server keeps between two notifications, oldest dropped; 1'),
  deadband: deadbandField().optional().describe("Smaller changes are not sent: `0.5` in the node's unit, or `2 %`"),
};

const alarmField = () =>
  z
    .strictObject({
      condition: z.string().min(1).describe("ConditionName, as the server's alarm list has it"),
      source: z
        .string()
        .min(1)
        .optional()
        .describe(
          'SourceName; without it the tag stands for the conditions of this name of every source, and an ' +
            'acknowledgement goes to all of them',
        ),
    })
    .describe(
      'The tag is true while this alarm of the server is active. A server does not tell which names it knows: one it ' +
        'does not have is never active, so raise the alarm once',
    );

/** The driver's half of a tag: a node of the server, or one of its alarms. */
export const tagSchema = z
  .strictObject({
    node: nodeField().optional().describe('`nsu=NAMESPACE;s=NAME` or `;i=NUMBER`; without `nsu` of the device'),
    path: pathField().optional().describe("Browse path from the device's own place, or from the Objects folder"),
    alarm: alarmField().optional(),
    index: z.int().min(0).optional().describe('Element of an array; the first is 0'),
    field: z.string().min(1).optional().describe('Field of a structure: `Level`, `Pump.Speed`, `Samples.0`'),
    type: z.enum(['number', 'integer', 'boolean', 'text']).optional().describe('What it is; number, an alarm boolean'),
    ...watchingFields,
  })
  .transform(({ alarm, ...written }, context): TagAddress => {
    if (alarm) return alarmAddress(alarm, written, context);
    const { node, path, field, type, index, sampling, queue, deadband } = written;
    const place = placeOf(node, path);
    if (place) {
      return { place, index, field: field?.split('.') ?? [], type: type ?? 'number', sampling, queue, deadband };
    }
    const what = { en: 'a tag has either a node or a path', zh: '每个点写 node 或 path 之一' };
    const remedy = {
      en: "write `node: nsu=…;s=…`, or `path: […]`; for an alarm of the server's own `alarm: { condition: … }`",
      zh: '写 `node: nsu=…;s=…` 或 `path: […]`；服务器自身的报警写 `alarm: { condition: … }`',
    };
    context.addIssue(settingIssue({ what, remedy }, ['node']));
    return z.NEVER;
  });

/** Beside `alarm` a tag has nothing but `type: boolean`, which need not be written. */
function alarmAddress(
  { condition, source }: z.output<ReturnType<typeof alarmField>>,
  { type, ...rest }: Readonly<Record<string, unknown>>,
  context: z.RefinementCtx,
): AlarmAddress {
  const surplus = Object.keys(rest).find((key) => rest[key] !== undefined);
  if (surplus === undefined && (type === undefined || type === 'boolean')) {
    return { alarm: { condition, source }, type: 'boolean' };
  }
  const key = surplus ?? 'type';
  const what = {
    en: `the active state of an alarm is a boolean of no node: \`${key}\` says otherwise`,
    zh: `报警的激活状态是布尔值，不属于任何节点：\`${key}\` 与此矛盾`,
  };
  const remedy = { en: `leave \`${key}\` out`, zh: `去掉 \`${key}\`` };
  context.addIssue(settingIssue({ what, remedy }, [key]));
  return z.NEVER;
}
