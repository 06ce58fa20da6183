import type { TunableAlarm } from '../../runtime/index.js';
import { keysMeant } from '../alarms/key-of.js';
import { type Cli, sayJson } from '../cli.js';
import { parseDuration } from '../../contract/index.js';
import { Failure } from '../failure.js';
import { type JournalOptions, lookInJournal } from '../look-in-journal.js';
import { type PeriodOptions, periodOf, withPeriod } from '../period.js';
import { Progress } from '../progress.js';
import { tuneJson, tuneText, type Tuned } from '../replay/tune-text.js';
import { SluiceCommand } from '../sluice-command.js';

interface TuneOptions extends JournalOptions, PeriodOptions {
  readonly long?: number;
  readonly json?: true;
}

const longMs = 60_000;
const namedMax = 10;

/** The one limit a person means; ends the command otherwise, with those there are. */
function alarmMeant(cli: Cli, alarms: readonly TunableAlarm[], part: string): TunableAlarm {
  const { m } = cli;
  const keys = alarms.map(({ key }) => key);
  const meant = keysMeant(keys, part);
  const [only, ...others] = meant;
  if (only !== undefined && others.length === 0) return alarms.find(({ key }) => key === only) as TunableAlarm;
  const named = meant.length > 0 ? meant : keys;
  const head = meant.length > 0 ? m.tune.manyKeys({ part }) : m.tune.noKey({ part });
  if (named.length === 0) throw new Failure(m.tune.noLimits({ part }), 'wrong');
  const more = named.length > namedMax ? [`  ${m.tune.more({ count: named.length - namedMax })}`] : [];
  throw new Failure([head, ...named.slice(0, namedMax).map((key) => `  ${key}`), ...more].join('\n'), 'wrong');
}

async function tuned(cli: Cli, part: string, options: TuneOptions): Promise<Tuned> {
  const { m } = cli;
  const [{ registries }, { advise, readingsMax, systemClock, tagHistory, tunableAlarms }] = await Promise.all([
    import('../../../config/index.js'),
    import('../../runtime/index.js'),
  ]);
  return lookInJournal(cli, options, async ({ journal, site }) => {
    if (!site) throw new Failure(m.usage.noSite(), 'wrong');
    const zone = site.site.timezone;
    const period = periodOf(cli, options, zone, systemClock.utc());
    const alarm = alarmMeant(cli, tunableAlarms(site, registries), part);
    const reading = new Progress(cli, m.tune.reading());
    const history = await tagHistory({ journal, alarm, ...period, onShare: (share) => reading.update(share) });
    reading.end();
    const readings = history.series.instants.length;
    if (readings === 0) throw new Failure(m.tune.noHistory({ tag: `${alarm.devices[0] ?? ''}/${alarm.tag.name}` }));
    const trying = new Progress(cli, m.tune.trying());
    const advice = advise(history.series, alarm, options.long ?? longMs, (share) => trying.update(share));
    trying.end();
    if (history.isCut) cli.tell(m.tune.cut({ count: readingsMax }));
    return { alarm, advice, readings, from: history.from, to: history.to, zone };
  });
}

const longOption =
  (cli: Cli) =>
  (written: string): number => {
    const ms = parseDuration(written);
    if (ms === undefined) throw new Failure(cli.m.tune.badLong({ value: written }), 'wrong');
    return ms;
  };

/** `sluice tune KEY`. */
export function tuneCommand(cli: Cli): SluiceCommand {
  const { m } = cli;
  const command = new SluiceCommand(cli, 'tune').examples(
    'sluice tune methane/HH --site site.yaml',
    'sluice tune house-4/nh3/H --from 30d --long 5min',
  );
  command
    .summary(m.tune.summary())
    .description(m.tune.summary())
    .argument('<key>', m.tune.key())
    .option('--site <file>', m.help.siteOption())
    .option('--folder <folder>', m.period.folder())
    .option('--long <duration>', m.tune.long(), longOption(cli))
    .option('--json', m.help.json());
  return withPeriod(cli, command).action(async (key: string, { json, ...options }: TuneOptions) => {
    const found = await tuned(cli, key, options);
    if (json) sayJson(cli, tuneJson(found));
    else cli.say(tuneText(cli, found));
  }) as SluiceCommand;
}
