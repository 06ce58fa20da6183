import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { span } from '../numbers.js';
import { type TargetOptions, targetOf, withTarget } from '../options.js';
import { parseSiteTime, siteTime } from '../site-time.js';
import { SluiceCommand } from '../sluice-command.js';

interface ClockOptions extends TargetOptions {
  readonly time?: string;
}

/** A clock this near to the time somebody reads from a watch is right. */
const nearMs = 60_000;

/** Ends the command when the machine's clock is not what the person says it should be. */
function compare(cli: Cli, written: string, zone: string): void {
  const now = Date.now();
  const given = parseSiteTime(written, zone, now);
  if (given === undefined) throw new Failure(cli.m.clock.badTime({ time: written }), 'wrong');
  const apart = Math.abs(given - now);
  if (apart <= nearMs) return;
  const utc = new Date(given).toISOString().replace('T', ' ').slice(0, 19);
  const texts = { machine: siteTime(now, zone), given: siteTime(given, zone), span: span(apart), utc };
  throw new Failure(cli.m.clock.differs(texts));
}

async function set(cli: Cli, { time, ...target }: ClockOptions): Promise<void> {
  const { client, site } = await targetOf(cli, target);
  const zone = site?.site.timezone ?? '+08:00';
  if (time !== undefined) compare(cli, time, zone);
  const believed = await client.post<{ time: string | null }>('/api/clock/set');
  cli.say(
    cli.m.clock.believed({ time: siteTime(believed.time === null ? Date.now() : Date.parse(believed.time), zone) }),
  );
}

/** `sluice clock set`. */
export function clockCommand(cli: Cli): SluiceCommand {
  const { m } = cli;
  const command = new SluiceCommand(cli, 'clock').examples(
    'sluice clock set',
    'sluice clock set --time "2026-11-21 20:04"',
  );
  command.summary(m.clock.summary()).description(m.clock.summary());
  const setCommand = command.command('set') as SluiceCommand;
  withTarget(cli, setCommand.examples('sluice clock set', 'sluice clock set --time "2026-11-21 20:04"'))
    .summary(m.clock.setSummary())
    .description(m.clock.setSummary())
    .option('--time <time>', m.clock.time())
    .action((options: ClockOptions) => set(cli, options));
  return command;
}
