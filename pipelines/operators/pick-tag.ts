import { concatMap, defer, type OperatorFunction } from 'rxjs';
import { Quality, type StampedFrame, type TagTable } from '../../gateway/contract/index.js';
import type { RuleInput } from './rule-input.js';
import type { Sample } from './sample.js';
import { isTick, type Timed } from './timed.js';

/** One tag of the site. */
export interface TagName {
  readonly device: string;
  readonly tag: string;
}

/**
 * The samples of one tag out of the frames of a site; ticks go on. The slot is looked up once a table, so frames stored
 * under an older table are read by it. A slot that was not read this time makes no sample, nor does a text, nor a late frame:
 * history filled in afterwards never changes what is live.
 */
export function pickTag(name: TagName): OperatorFunction<RuleInput, Timed<Sample>> {
  return (input$) =>
    defer(() => {
      const sampleOf = tagPicker(name);
      return input$.pipe(concatMap((input) => (isTick(input) ? [input] : sampleOf(input.frame))));
    });
}

/** Finds one tag in frames of any table: its sample, or none. Remembers tables as long as somebody else does. */
export function tagPicker({ device, tag }: TagName): (frame: StampedFrame) => readonly [] | readonly [Sample] {
  const slots = new WeakMap<TagTable, number>();
  const slotIn = (table: TagTable): number => {
    const slot =
      table.device === device ? table.tags.findIndex(({ name, type }) => name === tag && type !== 'text') : -1;
    slots.set(table, slot);
    return slot;
  };
  return ({ table, instant, values, quality: qualities, late }) => {
    const slot = slots.get(table) ?? slotIn(table);
    const quality = qualities[slot];
    if (quality === undefined || quality === Quality.absent || late === true) return [];
    return [{ instant, value: values[slot] as number, quality }];
  };
}
