import {
  type BrowsedNode,
  type BrowseOutcome,
  type LinkSettings,
  openBrowser,
  type parseWhere,
} from '../../../../drivers/opcua/index.js';
import { type Clock, NotConnected, silentLog } from '../../../contract/index.js';
import { resolveSecret } from '../../../runtime/index.js';
import type { Cli } from '../../cli.js';
import { ExitCode, Failure } from '../../failure.js';
import { wrapText } from '../../text-width.js';
import { shellWord } from '../shell-word.js';
import { certificateText } from '../trust/trust-text.js';
import { FoundProgress } from './found-progress.js';
import { browseMessages } from './messages/index.js';
import { nodesOf } from './near-namespace.js';
import { printableJson, shortened } from './printable.js';
import { profileYaml } from './profile-yaml.js';
import { treeText } from './tree-text.js';

export interface BrowseCall {
  readonly name: string;
  readonly settings: LinkSettings;
  readonly where: Exclude<ReturnType<typeof parseWhere>, { readonly remedy: unknown }>;
  readonly depth: number;
  readonly nodesMax: number;
  readonly shows: 'tree' | 'yaml' | 'json';
  readonly clock: Clock;
}

/** Browses and says what there is; ends the command in words where it cannot. */
export async function runBrowse(cli: Cli, call: BrowseCall, signal: AbortSignal): Promise<ExitCode> {
  const { browse: m } = browseMessages(cli.language);
  const { settings, nodesMax, shows } = call;
  if (settings.security === 'none' && settings.user && 'name' in settings.user) tell(cli, m.openPassword());
  const outcome = await look(cli, call, signal);
  if (outcome.kind === 'untrusted') throw untrusted(cli, settings, outcome.certificate);
  if (outcome.kind === 'no-place') throw noPlace(cli, outcome);
  const { tree, count, isWhole } = outcome;
  if (shows === 'json') cli.say(printableJson({ endpoint: settings.endpoint, isWhole, nodes: count, tree }, 2));
  else cli.say(shows === 'yaml' ? profileYaml(cli, tree) : treeText(cli, tree));
  if (shows === 'yaml') tell(cli, m.keepIt());
  if (count >= nodesMax && !isWhole) tell(cli, m.limit({ count: nodesMax }));
  else if (shows !== 'json') tell(cli, hasMore(tree) ? m.countAndMore({ count }) : m.count({ count }));
  return ExitCode.fine;
}

/** Something below was not looked at. */
const hasMore = (tree: BrowsedNode): boolean => [...nodesOf(tree)].some((one) => one.hasMore);

const tell = (cli: Cli, text: string): void => cli.tell(wrapText(text, cli.columns));

async function look(
  cli: Cli,
  { name, settings, where, depth, nodesMax, clock }: BrowseCall,
  signal: AbortSignal,
): Promise<BrowseOutcome> {
  const { browse: m } = browseMessages(cli.language);
  const progress = new FoundProgress(cli, settings.endpoint, clock);
  const context = { clock, log: silentLog, secret: resolveSecret };
  const found = (count: number): void => progress.update(count);
  try {
    return await openBrowser({ link: name, settings, context, where, depth, nodesMax, found }, signal);
  } catch (error) {
    if (!(error instanceof NotConnected)) throw error;
    throw new Failure(m.failed({ why: error.message }), 'failed', { cause: error });
  } finally {
    progress.end();
  }
}

function untrusted(
  cli: Cli,
  { endpoint, pki }: LinkSettings,
  certificate: Extract<BrowseOutcome, { kind: 'untrusted' }>['certificate'],
): Failure {
  const { browse: m } = browseMessages(cli.language);
  const shown = certificateText(cli, certificate, { path: pki, timezone: '+00:00', links: [] }, false);
  const command = `sluice trust ${certificate.sha1.slice(0, 12)} --pki ${shellWord(pki)}`;
  return new Failure(`${m.untrusted({ endpoint })}\n${shown}\n${m.untrustedRemedy({ command })}`);
}

/** With the namespace in front of it. */
const candidateMax = 240;

function noPlace(cli: Cli, { why, step, candidates }: Extract<BrowseOutcome, { kind: 'no-place' }>): Failure {
  const { browse: m } = browseMessages(cli.language);
  const names = candidates.map((one) => shortened(one, candidateMax));
  if (why === 'ambiguous') return new Failure(m.ambiguous({ step, names }));
  return new Failure(names.length === 0 ? m.missing({ step }) : m.missingHere({ step, names }));
}
