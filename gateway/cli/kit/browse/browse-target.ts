import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LinkSettings, opcua } from '../../../../drivers/opcua/index.js';
import type { SettingFault } from '../../../../drivers/streams/index.js';
import type { SecretReference } from '../../../contract/index.js';
import type { Cli } from '../../cli.js';
import { Failure } from '../../failure.js';
import { siteOf } from '../../options.js';
import { browseMessages } from './messages/index.js';

/** How a server is reached that no site file names. */
export interface ServerOptions {
  readonly site?: string;
  readonly policy?: string;
  readonly mode?: string;
  readonly user?: string;
  readonly passwordEnv?: string;
  readonly passwordFile?: string;
  readonly userCertificate?: string;
  readonly userKey?: string;
  readonly pki?: string;
}

/** Whose address space is looked at. */
export interface BrowseTarget {
  readonly name: string;
  readonly settings: LinkSettings;
  /** Takes away what was made for this call alone. */
  readonly done: () => Promise<void>;
}

const nothing = async (): Promise<void> => undefined;
const usualPort = 4840;
const usualPki = 'pki/opcua';

/** An IPv4 address, or a host with its port, which no link is named like. */
const looksLikeAddress = /^\d+(\.\d+){3}$|:/;

/** A server by its address, or a link of the site file by its name; ends the command where it is neither. */
export async function targetOf(cli: Cli, subject: string, options: ServerOptions): Promise<BrowseTarget> {
  const { browse: m } = browseMessages(cli.language);
  const { site: given, ...own } = options;
  if (subject.includes('://')) {
    if (given !== undefined) throw new Failure(m.siteWithAddress(), 'wrong');
    return addressed(cli, subject, own);
  }
  if (given === undefined && looksLikeAddress.test(subject))
    throw new Failure(m.addressBegins({ address: `opc.tcp://${subject}` }), 'wrong');
  const [option] = Object.keys(own);
  if (option !== undefined) throw new Failure(m.optionWithLink({ link: subject }), 'wrong');
  const site = await siteOf(cli, given);
  const links = site.links.filter(({ driver }) => driver === 'opcua');
  const link = links.find(({ name }) => name === subject);
  if (!link) throw new Failure(m.noLink({ link: subject, links: links.map(({ name }) => name) }), 'wrong');
  return { name: link.name, settings: link.settings as LinkSettings, done: nothing };
}

async function addressed(cli: Cli, address: string, options: ServerOptions): Promise<BrowseTarget> {
  const { browse: m } = browseMessages(cli.language);
  const { policy = 'none', mode } = options;
  if (policy === 'none' && mode !== undefined) throw new Failure(m.modeAlone(), 'wrong');
  const checked = opcua.link.safeParse({
    endpoint: /^opc\.tcp:\/\/(\[[^\]]*\]|[^:/]+)$/.test(address) ? `${address}:${usualPort}` : address,
    security: policy === 'none' ? 'none' : { policy, ...(mode && { mode }) },
    ...userOf(cli, options),
    pki: options.pki ?? usualPki,
  });
  if (!checked.success)
    throw new Failure(checked.error.issues.map((issue) => issueText(cli, issue)).join('\n'), 'wrong');
  const settings = checked.data;
  if (policy !== 'none' || options.pki !== undefined) return { name: 'browse', settings, done: nothing };
  // Without security nobody looks at the certificates: none is left where somebody happened to stand.
  const pki = await mkdtemp(join(tmpdir(), 'sluice-browse-'));
  return { name: 'browse', settings: { ...settings, pki }, done: () => rm(pki, { recursive: true, force: true }) };
}

/** Who logs in; a password is never on the command line, where every user of the box can read it. */
function userOf(cli: Cli, options: ServerOptions): { user?: LinkSettings['user'] } {
  const { browse: m } = browseMessages(cli.language);
  const { user, passwordEnv, passwordFile, userCertificate, userKey } = options;
  const passwords: SecretReference[] = [
    ...(passwordEnv === undefined ? [] : [{ env: passwordEnv }]),
    ...(passwordFile === undefined ? [] : [{ file: passwordFile }]),
  ];
  const [password, ...more] = passwords;
  if (more.length > 0 || (user === undefined) !== (password === undefined))
    throw new Failure(m.userAndPassword(), 'wrong');
  if ((userCertificate === undefined) !== (userKey === undefined)) throw new Failure(m.certificateAndKey(), 'wrong');
  if (user !== undefined && userCertificate !== undefined) throw new Failure(m.oneUser(), 'wrong');
  if (user !== undefined && password) return { user: { name: user, password } };
  if (userCertificate !== undefined && userKey !== undefined) {
    return { user: { certificate: userCertificate, key: userKey } };
  }
  return {};
}

interface Issue {
  readonly code?: string;
  readonly message: string;
  readonly path: readonly PropertyKey[];
}

/** A fault as the site file would tell it. */
function issueText({ language }: Cli, issue: Issue): string {
  const { what, remedy } = ('params' in issue ? issue.params : {}) as Partial<SettingFault>;
  if (what && remedy) return `${what[language]}\n${remedy[language]}`;
  return `${issue.path.map(String).join('.')}: ${issue.message}`;
}
