import { userInfo } from 'node:os';
import { type Cli, sayJson } from '../../cli.js';
import { SluiceCommand } from '../../sluice-command.js';
import { kitMessages } from '../kit-messages.js';

async function ports(cli: Cli, { json }: { json?: true }): Promise<void> {
  const { portFacts } = await import('./port-facts.js');
  const { portsText } = await import('./ports-text.js');
  const found = await portFacts();
  if (json) sayJson(cli, found);
  else cli.say(portsText(cli, found, userInfo().username));
}

/** `sluice ports`. */
export function portsCommand(cli: Cli): SluiceCommand {
  const { ports: m } = kitMessages(cli.language);
  const command = new SluiceCommand(cli, 'ports').examples('sluice ports', 'sluice ports --json');
  command
    .summary(m.summary())
    .description(m.summary())
    .option('--json', cli.m.help.json())
    .action((options: { json?: true }) => ports(cli, options));
  return command;
}
