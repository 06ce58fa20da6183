import type { Json } from '../../contract/index.js';
import type { HeldBack, Proposal } from '../../runtime/index.js';
import type { Cli } from '../cli.js';
import { wrapText } from '../text-width.js';

const value = (json: Json): string => (json === null ? '–' : JSON.stringify(json));

/** How far the approval is. */
function stateText({ m }: Cli, { approvers, isApproved }: Pick<Proposal, 'approvers' | 'isApproved'>): string {
  if (approvers.length === 0) return m.statutory.nobody();
  const who = approvers.join(' + ');
  return isApproved ? m.statutory.both({ who }) : m.statutory.one({ who });
}

/** Each change on a line of its own, without how far its approval is. */
export function changesText(
  { m }: Cli,
  { changes, configuration }: Pick<Proposal, 'changes' | 'configuration'>,
): string {
  if (changes.length === 0) return m.statutory.none();
  const rows = changes.map(({ from, to, ...names }) => m.statutory.row({ ...names, from: value(from), to: value(to) }));
  const head = m.statutory.head({ count: changes.length, hash: configuration.slice(0, 12) });
  return [head, ...rows.map((row) => `  ${row}`)].join('\n');
}

/** What a site file would change, and who approved it. */
export function proposalText(cli: Cli, proposal: Proposal): string {
  const changes = changesText(cli, proposal);
  return proposal.changes.length === 0 ? changes : `${changes}\n${wrapText(stateText(cli, proposal), cli.columns)}`;
}

/** Why the gateway does not run with the file it was given. */
export function heldBackText(cli: Cli, file: string, heldBack: HeldBack): string {
  const { m } = cli;
  const who = heldBack.approvers.length > 0 ? heldBack.approvers.join(' + ') : m.statutory.heldBackNobody();
  return `${wrapText(m.statutory.heldBack({ file, who }), cli.columns)}\n${changesText(cli, heldBack)}`;
}
