import { askOrLook, type LookOptions } from '../ask-or-look.js';
import { type Cli, sayJson } from '../cli.js';
import { withTarget } from '../options.js';
import { SluiceCommand } from '../sluice-command.js';
import { type Overview, statusText } from '../status-text.js';
import { stoppedStatus, stoppedText } from '../stopped-status.js';

interface StatusOptions extends LookOptions {
  readonly json?: true;
  readonly values?: boolean;
}

async function status(cli: Cli, { json, values = false, ...options }: StatusOptions): Promise<void> {
  await askOrLook(cli, options, {
    ask: async (client) => {
      const overview = await client.get<Overview>('/api/overview');
      if (json) sayJson(cli, { isRunning: true, ...overview });
      else cli.say(statusText(cli, overview, { withValues: values, siteFile: options.site }));
    },
    look: async (journal, site) => {
      const found = stoppedStatus(journal);
      if (json) sayJson(cli, { isRunning: false, ...found });
      else cli.say(stoppedText(cli, found, site?.site.timezone ?? '+08:00'));
      await Promise.resolve();
    },
  });
}

/** `sluice status`. */
export function statusCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'status').examples(
    'sluice status --site site.yaml',
    'sluice status --values',
    'sluice status --url http://192.168.1.20:8080 --token-file my-token',
  );
  withTarget(cli, command)
    .summary(cli.m.status.summary())
    .description(cli.m.status.summary())
    .option('--folder <folder>', cli.m.help.folder())
    .option('--values', cli.m.status.values())
    .option('--json', cli.m.help.json())
    .action((options: StatusOptions) => status(cli, options));
  return command;
}
