import type { DriverDefinition, Problem } from '../../gateway/contract/index.js';
import { text } from '../messages/index.js';
import type { LinkConfig } from '../site.js';
import type { Path } from '../source/source.js';
import { driverLink } from '../table-spec.js';
import { valueAt } from './checked.js';
import type { SiteCheck } from './site-check.js';

/**
 * A driver tells problems by the path inside its link: `devices`, device, then either a key of the device or `tags` and
 * a tag. Tags stand in the profile; everything else in the site file.
 */
function tellAtPlace(check: SiteCheck, link: string, problem: Problem): void {
  const [devices, device, tags, tag, ...rest] = problem.path;
  const options = { warning: problem.warning ?? false };
  const profile = devices === 'devices' ? check.devices.get(String(device))?.profile : undefined;
  if (profile && tags === 'tags' && tag !== undefined) {
    const path: Path = [...profile.base, 'tags', tag, ...rest];
    const told = profile.source.problem(path, problem, options);
    const isTold = check.problems.some(
      (one) => one.line === told.line && one.file === told.file && one.what.en === told.what.en,
    );
    if (!isTold) check.problems.push(told);
  } else check.tell(['links', link, ...problem.path], problem, options);
}

/** Two devices of a link that answer to one address of the bus. */
function sameUnit(check: SiteCheck, link: LinkConfig): void {
  const first = new Map<number, string>();
  for (const { name, settings } of link.devices) {
    const unit = valueAt(settings, ['unit']);
    if (typeof unit !== 'number') continue;
    const other = first.get(unit);
    if (other === undefined) first.set(unit, name);
    else {
      const path = (device: string) => ['links', link.name, 'devices', device, 'unit'];
      const sentence = {
        what: text((m) => m.problem.unitTwice({ unit, device: other })),
        remedy: text((m) => m.remedy.otherUnit()),
      };
      check.tell(path(name), sentence, { related: [check.source.place(path(other))] });
    }
  }
}

/** What the driver says about reading this link: what cannot be read, and what does not fit on the bus. */
export function checkPlan(check: SiteCheck, driver: DriverDefinition<never, never, never>, link: LinkConfig): void {
  const before = check.problems.length;
  for (const problem of driver.plan(driverLink(link)).problems) tellAtPlace(check, link.name, problem);
  if (check.problems.slice(before).every((problem) => problem.warning)) sameUnit(check, link);
}
