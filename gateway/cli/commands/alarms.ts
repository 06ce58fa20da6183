import type { StatusView } from '../../runtime/index.js';
import { alarmsText, definitionsText, requestsText } from '../alarms/alarms-text.js';
import { actCommands } from '../alarms/act-commands.js';
import { messageText } from '../alarms/entry-line.js';
import { definitionsWith } from '../alarms/key-of.js';
import { keptAlarms, type ListedAlarm } from '../alarms/listed-alarm.js';
import { masterCommands } from '../alarms/master/master-commands.js';
import type { WaitingRequest } from '../alarms/request.js';
import { watch } from '../alarms/watch.js';
import { askOrLook, type LookOptions } from '../ask-or-look.js';
import { type Cli, sayJson } from '../cli.js';
import type { GatewayClient } from '../gateway-client.js';
import { type TargetOptions, targetOf, withTarget } from '../options.js';
import { SluiceCommand } from '../sluice-command.js';

interface JsonOption {
  readonly json?: true;
}

/** Times are the site's, also where only the gateway's address is known. */
const zoneOf = async (client: GatewayClient): Promise<string> =>
  (await client.get<StatusView>('/api/status')).site.timezone;

async function list(cli: Cli, { json, ...options }: LookOptions & JsonOption): Promise<void> {
  await askOrLook(cli, options, {
    ask: async (client) => {
      const found = await client.get<{ isFlooded: boolean; alarms: ListedAlarm[] }>('/api/alarms');
      if (json) sayJson(cli, { isRunning: true, ...found });
      else cli.say(alarmsText(cli, found.alarms, found.isFlooded, await zoneOf(client)));
    },
    look: async (journal, site) => {
      const [alarms, { isFlooded }] = [keptAlarms(journal), journal.alarmsKept];
      if (json) sayJson(cli, { isRunning: false, isFlooded, alarms });
      else cli.say(`${cli.m.status.stopped()}\n${alarmsText(cli, alarms, isFlooded, site?.site.timezone ?? '+08:00')}`);
      await Promise.resolve();
    },
  });
}

async function definitions(cli: Cli, { json, key = '', ...target }: TargetOptions & JsonOption & { key?: string }) {
  const { client } = await targetOf(cli, target);
  const found = await definitionsWith(client, key);
  if (json) sayJson(cli, found);
  else cli.say(definitionsText(cli, found));
}

async function requests(cli: Cli, { json, ...target }: TargetOptions & JsonOption): Promise<void> {
  const { client } = await targetOf(cli, target);
  const waiting = await client.get<WaitingRequest[]>('/api/alarms/requests');
  if (json) sayJson(cli, waiting);
  else cli.say(requestsText(cli, waiting));
}

/** Until Ctrl-C. With `--json` a document a line. */
async function follow(cli: Cli, { json, ...target }: TargetOptions & JsonOption): Promise<void> {
  const [{ client }, { systemClock: clock }] = await Promise.all([
    targetOf(cli, target),
    import('../../runtime/index.js'),
  ]);
  const zone = await zoneOf(client);
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  cli.tell(cli.m.alarms.watching({ url: client.url }));
  await watch({
    cli,
    client,
    clock,
    signal: ending.signal,
    onMessage: (message) => {
      const { event, id, data } = message;
      const text = json
        ? JSON.stringify({ event, id, data: JSON.parse(data) as unknown })
        : messageText(cli, message, zone);
      if (text !== undefined) cli.say(text);
    },
  });
}

/** `sluice alarms`, alone or with what is to be done. */
export function alarmsCommand(cli: Cli): SluiceCommand {
  const { m } = cli;
  const command = new SluiceCommand(cli, 'alarms').examples(
    'sluice alarms',
    'sluice alarms acknowledge pit-1/h2s/HH --comment "on my way"',
    'sluice alarms shelve boiler/pressure/HH --for 2h --reason "new gauge"',
    'sluice alarms watch',
    'sluice alarms export alarms.xlsx --site site.yaml',
  );
  command.summary(m.alarms.summary()).description(m.alarms.summary());
  const reading = (name: string, summary: string, isDefault = false): SluiceCommand => {
    const made = command.command(name, { isDefault }) as SluiceCommand;
    made.examples(`sluice alarms ${name}`).summary(summary).description(summary).option('--json', m.help.json());
    return withTarget(cli, made);
  };
  reading('list', m.alarms.listSummary(), true)
    .option('--folder <folder>', m.help.folder())
    .action((options: LookOptions & JsonOption) => list(cli, options));
  for (const act of actCommands(cli)) command.addCommand(act);
  reading('requests', m.alarms.requestsSummary()).action((options: TargetOptions & JsonOption) =>
    requests(cli, options),
  );
  reading('definitions', m.alarms.definitionsSummary())
    .option('--key <part>', m.alarms.keyOption())
    .action((options: TargetOptions & JsonOption & { key?: string }) => definitions(cli, options));
  for (const one of masterCommands(cli)) command.addCommand(one);
  reading('watch', m.alarms.watchSummary()).action((options: TargetOptions & JsonOption) => follow(cli, options));
  return command;
}
