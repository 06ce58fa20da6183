import { readFile } from 'node:fs/promises';
import { type Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { createLog } from '../log.js';
import { portOption } from '../options.js';
import { startFault } from '../run/start-fault.js';
import { OrderlyStop } from '../run/stop-orderly.js';
import { SluiceCommand } from '../sluice-command.js';
import { wrapText } from '../text-width.js';

interface PoolCommandOptions {
  readonly folder: string;
  readonly port: number;
  readonly host: string;
  readonly tokenFile?: string;
}

async function tokensOf(cli: Cli, file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Failure(cli.m.http.noTokenFile({ file }), 'wrong', { cause });
  });
  const tokens = text.split(/\r?\n/).flatMap((line) => line.trim() || []);
  if (tokens.length === 0) throw new Failure(cli.m.pool.noTokens({ file }), 'wrong');
  return tokens;
}

async function pool(cli: Cli, { folder, port, host, tokenFile }: PoolCommandOptions): Promise<void> {
  const { m } = cli;
  const tokens = tokenFile === undefined ? undefined : await tokensOf(cli, tokenFile);
  const log = await createLog({ timezone: '+08:00', isPlain: cli.isWatched });
  const { startPool } = await import('../../pool/index.js');
  const end = new OrderlyStop(cli);
  const running = await startPool({ host, port, folder, log, ...(tokens && { tokens }) }).catch(
    async (error: unknown) => {
      end.release();
      throw await portFault(cli, error, host, port, folder);
    },
  );
  cli.say(m.pool.running({ url: running.url, folder }));
  if (!tokens) cli.say(wrapText(m.pool.open(), cli.columns));
  await end.wait(0, () => running.stop());
  cli.say(m.pool.stopped());
}

async function portFault(cli: Cli, error: unknown, host: string, port: number, folder: string): Promise<unknown> {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  const { PortTaken } = await import('../../console/index.js');
  return startFault(cli, new PortTaken(host, port, { cause: error }), folder, cli.m.pool.portHint());
}

/** `sluice pool`. */
export function poolCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'pool').examples('sluice pool --folder ./pool --port 8090');
  command
    .summary(cli.m.pool.summary())
    .description(cli.m.pool.summary())
    .requiredOption('--folder <folder>', cli.m.pool.folder())
    .requiredOption('--port <port>', cli.m.pool.port(), portOption(cli))
    .option('--host <address>', cli.m.pool.host(), '127.0.0.1')
    .option('--token-file <file>', cli.m.pool.tokenFile())
    .action((options: PoolCommandOptions) => pool(cli, options));
  return command;
}
