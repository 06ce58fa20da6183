import { hasValue, Quality, type Reading } from '../../gateway/contract/index.js';

/** Qualities a driver gives a whole frame when the device, not one of its values, is what failed. */
const ofDevice: ReadonlySet<number> = new Set([
  Quality['bad-no-answer'],
  Quality['bad-frame'],
  Quality['bad-device-failure'],
]);

/** What a frame says of the way to its device; `nothing` when nothing was read this time. */
export type Presence = 'read' | 'no-link' | 'no-device' | 'nothing';

/** A single value, or a single fault that is the value's own, means that the device was reached. */
export function presenceOf({ quality }: Pick<Reading, 'quality'>): Presence {
  let presence: Presence = 'nothing';
  for (const code of quality) {
    if (hasValue(code)) return 'read';
    if (code === Quality.absent) continue;
    if (code === Quality['bad-not-connected']) presence = 'no-link';
    else if (ofDevice.has(code)) presence = presence === 'no-link' ? presence : 'no-device';
    else if (code !== Quality['bad-formula']) return 'read';
  }
  return presence;
}
