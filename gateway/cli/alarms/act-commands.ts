import { parseDuration } from '../../contract/index.js';
import type { AlarmAct } from '../../runtime/index.js';
import { type Cli, sayJson } from '../cli.js';
import { Failure } from '../failure.js';
import { span } from '../numbers.js';
import { type TargetOptions, targetOf, withTarget } from '../options.js';
import { SluiceCommand } from '../sluice-command.js';
import { keyOf } from './key-of.js';
import { type Acted, requestOf } from './request.js';
import { stateWord } from './words.js';

interface ActOptions extends TargetOptions {
  readonly json?: true;
  readonly comment?: string;
  readonly for?: string;
  readonly reason?: string;
}

function sayActed(cli: Cli, acted: Acted, json: true | undefined): void {
  const { m } = cli;
  if (json) sayJson(cli, acted);
  else if (acted.outcome === 'done') cli.say(m.alarms.actDone({ key: acted.key, state: stateWord(m, acted.state) }));
  else cli.say(m.alarms.actWaits({ left: span(acted.request.leftMs), id: acted.request.id.slice(0, 8) }));
}

async function act(cli: Cli, name: AlarmAct['act'], part: string, options: ActOptions): Promise<void> {
  const { json, comment, for: written, reason, ...target } = options;
  const { client } = await targetOf(cli, target);
  const key = await keyOf(cli, client, part);
  const said = { ...(comment !== undefined && { comment }), ...(reason !== undefined && { reason }) };
  const body = { key, ...said, ...(written !== undefined && { for: written }) };
  sayActed(cli, await client.post<Acted>(`/api/alarms/${name}`, body), json);
}

async function agree(cli: Cli, part: string, { json, ...target }: ActOptions): Promise<void> {
  const { client } = await targetOf(cli, target);
  const { id } = await requestOf(cli, client, part);
  sayActed(cli, await client.post<Acted>(`/api/alarms/requests/${encodeURIComponent(id)}/agree`), json);
}

/** Reads `--for`: told here already when it is no duration. How long is allowed the gateway knows. */
export const durationOption =
  (cli: Cli) =>
  (written: string): string => {
    if (parseDuration(written) !== undefined) return written;
    throw new Failure(cli.m.alarms.badDuration({ value: written }), 'wrong');
  };

/** `sluice alarms acknowledge KEY` and its like, and `agree ID`. */
export function actCommands(cli: Cli): SluiceCommand[] {
  const { m } = cli;
  const made = (name: string, summary: string, ...examples: readonly string[]): SluiceCommand => {
    const command = new SluiceCommand(cli, name);
    command
      .examples(...examples)
      .summary(summary)
      .description(summary)
      .option('--json', m.help.json());
    return withTarget(cli, command);
  };
  const acting = (name: AlarmAct['act'], summary: string, words: string): SluiceCommand =>
    made(name, summary, `sluice alarms ${name} ${words}`)
      .argument('<key>', m.alarms.keyArgument())
      .action((key: string, options: ActOptions) => act(cli, name, key, options)) as SluiceCommand;
  const commented = (command: SluiceCommand): SluiceCommand =>
    command.option('--comment <text>', m.alarms.commentOption()) as SluiceCommand;
  const reasoned = (command: SluiceCommand): SluiceCommand =>
    command.requiredOption('--reason <text>', m.alarms.reasonOption()) as SluiceCommand;
  return [
    commented(acting('acknowledge', m.alarms.acknowledgeSummary(), 'pit-1/h2s/HH --comment "on my way"')),
    commented(acting('reset', m.alarms.resetSummary(), 'boiler/pressure/HH')),
    reasoned(
      acting('shelve', m.alarms.shelveSummary(), 'boiler/pressure/HH --for 2h --reason "new gauge"'),
    ).requiredOption('--for <duration>', m.alarms.forOption(), durationOption(cli)) as SluiceCommand,
    commented(acting('unshelve', m.alarms.unshelveSummary(), 'boiler/pressure/HH')),
    reasoned(
      acting('remove-from-service', m.alarms.removeSummary(), 'house-4/nh3/H --reason "sensor is with the maker"'),
    ),
    commented(acting('return-to-service', m.alarms.returnSummary(), 'house-4/nh3/H')),
    made('agree', m.alarms.agreeSummary(), 'sluice alarms requests', 'sluice alarms agree 3f0c9a52')
      .argument('<id>', m.alarms.idArgument())
      .action((id: string, options: ActOptions) => agree(cli, id, options)) as SluiceCommand,
  ];
}
