import { askOrLook, type LookOptions } from '../ask-or-look.js';
import { durationOption } from '../alarms/act-commands.js';
import { type Cli, sayJson } from '../cli.js';
import { Failure } from '../failure.js';
import { keptModes, type ListedMode, modesText, subjectText } from '../maintenance/modes-text.js';
import { span } from '../numbers.js';
import { type TargetOptions, targetOf, withTarget } from '../options.js';
import { siteTime } from '../site-time.js';
import { SluiceCommand } from '../sluice-command.js';
import type { StatusView } from '../../runtime/index.js';

interface JsonOption {
  readonly json?: true;
}

interface BeginOptions extends TargetOptions, JsonOption {
  readonly for: string;
  readonly reason: string;
  readonly calibration?: true;
}

interface Began {
  readonly mode: ListedMode & { readonly leftMs: number };
  readonly stillCalling: readonly string[];
}

/** Device and tag of `device` or `device/tag`; a full-width slash is one too. */
function subjectOf(cli: Cli, written: string): { device: string; tag: string | null } {
  const [device = '', tag = null, ...rest] = written.replaceAll('／', '/').split('/');
  if (device === '' || tag === '' || rest.length > 0) {
    throw new Failure(cli.m.maintenance.badSubject({ subject: written }), 'wrong');
  }
  return { device, tag };
}

async function begin(cli: Cli, written: string, { json, calibration, ...options }: BeginOptions): Promise<void> {
  const { for: forText, reason, ...target } = options;
  const { m } = cli;
  const subject = subjectOf(cli, written);
  const { client } = await targetOf(cli, target);
  const mode = calibration ? 'calibration' : 'maintenance';
  const began = await client.post<Began>('/api/modes/begin', { ...subject, mode, for: forText, reason });
  if (json) {
    sayJson(cli, began);
    return;
  }
  const { until, leftMs } = began.mode;
  const told = { subject: subjectText(subject), left: span(Math.round(leftMs / 1000) * 1000) };
  const { timezone } = (await client.get<StatusView>('/api/status')).site;
  cli.say(
    until === null
      ? m.maintenance.beganNoTime(told)
      : m.maintenance.began({ ...told, until: siteTime(Date.parse(until), timezone).replace(/\.\d+/, '') }),
  );
  if (began.stillCalling.length === 0) return;
  cli.say([m.maintenance.stillCalling(), ...began.stillCalling.map((key) => `  ${key}`)].join('\n'));
}

async function end(cli: Cli, written: string, { json, ...target }: TargetOptions & JsonOption): Promise<void> {
  const subject = subjectOf(cli, written);
  const { client } = await targetOf(cli, target);
  const ended = await client.post<Pick<ListedMode, 'device' | 'tag'>>('/api/modes/end', subject);
  if (json) sayJson(cli, ended);
  else cli.say(cli.m.maintenance.ended({ subject: subjectText(ended) }));
}

async function list(cli: Cli, { json, ...options }: LookOptions & JsonOption): Promise<void> {
  const { m } = cli;
  const say = (isRunning: boolean, modes: readonly ListedMode[]): void => {
    if (json) sayJson(cli, { isRunning, modes });
    else {
      const head = isRunning ? [] : [m.status.stopped()];
      cli.say([...head, modesText(cli, modes) || m.maintenance.none()].join('\n'));
    }
  };
  await askOrLook(cli, options, {
    ask: async (client) => say(true, await client.get<ListedMode[]>('/api/modes')),
    look: async (journal) => {
      say(false, keptModes(journal));
      await Promise.resolve();
    },
  });
}

/** `sluice maintenance`, alone or with what is to be done. */
export function maintenanceCommand(cli: Cli): SluiceCommand {
  const { m } = cli;
  const command = new SluiceCommand(cli, 'maintenance').examples(
    'sluice maintenance begin house-4/nh3 --for 2h --reason "new cell" --calibration',
    'sluice maintenance end house-4/nh3',
    'sluice maintenance list',
  );
  command.summary(m.maintenance.summary()).description(m.maintenance.summary());
  const made = (name: string, summary: string, example: string, isDefault = false): SluiceCommand => {
    const one = command.command(name, { isDefault }) as SluiceCommand;
    one
      .examples(`sluice maintenance ${name}${example}`)
      .summary(summary)
      .description(summary)
      .option('--json', m.help.json());
    return withTarget(cli, one);
  };
  made('list', m.maintenance.listSummary(), '', true)
    .option('--folder <folder>', m.help.folder())
    .action((options: LookOptions & JsonOption) => list(cli, options));
  made('begin', m.maintenance.beginSummary(), ' house-4 --for 2h --reason "new fan"')
    .argument('<device/tag>', m.maintenance.subject())
    .requiredOption('--for <duration>', m.alarms.forOption(), durationOption(cli))
    .requiredOption('--reason <text>', m.alarms.reasonOption())
    .option('--calibration', m.maintenance.calibration())
    .action((subject: string, options: BeginOptions) => begin(cli, subject, options));
  made('end', m.maintenance.endSummary(), ' house-4')
    .argument('<device/tag>', m.maintenance.subject())
    .action((subject: string, options: TargetOptions & JsonOption) => end(cli, subject, options));
  return command;
}
