import type { SiteConfig } from '../../../config/index.js';
import type { Cli } from '../cli.js';
import { bytes, percent, short, span } from '../numbers.js';
import { table } from '../table.js';
import { wrapText } from '../text-width.js';
import type { LinkLoad, SitePlan } from './site-plan.js';
import type { Unfit } from './unfit.js';

function linkText({ m }: Cli, link: LinkLoad): string {
  const { name, driver, requestsPerSecond, busLoad, requests } = link;
  const head = m.plan.link({ name, driver, requests: short(requestsPerSecond), load: percent(busLoad) });
  const rows = requests.map(({ device, text, everyMs, busMs, needed, fetched }) => [
    device,
    text,
    m.plan.request({ needed, fetched }),
    m.plan.every({ every: span(everyMs) }),
    span(busMs),
  ]);
  return `${head}\n${table(rows, 'lllrr')}`;
}

/** What does not fit, as a sentence with what to do. */
export function unfitText({ m }: Cli, unfit: Unfit): string {
  switch (unfit.kind) {
    case 'bus':
      return m.plan.unfitBus({ link: unfit.link, load: percent(unfit.busLoad) });
    case 'round':
      return m.plan.unfitRound({
        device: unfit.device,
        group: unfit.group,
        bus: span(unfit.busMs),
        every: span(unfit.everyMs),
      });
    case 'backlog':
      return m.plan.unfitBacklog({ sink: unfit.sink, frames: short(unfit.framesPerSecond), rate: unfit.perSecond });
    case 'disk':
      return m.plan.unfitDisk({ wanted: bytes(unfit.wanted), free: bytes(unfit.free) });
    case 'memory':
      return m.plan.unfitMemory({ holds: span(unfit.holdsMs) });
  }
}

function sinksText({ m }: Cli, { sinks }: SitePlan): string {
  if (sinks.length === 0) return m.plan.noSinks();
  const rows = sinks.map(({ name, type, bytesPerDay }) => [
    name,
    type,
    bytes(bytesPerDay),
    m.plan.month({ bytes: bytes(bytesPerDay * 30) }),
  ]);
  return `${m.plan.sinksHead()}\n${table(rows, 'llrr')}`;
}

function flashText(cli: Cli, { flash, keptDays }: SitePlan, { journal }: SiteConfig): string {
  const { m, columns } = cli;
  const rows = [
    [bytes(flash.recordBytesPerDay), m.plan.records()],
    [bytes(flash.rewriteBytesPerDay), m.plan.rewrite({ commits: short(flash.commitsPerSecond) })],
    [bytes(flash.positionBytesPerDay), m.plan.positions()],
  ];
  return [
    m.plan.flashHead({ bytes: bytes(flash.bytesPerDay) }),
    table(rows, 'rl'),
    `  ${wrapText(m.plan.notCounted(), columns - 2, '  ')}`,
    m.plan.kept({ bytes: bytes(journal.bytesMax), days: short(keptDays) }),
    wrapText(m.plan.powerCut({ commit: span(journal.commitEveryMs) }), columns),
  ].join('\n');
}

/** The whole plan as people read it. */
export function planText(cli: Cli, plan: SitePlan, site: SiteConfig): string {
  const { m, columns } = cli;
  const head = m.plan.head({
    site: plan.site,
    devices: plan.devices,
    frames: short(plan.framesPerSecond),
    values: short(plan.valuesPerSecond),
    requests: short(plan.requestsPerSecond),
  });
  const unfit = plan.unfit.map((one) => `  ${wrapText(unfitText(cli, one), columns - 2, '  ')}`);
  const verdict = unfit.length === 0 ? m.plan.fits() : [m.plan.unfitHead(), ...unfit].join('\n');
  const links = plan.links.map((link) => linkText(cli, link));
  return [wrapText(head, columns), ...links, sinksText(cli, plan), flashText(cli, plan, site), verdict].join('\n\n');
}
