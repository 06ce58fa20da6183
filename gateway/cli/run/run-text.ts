import type { SiteConfig } from '../../../config/index.js';
import type { Cli } from '../cli.js';
import { siteTime } from '../site-time.js';
import { wrapText } from '../text-width.js';
import { isLoopback } from '../../console/index.js';
import type { RunningSite } from './start-site.js';

const unique = (names: readonly string[]): string[] => [...new Set(names)];

function recoveryText({ m }: Cli, { gateway }: RunningSite): string[] {
  const { reason, lastKept } = gateway.journal.recovery;
  const { site, journal } = gateway.site;
  if (reason === 'damage') return [m.run.recoveredDamage({ folder: journal.folder })];
  if (reason !== 'crash' || lastKept === null || Number.isNaN(lastKept.time)) return [];
  return [m.run.recoveredCrash({ last: siteTime(lastKept.time, site.timezone) })];
}

/** What runs where, in plain sentences. */
export function runText(cli: Cli, running: RunningSite, file: string): string {
  const { m } = cli;
  const site: SiteConfig = running.gateway.site;
  const isOpen = !isLoopback(site.http.host);
  const lines = [
    m.run.running({ name: site.site.name, pid: process.pid }),
    isOpen ? m.run.pageOpen({ url: running.url }) : m.run.page({ url: running.url }),
    ...(isOpen && running.users.isEmpty ? [m.run.noUsers({ file })] : []),
    ...(running.brokerUrl === undefined ? [] : [m.run.broker({ url: running.brokerUrl })]),
    m.run.links({ links: site.links.map(({ name, devices }) => `${name} (${devices.length})`) }),
    site.sinks.length === 0 ? m.run.noSinks() : m.run.sinks({ sinks: unique(site.sinks.map(({ name }) => name)) }),
    m.run.journal({ folder: site.journal.folder }),
    ...recoveryText(cli, running),
    m.run.stopHint(),
  ];
  return lines.map((line) => wrapText(line, cli.columns, '  ')).join('\n');
}

/** What a run came to, at its end. */
export function stoppedText({ m }: Cli, { gateway }: RunningSite): string {
  const { run, sinks } = gateway.ledger();
  const unstored = Object.values(run.unstored).reduce((sum, count) => sum + count, 0);
  if (unstored > 0) return m.run.stoppedWithLoss({ frames: run.acquired, unstored });
  return m.run.stopped({ frames: run.acquired, waiting: sinks.reduce((sum, { waiting }) => sum + waiting, 0) });
}
