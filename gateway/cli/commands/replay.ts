import { type Cli, sayJson } from '../cli.js';
import { Failure } from '../failure.js';
import { withPeriod } from '../period.js';
import { type ReplayKeptOptions, replayKept } from '../replay/replay-kept.js';
import { type ReplayTableOptions, replayTable } from '../replay/replay-table.js';
import { replayText } from '../replay/replay-text.js';
import { replayedJson } from '../replay/replayed.js';
import { SluiceCommand } from '../sluice-command.js';

type ReplayOptions = Omit<ReplayKeptOptions, 'operators'> &
  Partial<Omit<ReplayTableOptions, 'operators'>> & { readonly operators?: number; readonly json?: true };

async function replay(cli: Cli, { json, operators = 1, csv, ...options }: ReplayOptions): Promise<void> {
  if (csv === undefined && options.thinned !== undefined) throw new Failure(cli.m.replay.thinnedJournal(), 'wrong');
  const { replayed, zone } =
    csv === undefined
      ? await replayKept(cli, { ...options, operators })
      : await replayTable(cli, { ...options, csv, operators });
  if (json) sayJson(cli, replayedJson(replayed));
  else cli.say(replayText(cli, replayed, zone));
}

/** Reads `--operators`. */
export const operatorsOption =
  (cli: Cli) =>
  (written: string): number => {
    const count = Number(written);
    if (/^\d+$/.test(written) && count >= 1 && count <= 100) return count;
    throw new Failure(cli.m.replay.badOperators({ value: written }), 'wrong');
  };

/** `sluice replay`. */
export function replayCommand(cli: Cli): SluiceCommand {
  const { m } = cli;
  const command = new SluiceCommand(cli, 'replay').examples(
    'sluice replay --site site.yaml --from 7d',
    'sluice replay --site site.yaml --rules new.yaml',
    'sluice replay --csv week.csv --site site.yaml --device face --column CH4=methane --every 30s',
    'sluice replay --csv week.csv --site site.yaml --device face --column CH4=methane --time 时间 --rules new.yaml',
    'sluice replay --csv export.csv --site site.yaml --device face --column methane=methane --time time --thinned 10min',
  );
  command
    .summary(m.replay.summary())
    .description(m.replay.summary())
    .option('--site <file>', m.help.siteOption())
    .option('--folder <folder>', m.period.folder())
    .option('--rules <file>', m.replay.rules())
    .option('--csv <file>', m.replay.csv())
    .option('--device <name>', m.replay.device())
    .option('--column <header=tag>', m.replay.column(), (one: string, all: string[]) => [...all, one], [])
    .option('--every <duration>', m.replay.every())
    .option('--time <header>', m.replay.timeColumn())
    .option('--thinned [longest]', m.replay.thinned())
    .option('--operators <count>', m.replay.operators(), operatorsOption(cli))
    .option('--json', m.help.json());
  return withPeriod(cli, command).action((options: ReplayOptions) => replay(cli, options)) as SluiceCommand;
}
