import { z } from 'zod';
import { type SettingFault, settingIssue } from '../streams/index.js';
import { type NodeName, type PathStep, type Place, parseNode, parseStep } from './place.js';

/** A text of the file with a grammar of its own, parsed. */
const parsed = <T extends object>(read: (text: string) => T | SettingFault, example: string) =>
  z
    .string()
    .min(1)
    .transform((text, context): T => {
      const result = read(text);
      if (!('remedy' in result)) return result;
      context.addIssue(settingIssue(result));
      return z.NEVER;
    })
    .meta({ examples: [example] });

export const nodeField = () => parsed<NodeName>(parseNode, 'nsu=http://vendor.example/plant;s=Boiler.Level');

const stepsMax = 32;

export const pathField = () =>
  z.array(parsed<PathStep>(parseStep, 'nsu=http://vendor.example/plant;Boiler')).min(1).max(stepsMax);

/** A place by its two keys; undefined when both or neither are given. */
export function placeOf(node: NodeName | undefined, path: readonly PathStep[] | undefined): Place | undefined {
  if ((node === undefined) === (path === undefined)) return undefined;
  return { start: node, path: path ?? [] };
}
