import { securityPolicies } from '../../../../drivers/opcua/index.js';
import type { Cli } from '../../cli.js';
import { Failure } from '../../failure.js';
import { choiceOption } from '../../options.js';
import { SluiceCommand } from '../../sluice-command.js';
import { interruptible } from '../interruptible.js';
import type { ServerOptions } from './browse-target.js';
import { browseMessages } from './messages/index.js';

interface BrowseOptions extends ServerOptions {
  readonly depth: number;
  readonly limit: number;
  readonly yaml?: true;
  readonly json?: true;
}

const depthMax = 20;
const depthUsual = 2;
const nodesMax = 100_000;
const nodesUsual = 1000;

async function browse(cli: Cli, subject: string, words: readonly string[], options: BrowseOptions): Promise<void> {
  const { browse: m } = browseMessages(cli.language);
  const { depth, limit, yaml, json, ...server } = options;
  if (yaml && json) throw new Failure(m.oneForm(), 'wrong');
  const { parseWhere } = await import('../../../../drivers/opcua/index.js');
  const { systemClock } = await import('../../../runtime/index.js');
  const { targetOf } = await import('./browse-target.js');
  const { runBrowse } = await import('./run-browse.js');
  const where = parseWhere(words);
  if ('remedy' in where) throw new Failure(`${where.what[cli.language]}\n${where.remedy[cli.language]}`, 'wrong');
  const { name, settings, done } = await targetOf(cli, subject, server);
  const shows = yaml ? 'yaml' : json ? 'json' : 'tree';
  const call = { name, settings, where, depth, nodesMax: limit, shows, clock: systemClock } as const;
  try {
    process.exitCode = await interruptible((signal) => runBrowse(cli, call, signal));
  } finally {
    await done();
  }
}

/** `sluice browse SERVER [PATH…]`. */
export function browseCommand(cli: Cli): SluiceCommand {
  const { browse: m } = browseMessages(cli.language);
  const command = new SluiceCommand(cli, 'browse').examples(
    'sluice browse opc.tcp://192.168.1.10:4840',
    'sluice browse opc.tcp://192.168.1.10:4840 Plant/Boiler --depth 3',
    'sluice browse opc.tcp://plc "nsu=http://plant.example/;s=Boiler" --yaml',
    'sluice browse plc Plant --site site.yaml --yaml > plant.yaml',
    'sluice browse opc.tcp://plc --policy Basic256Sha256 \\',
    '  --user reader --password-file password',
  );
  const one = (low: number, high: number) => (text: string) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= low && number <= high) return number;
    throw new Failure(m.badNumber({ value: text, low, high }), 'wrong');
  };
  command
    .summary(m.summary())
    .description(m.summary())
    .argument('<server>', m.server())
    .argument('[path...]', m.path())
    .option('--depth <levels>', m.depth({ levels: depthUsual }), one(0, depthMax), depthUsual)
    .option('--limit <nodes>', m.limitOption({ count: nodesUsual }), one(1, nodesMax), nodesUsual)
    .option('--yaml', m.yaml())
    .option('--json', cli.m.help.json())
    .option('--site <file>', cli.m.help.siteOption())
    .option('--policy <policy>', m.policy(), choiceOption(cli, ['none', ...securityPolicies]))
    .option('--mode <mode>', m.mode(), choiceOption(cli, ['sign', 'sign-and-encrypt'] as const))
    .option('--user <name>', m.user())
    .option('--password-env <variable>', m.passwordEnv())
    .option('--password-file <file>', m.passwordFile())
    .option('--user-certificate <file>', m.userCertificate())
    .option('--user-key <file>', m.userKey())
    .option('--pki <folder>', m.pki())
    .action((subject: string, words: readonly string[], options: BrowseOptions) =>
      browse(cli, subject, words, options),
    );
  return command;
}
