import type { ModeEntry } from '../../contract/index.js';
import type { Journal } from '../../journal/index.js';
import type { Cli } from '../cli.js';
import { span } from '../numbers.js';
import { table } from '../table.js';

/** A mode as the gateway tells it; a stopped one knows no time left. */
export interface ListedMode extends Pick<ModeEntry, 'mode' | 'device' | 'tag' | 'who' | 'reason'> {
  readonly since: string | null;
  readonly until: string | null;
  readonly leftMs: number | null;
}

const rfc3339 = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

/** What was being worked on when a gateway stopped. */
export const keptModes = ({ modes }: Pick<Journal, 'modes'>): ListedMode[] =>
  [...modes.values()].map(({ mode, device, tag, who, reason, since, until }) => ({
    mode,
    device,
    tag,
    who,
    reason,
    since: rfc3339(since.time),
    until: rfc3339(until.time),
    leftMs: null,
  }));

export const subjectText = ({ device, tag }: Pick<ListedMode, 'device' | 'tag'>): string =>
  tag === null ? device : `${device}/${tag}`;

/** A line each, behind the device or tag; empty where nothing is being worked on. */
export function modesText({ m }: Cli, modes: readonly ListedMode[]): string {
  const rows = modes.map((mode) => [
    subjectText(mode),
    mode.mode === 'calibration' ? m.maintenance.calibrating() : m.maintenance.maintenance(),
    mode.leftMs === null ? '' : m.maintenance.left({ span: span(mode.leftMs) }),
    m.maintenance.by(mode),
  ]);
  return rows.length === 0 ? '' : `${m.maintenance.head()}\n${table(rows)}`;
}
