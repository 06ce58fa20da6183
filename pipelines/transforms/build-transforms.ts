import type { Json, TagTableSpec, Transform } from '../../gateway/contract/index.js';
import { derive } from './derive.js';
import { jump } from './jump.js';
import { range } from './range.js';
import { scale } from './scale.js';
import type { ContextReader, TransformSpec } from './spec.js';
import { stuck } from './stuck.js';

/**
 * Everything done to the frames of one table, in order: scale, checks of what was read, derived tags, checks of those.
 * Compiled once; steps that have nothing to do are left out, so a table without any returns each frame as it came.
 * Checks only lower quality, never to bad, and never touch a value; a statutory tag meets nothing else but its scale.
 * `context` is asked by formulas at each frame; without it nothing of the site's context is known.
 */
export function buildTransforms(group: TransformSpec, table: TagTableSpec, context?: ContextReader): Transform {
  return inOrder({
    scale: scale(group.tags, table),
    range: range(group.tags, table),
    jump: jump(group.tags, table),
    stuck: stuck(group.tags, table),
    derive: derive(group.derived, table, context),
    'derived-range': range(group.derived, table),
    'derived-jump': jump(group.derived, table),
    'derived-stuck': stuck(group.derived, table),
  });
}

/** One transform of several; each step's memory is kept under its own name. */
function inOrder(named: Readonly<Record<string, Transform | undefined>>): Transform {
  const steps = Object.entries(named).flatMap(([name, step]) => (step === undefined ? [] : [{ name, step }]));
  return {
    next: (frame) => steps.reduce((current, { step }) => step.next(current), frame),
    recall: (frame) => {
      for (const { step } of steps) step.recall?.(frame);
    },
    snapshot: () => Object.fromEntries(steps.map(({ name, step }) => [name, step.snapshot()])),
    restore(state) {
      if (typeof state !== 'object' || state === null || Array.isArray(state)) return;
      const saved = state as { readonly [name: string]: Json };
      for (const { name, step } of steps) if (Object.hasOwn(saved, name)) step.restore(saved[name] as Json);
    },
  };
}
