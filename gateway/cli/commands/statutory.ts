import type { SiteConfig } from '../../../config/index.js';
import type { Journal } from '../../journal/index.js';
import type { Proposal } from '../../runtime/index.js';
import { askOrLook, type LookOptions } from '../ask-or-look.js';
import { type Cli, sayJson } from '../cli.js';
import { Failure } from '../failure.js';
import { siteOf, type TargetOptions, targetOf, withTarget } from '../options.js';
import { SluiceCommand } from '../sluice-command.js';
import { changesText, proposalText } from '../statutory/statutory-text.js';
import { wrapText } from '../text-width.js';

interface StatutoryOptions extends TargetOptions {
  readonly json?: true;
}

/** The file against what a stopped gateway last ran with. */
async function againstStopped(cli: Cli, { configuration }: Journal, site: SiteConfig) {
  const [{ appliedSite }, { registries, statutoryChanges }] = await Promise.all([
    import('../../runtime/index.js'),
    import('../../../config/index.js'),
  ]);
  if (!configuration) throw new Failure(cli.m.statutory.empty());
  const before = await appliedSite(registries, configuration);
  if (!before) throw new Failure(cli.m.statutory.unread());
  return { configuration: site.hash, applied: before.hash, changes: statutoryChanges(before, site) };
}

async function show(cli: Cli, { json, ...options }: LookOptions & StatutoryOptions): Promise<void> {
  const site = await siteOf(cli, options.site);
  await askOrLook(cli, options, {
    ask: async (client) => {
      const proposal = await client.post<Proposal>('/api/statutory/proposal', { files: site.files });
      if (json) sayJson(cli, { isRunning: true, ...proposal });
      else cli.say(proposalText(cli, proposal));
    },
    look: async (journal) => {
      const found = await againstStopped(cli, journal, site);
      if (json) sayJson(cli, { isRunning: false, ...found });
      else cli.say(`${wrapText(cli.m.statutory.stopped(), cli.columns)}\n${changesText(cli, found)}`);
    },
  });
}

async function approve(cli: Cli, { json, ...target }: StatutoryOptions): Promise<void> {
  const site = await siteOf(cli, target.site);
  const { client } = await targetOf(cli, target);
  const proposal = await client.post<Proposal>('/api/statutory/approve', { files: site.files });
  if (json) sayJson(cli, proposal);
  else cli.say(proposalText(cli, proposal));
}

/** `sluice statutory`, alone or with `approve`. */
export function statutoryCommand(cli: Cli): SluiceCommand {
  const { m } = cli;
  const command = new SluiceCommand(cli, 'statutory').examples(
    'sluice statutory --site new.yaml',
    'sluice statutory approve --site new.yaml',
  );
  command.summary(m.statutory.summary()).description(m.statutory.summary());
  const made = (name: string, summary: string, isDefault = false): SluiceCommand => {
    const one = command.command(name, { isDefault }) as SluiceCommand;
    one
      .examples(`sluice statutory ${name} --site new.yaml`)
      .summary(summary)
      .description(summary)
      .option('--json', m.help.json());
    return withTarget(cli, one);
  };
  made('show', m.statutory.showSummary(), true)
    .option('--folder <folder>', m.help.folder())
    .action((options: LookOptions & StatutoryOptions) => show(cli, options));
  made('approve', m.statutory.approveSummary()).action((options: StatutoryOptions) => approve(cli, options));
  return command;
}
