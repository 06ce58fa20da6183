import type { Cli } from '../cli.js';
import { createLog } from '../log.js';
import { runText, stoppedText } from '../run/run-text.js';
import { needWhatItNeeds, startFault } from '../run/start-fault.js';
import { type RunningSite, startSite } from '../run/start-site.js';
import { OrderlyStop } from '../run/stop-orderly.js';
import { requireSite } from '../site-file.js';
import { SluiceCommand } from '../sluice-command.js';
import { heldBackText } from '../statutory/statutory-text.js';
import { wrapText } from '../text-width.js';
import { version } from '../version.js';

async function run(cli: Cli, file: string, { debug = false }: { debug?: boolean }): Promise<void> {
  const site = await requireSite(cli, file);
  await needWhatItNeeds(cli, site, file);
  if (site.site.kind === 'mine') cli.say(wrapText(cli.m.run.mine(), cli.columns));
  const log = await createLog({ timezone: site.site.timezone, isPlain: cli.isWatched, isDetailed: debug });
  const end = new OrderlyStop(cli);
  let running: RunningSite;
  try {
    running = await startSite(site, log, version());
  } catch (error) {
    end.release();
    throw await startFault(cli, error, site.journal.folder);
  }
  cli.say(runText(cli, running, file));
  if (running.gateway.heldBack) cli.tell(heldBackText(cli, file, running.gateway.heldBack));
  await end.wait(site.journal.commitEveryMs, (signal) => running.stop(signal));
  cli.say(wrapText(stoppedText(cli, running), cli.columns));
}

/** `sluice run SITE.yaml`. */
export function runCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'run').examples('sluice run site.yaml', 'sluice run site.yaml 2>> sluice.log');
  command
    .summary(cli.m.run.summary())
    .description(cli.m.run.summary())
    .argument('<site.yaml>', cli.m.help.siteFile())
    .option('--debug', cli.m.run.debug())
    .action((file: string, options: { debug?: boolean }) => run(cli, file, options));
  return command;
}
