import { setTimeout as wait } from 'node:timers/promises';
import type { StampedFrame } from '../../contract/index.js';
import { isGood } from '../../contract/index.js';
import type { Gateway } from '../../runtime/index.js';

const patienceMs = 15_000;
const lookEveryMs = 200;
const shownMax = 3;
const boxDevice = 'box';

/** The first good value of a frame that people can picture: a number with a unit, and not nothing. */
function readingOf({ table, values, quality }: StampedFrame): string | undefined {
  const slot = table.tags.findIndex(
    (tag, index) => tag.unit !== '' && isGood(quality[index] as number) && Math.abs(values[index] as number) >= 1,
  );
  const tag = table.tags[slot];
  return tag && `${table.device}/${tag.name} ${Number((values[slot] as number).toPrecision(4))} ${tag.unit}`;
}

/** A few good readings of different devices, as soon as there are some; fewer or none after fifteen seconds. */
export async function firstReadings(gateway: Gateway, signal: AbortSignal): Promise<string[]> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const readOf = gateway.latest.readings().filter(({ frame }) => frame.table.device !== boxDevice);
    const byDevice = new Map(readOf.map(({ frame }) => [frame.table.device, readingOf(frame)]));
    const readings = [...byDevice.values()].flatMap((reading) => reading ?? []);
    if (readings.length >= shownMax || performance.now() > end || signal.aborted) return readings.slice(0, shownMax);
    await wait(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
