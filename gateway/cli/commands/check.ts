import type { PriorityDistribution } from '../../../config/index.js';
import { type Priority, priorities } from '../../contract/index.js';
import { priorityWord } from '../alarms/words.js';
import { type Cli, sayJson } from '../cli.js';
import { Failure } from '../failure.js';
import { percent } from '../numbers.js';
import { SluiceCommand } from '../sluice-command.js';
import { wrapText } from '../text-width.js';

/** The alarms by priority, against what people can tell apart and follow (EEMUA 191, ISA-18.2 §16). */
function prioritiesText({ m }: Cli, { events, ...counts }: PriorityDistribution): string {
  const alarms = priorities.reduce((sum, priority) => sum + counts[priority], 0);
  if (alarms === 0) return m.check.noAlarms({ events });
  const share = (priority: Priority): string =>
    m.check.priorityShare({
      priority: priorityWord(m, priority),
      count: counts[priority],
      share: percent(counts[priority] / alarms),
    });
  return m.check.priorities({ alarms, events, shares: priorities.map(share) });
}

async function check(cli: Cli, file: string, { json }: { json?: true }): Promise<void> {
  const { formatProblem, loadSite, priorityDistribution } = await import('../../../config/index.js');
  const { site, problems, warnings } = await loadSite(file);
  const distribution = site ? priorityDistribution(site) : null;
  const told = { hash: site?.hash ?? null, priorities: distribution, problems, warnings };
  if (json) sayJson(cli, { file, isValid: site !== undefined, ...told });
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
  if (distribution) cli.say(wrapText(prioritiesText(cli, distribution), cli.columns));
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
