import { writeFile } from 'node:fs/promises';
import type { AlarmReport, StatusView } from '../../runtime/index.js';
import { askOrLook, type LookOptions } from '../ask-or-look.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { withTarget } from '../options.js';
import { type Period, type PeriodOptions, periodOf } from '../period.js';
import { SluiceCommand } from '../sluice-command.js';
import { lastSite } from '../stored-site.js';
import { operatorsOption } from './replay.js';

type Form = 'markdown' | 'svg' | 'json';

interface ReportCommandOptions extends LookOptions, PeriodOptions {
  readonly operators?: number;
  readonly markdown?: true;
  readonly svg?: true;
  readonly json?: true;
  readonly out?: string;
}

/** A report, and the zone people read it in. */
interface Found {
  readonly report: AlarmReport | undefined;
  readonly zone: string;
}

const weekMs = 7 * 86_400_000;
const defaultZone = '+08:00';

/** A week up to now where nothing else is said. Time that has not come yet thins no rate. */
function wholePeriod({ from, to }: Period, now: number): { readonly from: number; readonly to: number } {
  const end = Math.min(now, to ?? now);
  return { from: from ?? end - weekMs, to: end };
}

function find(cli: Cli, { operators = 1, from, to, ...options }: Omit<ReportCommandOptions, Form | 'out'>) {
  const asked = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  return askOrLook<Found>(cli, options, {
    ask: async (client) => {
      const { systemClock } = await import('../../runtime/index.js');
      const zone = (await client.get<StatusView>('/api/status')).site.timezone;
      const period = wholePeriod(periodOf(cli, asked, zone, systemClock.utc()), systemClock.utc());
      const query = new URLSearchParams({
        from: new Date(period.from).toISOString(),
        to: new Date(period.to).toISOString(),
        operators: String(operators),
      });
      return { report: await client.get<AlarmReport>(`/api/report?${query.toString()}`), zone };
    },
    look: async (journal, site) => {
      const { entriesOf, reportOver, systemClock } = await import('../../runtime/index.js');
      const zone = (site ?? (await lastSite(journal)))?.site.timezone ?? defaultZone;
      const period = wholePeriod(periodOf(cli, asked, zone, systemClock.utc()), systemClock.utc());
      return { report: await reportOver(entriesOf(journal), { ...period, operators }), zone };
    },
  });
}

async function textOf(cli: Cli, form: Form, report: AlarmReport, zone: string): Promise<string> {
  if (form === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  const { reportMarkdown, reportSvg } = await import('../../runtime/index.js');
  return (form === 'svg' ? reportSvg : reportMarkdown)(report, cli.language, zone);
}

async function report(cli: Cli, { markdown, svg, json, out, ...options }: ReportCommandOptions): Promise<void> {
  const { m } = cli;
  const forms = ([markdown && 'markdown', svg && 'svg', json && 'json'] as const).filter((form) => form !== undefined);
  if (forms.length > 1) throw new Failure(m.report.oneForm(), 'wrong');
  const found = await find(cli, options);
  if (!found.report) throw new Failure(m.report.nothing());
  const text = await textOf(cli, forms[0] ?? 'markdown', found.report, found.zone);
  if (out === undefined) {
    cli.say(text.trimEnd());
    return;
  }
  await writeFile(out, text);
  cli.tell(m.report.written({ file: out }));
}

/** `sluice report`. */
export function reportCommand(cli: Cli): SluiceCommand {
  const { m } = cli;
  const command = new SluiceCommand(cli, 'report').examples(
    'sluice report --site site.yaml',
    'sluice report --from 2026-11-01 --to 2026-12-01 --operators 2 --out november.md',
    'sluice report --from 30d --svg --out month.svg',
  );
  return withTarget(cli, command)
    .summary(m.report.summary())
    .description(m.report.summary())
    .option('--folder <folder>', m.help.folder())
    .option('--from <time>', m.report.fromOption())
    .option('--to <time>', m.period.to())
    .option('--operators <count>', m.replay.operators(), operatorsOption(cli))
    .option('--markdown', m.report.markdown())
    .option('--svg', m.report.svg())
    .option('--out <file>', m.report.out())
    .option('--json', m.help.json())
    .action((options: ReportCommandOptions) => report(cli, options)) as SluiceCommand;
}
