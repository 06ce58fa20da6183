import * as fc from 'fast-check';
import type { Policy } from './alarm-model.js';
import { aShortTime, anAlarm, Step } from './book-steps.js';
import { type ClassPolicy, classes, hourMs, minuteMs, site, suppressedBy } from './site-of-alarms.js';

export const restarting = aShortTime.map(
  (passed) =>
    new Step(`restarted after ${passed} ms`, (real) => {
      real.pass(passed);
      real.restart();
    }),
);

/** One alarm of the site file is removed, is brought back, or is of another class or suppressed by another condition. */
type Change =
  | { readonly what: 'removed' }
  | { readonly what: 'as before' }
  | { readonly what: 'class'; readonly to: ClassPolicy }
  | { readonly what: 'suppression'; readonly to: Policy['suppression'] };

export function changed(
  policies: ReadonlyMap<string, Policy>,
  key: string,
  change: Change,
): ReadonlyMap<string, Policy> {
  const before = policies.get(key) ?? (site.get(key) as Policy);
  const after = new Map(policies);
  if (change.what === 'removed') after.delete(key);
  else if (change.what === 'as before') after.set(key, site.get(key) as Policy);
  else if (change.what === 'class') after.set(key, { ...before, ...change.to });
  else after.set(key, { ...before, suppression: change.to });
  return after;
}

const aChange: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom<Change>({ what: 'removed' }, { what: 'as before' }),
  fc.constantFrom(...classes).map((to): Change => ({ what: 'class', to })),
  fc.constantFrom(...classes).map((to): Change => ({ what: 'class', to })),
  fc
    .constantFrom(null, suppressedBy('stopped', hourMs), suppressedBy('cleaning', 5 * minuteMs))
    .map((to): Change => ({ what: 'suppression', to })),
);
export const reloading = fc.array(fc.tuple(anAlarm, aChange), { minLength: 1, maxLength: 3 }).map(
  (changes) =>
    new Step(`reloaded with ${JSON.stringify(changes)}`, (real) => {
      real.restart(changes.reduce((policies, [key, change]) => changed(policies, key, change), real.policies));
    }),
);

/** Share of the journal's bytes that is left; often only the last entries are lost. */
const aShare = fc.oneof(fc.double({ min: 0.9, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
export const killing = aShare.map(
  (kept) => new Step(`killed with ${kept} of the journal left`, (real) => real.kill(kept)),
);
