import { percent } from '../../numbers.js';
import type { BusSummary, UnitSummary } from './bus-summary.js';
import type { SniffMessages } from './messages/index.js';

/** Requests before a unit is judged. */
const askedMin = 3;
/** Share of a unit's replies, and of all bytes, that may be damaged before something is said. */
const damagedShareMin = 0.2;
const damagedBytesShareMin = 0.01;

/** What to check, by what was heard: the widest cause alone where it explains the rest. */
export function advise({ advice }: SniffMessages, heard: BusSummary): string[] {
  const { bytes, frames, requests, replies, strays, damagedBytes } = heard;
  if (bytes === 0) return [advice.nothing()];
  if (frames === 0) return [advice.noFrames()];
  if (requests === 0 && strays > 0) return [advice.onlyReplies()];
  if (requests >= askedMin && replies === 0) return [damagedBytes > 0 ? advice.allDamaged() : advice.onlyRequests()];
  const units = (is: (unit: UnitSummary) => boolean): number[] => heard.units.filter(is).map(({ unit }) => unit);
  const silent = units(
    ({ asked, silent: none, replied, refused }) => none >= askedMin && asked > 0 && replied + refused === 0,
  );
  const damaged = units(({ asked, damaged: bad }) => asked >= askedMin && bad / asked >= damagedShareMin);
  const wrong = units(({ wrongAddress }) => wrongAddress > 0);
  const found: string[] = [];
  if (silent.length > 0) found.push(advice.unitSilent({ units: silent }));
  if (damaged.length > 0) found.push(advice.unitDamaged({ units: damaged }));
  if (wrong.length > 0) found.push(advice.wrongAddress({ units: wrong }));
  const share = damagedBytes / bytes;
  if (share >= damagedBytesShareMin && damaged.length === 0)
    found.push(advice.someDamaged({ percent: percent(share) }));
  return found;
}
