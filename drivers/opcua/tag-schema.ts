import { z } from 'zod';
import { duration, type TagType } from '../../gateway/contract/index.js';
import { settingIssue } from '../streams/index.js';
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
export interface TagAddress extends Watching {
  readonly place: Place;
  readonly index: number | undefined;
  /** Names from the structure down; a number within is the element of an array. */
  readonly field: readonly string[];
  readonly type: TagType;
}

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

/** The driver's half of a tag: a node of the server. */
export const tagSchema = z
  .strictObject({
    node: nodeField().optional().describe('`nsu=NAMESPACE;s=NAME` or `;i=NUMBER`; without `nsu` of the device'),
    path: pathField().optional().describe("Browse path from the device's own place, or from the Objects folder"),
    index: z.int().min(0).optional().describe('Element of an array; the first is 0'),
    field: z.string().min(1).optional().describe('Field of a structure: `Level`, `Pump.Speed`, `Samples.0`'),
    type: z.enum(['number', 'integer', 'boolean', 'text']).optional().describe('What it is; number'),
    ...watchingFields,
  })
  .transform(({ node, path, field, type, index, sampling, queue, deadband }, context): TagAddress => {
    const place = placeOf(node, path);
    if (place) {
      return { place, index, field: field?.split('.') ?? [], type: type ?? 'number', sampling, queue, deadband };
    }
    const what = { en: 'a tag has either a node or a path', zh: '每个点写 node 或 path 之一' };
    const remedy = { en: 'write `node: nsu=…;s=…`, or `path: […]`', zh: '写 `node: nsu=…;s=…` 或 `path: […]`' };
    context.addIssue(settingIssue({ what, remedy }, ['node']));
    return z.NEVER;
  });
