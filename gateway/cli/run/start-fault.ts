import type { SiteConfig } from '../../../config/index.js';
import { isLoopback, PortTaken, readUsers } from '../../console/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { usersFileOf } from './start-site.js';

/** Ends the command when something the site needs is not there: secrets, users of an open broker. Opens nothing. */
export async function needWhatItNeeds(cli: Cli, site: SiteConfig, file: string): Promise<void> {
  const { m, env } = cli;
  const { missingSecrets } = await import('./missing-secrets.js');
  const missing = missingSecrets(site, env).map(({ where, key, reference }) =>
    'env' in reference
      ? m.run.secret({ where, key, name: reference.env })
      : m.run.secretFile({ where, key, name: reference.file }),
  );
  if (site.broker && !isLoopback(site.broker.host)) {
    const isOpen = readUsers(usersFileOf(site)).length === 0 && site.broker.devices.length === 0;
    if (isOpen) missing.push(m.run.brokerOpen({ host: site.broker.host, file }));
  }
  if (missing.length > 0) throw new Failure(missing.join('\n'), 'wrong');
}

/** What hindered a start, in words for people where it is theirs to mend; the error itself where it is not. */
export async function startFault(
  cli: Cli,
  error: unknown,
  folder: string,
  portHint = cli.m.run.portTakenHint(),
): Promise<unknown> {
  const [{ FolderLocked, NewerFormat }, { StatutoryRefusal }] = await Promise.all([
    import('../../journal/index.js'),
    import('../../runtime/index.js'),
  ]);
  const failed = (message: string): Failure => new Failure(message, 'failed', { cause: error });
  if (error instanceof PortTaken) return failed(`${error.text[cli.language]}\n${portHint}`);
  if (error instanceof StatutoryRefusal) return new Failure(error.text[cli.language], 'wrong', { cause: error });
  if (error instanceof FolderLocked) return failed(cli.m.journal.inUse({ folder, pid: error.pid }));
  if (error instanceof NewerFormat) return failed(cli.m.fault.newerFormat({ folder }));
  return error;
}
