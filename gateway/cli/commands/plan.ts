import { type Cli, sayJson } from '../cli.js';
import { ExitCode } from '../failure.js';
import { freeBytesFor } from '../plan/free-bytes.js';
import { planText } from '../plan/plan-text.js';
import { requireSite } from '../site-file.js';
import { SluiceCommand } from '../sluice-command.js';

async function plan(cli: Cli, file: string, { json }: { json?: true }): Promise<void> {
  const site = await requireSite(cli, file);
  const { registries } = await import('../../../config/index.js');
  const { planSite } = await import('../plan/site-plan.js');
  const planned = planSite(site, registries, await freeBytesFor(site.journal.folder));
  if (json) sayJson(cli, planned);
  else cli.say(planText(cli, planned, site));
  if (planned.unfit.length > 0) process.exitCode = ExitCode.failed;
}

/** `sluice plan SITE.yaml`. */
export function planCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'plan').examples('sluice plan site.yaml', 'sluice plan site.yaml --json');
  command
    .summary(cli.m.plan.summary())
    .description(cli.m.plan.summary())
    .argument('<site.yaml>', cli.m.help.siteFile())
    .option('--json', cli.m.help.json())
    .action((file: string, options: { json?: true }) => plan(cli, file, options));
  return command;
}
