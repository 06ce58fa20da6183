import type { LaneName } from '../../contract/index.js';
import type { Journal } from '../../journal/index.js';
import { askOrLook, type LookOptions } from '../ask-or-look.js';
import { type Cli, sayJson } from '../cli.js';
import { ExitCode } from '../failure.js';
import { ledgerText } from '../ledger-text.js';
import { withTarget } from '../options.js';
import { SluiceCommand } from '../sluice-command.js';
import { keptAccount, keptEpoch } from '../stopped-journal.js';
import type { Ledger } from '../../runtime/index.js';

/** The ledger of a stopped gateway, from the positions in its journal. No run, so nothing was acquired in it. */
async function stoppedLedger(journal: Journal, site: string): Promise<Ledger> {
  const { isBalanced } = await import('../../runtime/index.js');
  const lane = ({ first, next, committed }: Journal[LaneName]) => ({ first, next, committed });
  const sinks = [...journal.knownSinks].flatMap((sink) =>
    (['samples', 'alarms'] as const).flatMap((name) => {
      const account = keptAccount(journal, sink, name);
      return account ? [{ sink, lane: name, ...account, isBalanced: isBalanced(account) }] : [];
    }),
  );
  return {
    site,
    epoch: keptEpoch(journal),
    run: { ...journal.acquisition, isBalanced: true },
    lanes: { samples: lane(journal.samples), alarms: lane(journal.alarms) },
    sinks,
  };
}

async function ledger(cli: Cli, { json, ...options }: LookOptions & { readonly json?: true }): Promise<void> {
  const { isRunning, found } = await askOrLook(cli, options, {
    ask: async (client) => ({ isRunning: true, found: await client.get<Ledger>('/api/ledger') }),
    look: async (journal, site) => ({ isRunning: false, found: await stoppedLedger(journal, site?.site.id ?? '') }),
  });
  if (json) sayJson(cli, { isRunning, ...found });
  else cli.say(ledgerText(cli, found, isRunning));
  if (!found.run.isBalanced || found.sinks.some(({ isBalanced }) => !isBalanced)) process.exitCode = ExitCode.failed;
}

/** `sluice ledger`. */
export function ledgerCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'ledger').examples(
    'sluice ledger --site site.yaml',
    'sluice ledger --folder /var/lib/sluice/journal --json',
  );
  withTarget(cli, command)
    .summary(cli.m.ledger.summary())
    .description(cli.m.ledger.summary())
    .option('--folder <folder>', cli.m.help.folder())
    .option('--json', cli.m.help.json())
    .action((options: LookOptions & { json?: true }) => ledger(cli, options));
  return command;
}
