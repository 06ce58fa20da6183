import { type Cli, sayJson } from '../cli.js';
import { Failure } from '../failure.js';
import { SluiceCommand } from '../sluice-command.js';

async function check(cli: Cli, file: string, { json }: { json?: true }): Promise<void> {
  const { formatProblem, loadSite } = await import('../../../config/index.js');
  const { site, problems, warnings } = await loadSite(file);
  if (json) sayJson(cli, { file, isValid: site !== undefined, hash: site?.hash ?? null, problems, warnings });
  else for (const problem of [...problems, ...warnings]) cli.say(formatProblem(problem, cli.language));
  if (!site) throw new Failure(cli.m.check.refused({ count: problems.length }), 'wrong');
  if (json) return;
  if (warnings.length > 0) cli.say(cli.m.check.warned({ file, count: warnings.length }));
  const groups = site.links.flatMap(({ devices }) => devices.flatMap((device) => device.groups));
  cli.say(
    cli.m.check.fine({
      file,
      links: site.links.length,
      devices: site.links.reduce((sum, { devices }) => sum + devices.length, 0),
      tags: groups.reduce((sum, { tags, derived }) => sum + tags.length + derived.length, 0),
      rules: site.rules.length,
      sinks: site.sinks.length,
    }),
  );
}

/** `sluice check SITE.yaml`. */
export function checkCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'check').examples('sluice check site.yaml', 'sluice check site.yaml --json');
  command
    .summary(cli.m.check.summary())
    .description(cli.m.check.summary())
    .argument('<site.yaml>', cli.m.help.siteFile())
    .option('--json', cli.m.help.json())
    .action((file: string, options: { json?: true }) => check(cli, file, options));
  return command;
}
