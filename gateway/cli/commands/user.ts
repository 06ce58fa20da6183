import { type Cli, sayJson } from '../cli.js';
import { Failure } from '../failure.js';
import { choiceOption, siteOf } from '../options.js';
import { usersFileOf } from '../run/start-site.js';
import { SluiceCommand } from '../sluice-command.js';
import { table } from '../table.js';

const roles = ['viewer', 'operator', 'engineer', 'administrator'] as const;
type Role = (typeof roles)[number];

interface SiteOption {
  readonly site?: string;
}

async function add(cli: Cli, name: string, { site, role }: SiteOption & { readonly role: Role }): Promise<void> {
  const { m } = cli;
  const [{ addUser }, { nameField }] = await Promise.all([
    import('../../console/index.js'),
    import('../../contract/index.js'),
  ]);
  const file = usersFileOf(await siteOf(cli, site));
  if (!nameField().safeParse(name).success || name === 'gateway') throw new Failure(m.user.badName({ name }), 'wrong');
  const token = addUser(file, name, role);
  cli.tell(m.user.added({ name, role }));
  cli.say(token);
}

async function list(cli: Cli, { site, json }: SiteOption & { readonly json?: true }): Promise<void> {
  const { readUsers } = await import('../../console/index.js');
  const users = readUsers(usersFileOf(await siteOf(cli, site))).map(({ name, role }) => ({ name, role }));
  if (json) sayJson(cli, users);
  else if (users.length === 0) cli.say(cli.m.user.none());
  else cli.say(table(users.map(({ name, role }) => [name, role])));
}

async function remove(cli: Cli, name: string, { site }: SiteOption): Promise<void> {
  const { removeUser } = await import('../../console/index.js');
  const isRemoved = removeUser(usersFileOf(await siteOf(cli, site)), name);
  if (!isRemoved) throw new Failure(cli.m.user.unknown({ name }));
  cli.say(cli.m.user.removed({ name }));
}

/** `sluice user add|list|remove`. */
export function userCommand(cli: Cli): SluiceCommand {
  const { m } = cli;
  const command = new SluiceCommand(cli, 'user').examples(
    'sluice user add li-ming --role operator',
    'sluice user list --site site.yaml',
    'sluice user remove li-ming',
  );
  command.summary(m.user.summary()).description(m.user.summary());
  (command.command('add') as SluiceCommand)
    .examples('sluice user add li-ming --role operator')
    .summary(m.user.addSummary())
    .description(m.user.addSummary())
    .argument('<name>', m.user.name())
    .requiredOption('--role <role>', m.user.role(), choiceOption(cli, roles))
    .option('--site <file>', m.help.siteOption())
    .action((name: string, options: SiteOption & { role: Role }) => add(cli, name, options));
  (command.command('list') as SluiceCommand)
    .examples('sluice user list --site site.yaml')
    .summary(m.user.listSummary())
    .description(m.user.listSummary())
    .option('--site <file>', m.help.siteOption())
    .option('--json', m.help.json())
    .action((options: SiteOption & { json?: true }) => list(cli, options));
  (command.command('remove') as SluiceCommand)
    .examples('sluice user remove li-ming')
    .summary(m.user.removeSummary())
    .description(m.user.removeSummary())
    .argument('<name>', m.user.name())
    .option('--site <file>', m.help.siteOption())
    .action((name: string, options: SiteOption) => remove(cli, name, options));
  return command;
}
