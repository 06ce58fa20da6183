import { loadStoredSite, siteLoader, type StatutoryChange, statutoryChanges } from '../../../config/index.js';
import type { Text } from '../../contract/index.js';
import type { Gateway } from '../gateway.js';
import { type Approved, approvedAction, approversNeeded, approversOf } from './approvals.js';
import { appliedSite } from './gate.js';

/** Site file first, then profiles, by name, as they were read. */
export type SiteFiles = Readonly<Record<string, string>>;

/** What some site files would change of the protected streams, and who approved exactly that. */
export interface Proposal {
  /** Their hash. */
  readonly configuration: string;
  /** Hash of the configuration that runs. */
  readonly applied: string;
  readonly changes: readonly StatutoryChange[];
  readonly approvers: readonly string[];
  /** Two have approved it, or nobody has to: a restart with these files applies it. */
  readonly isApproved: boolean;
}

export type ApproveOutcome =
  | { readonly outcome: 'approved'; readonly proposal: Proposal }
  | { readonly outcome: 'refused'; readonly refusal: Text };

const wrongFiles: Text = {
  en: 'these files are no site file that could run: `sluice check` says why',
  zh: '这些文件不是可运行的站点文件：`sluice check` 会说明原因',
};

const nothingRuns: Text = {
  en: 'the configuration that runs cannot be read any more',
  zh: '正在运行的配置已无法读取',
};

const nothingToApprove: Text = {
  en: 'these files change nothing that the law protects: nobody has to approve them',
  zh: '这些文件没有改动受法律保护的内容：无需批准',
};

/**
 * Holds site files against what runs. The gateway itself reads them and counts the changes, so that nobody approves
 * another list than the one that will be applied. A sentence where it cannot.
 */
export async function propose(gateway: Gateway, files: SiteFiles): Promise<Proposal | Text> {
  const { journal, registries } = gateway;
  const { site } = await loadStoredSite(siteLoader(registries), files);
  if (!site) return wrongFiles;
  const before = journal.configuration && (await appliedSite(registries, journal.configuration));
  if (!before) return nothingRuns;
  const [configuration, applied] = [site.hash, before.hash];
  const changes = statutoryChanges(before, site);
  const approvers = approversOf(await gateway.approvals.list(), { configuration, changes });
  const isApproved = changes.length === 0 || approvers.length >= approversNeeded;
  return { configuration, applied, changes, approvers, isApproved };
}

/** One person approves. The same one twice counts once, and is audited once. Resolves when it is on the disk. */
export async function approve(gateway: Gateway, who: string, files: SiteFiles): Promise<ApproveOutcome> {
  const { journal, timeline } = gateway;
  const proposal = await propose(gateway, files);
  if (!('configuration' in proposal)) return { outcome: 'refused', refusal: proposal };
  const { configuration, applied, changes, approvers } = proposal;
  if (changes.length === 0) return { outcome: 'refused', refusal: nothingToApprove };
  if (approvers.includes(who)) return { outcome: 'approved', proposal };
  const detail: Approved = { configuration, applied, changes };
  const stamp = timeline.stamp();
  journal.audit(stamp, { who, action: approvedAction, detail });
  await journal.committed();
  await gateway.approvals.add({ ...detail, who, time: stamp.time });
  const now = [...approvers, who];
  return { outcome: 'approved', proposal: { ...proposal, approvers: now, isApproved: now.length >= approversNeeded } };
}
