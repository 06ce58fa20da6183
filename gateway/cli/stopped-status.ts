import type { Journal } from '../journal/index.js';
import type { Cli } from './cli.js';
import { siteTime } from './site-time.js';
import { keptAccount, keptEpoch } from './stopped-journal.js';

/** What a stopped gateway's journal says about it. */
export interface StoppedStatus {
  readonly epoch: string;
  readonly configuration: string | null;
  readonly ended: Journal['recovery']['reason'];
  readonly damage: readonly string[];
  /** ms UTC of the last frame; null when there is none, or its time is not known. */
  readonly lastFrame: number | null;
  readonly waiting: Readonly<Record<string, number>>;
}

export function stoppedStatus(journal: Journal): StoppedStatus {
  const { reason, damage, lastKept } = journal.recovery;
  const waiting = [...journal.knownSinks].map((sink) => {
    const lanes = (['samples', 'alarms'] as const).map((lane) => keptAccount(journal, sink, lane)?.waiting ?? 0);
    return [sink, lanes.reduce((sum, count) => sum + count, 0)] as const;
  });
  return {
    epoch: keptEpoch(journal),
    configuration: journal.configuration?.hash ?? null,
    ended: reason,
    damage,
    lastFrame: lastKept === null || Number.isNaN(lastKept.time) ? null : lastKept.time,
    waiting: Object.fromEntries(waiting),
  };
}

/** The same as people read it. */
export function stoppedText({ m }: Cli, status: StoppedStatus, zone: string): string {
  const { epoch, configuration, ended, damage, lastFrame, waiting } = status;
  const how = {
    'first-start': [],
    stop: [m.status.stoppedWell()],
    crash: [m.status.stoppedCrash()],
    damage: [m.status.stoppedDamage(), ...damage.map((sentence) => `  ${sentence}`)],
  }[ended];
  return [
    m.status.stopped(),
    ...how,
    lastFrame === null ? m.status.noFrame() : m.status.lastFrame({ time: siteTime(lastFrame, zone) }),
    m.status.identity({ epoch, configuration: configuration?.slice(0, 12) ?? '—' }),
    ...Object.entries(waiting).map(([sink, count]) => `  ${m.status.waiting({ sink, waiting: count })}`),
  ].join('\n');
}
