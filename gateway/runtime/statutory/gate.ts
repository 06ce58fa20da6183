import {
  loadStoredSite,
  type Registries,
  type SiteConfig,
  siteLoader,
  type StatutoryChange,
  statutoryBeginnings,
  statutoryChanges,
} from '../../../config/index.js';
import type { ConfigurationEntry, Text } from '../../contract/index.js';
import type { Journal } from '../../journal/index.js';
import { entriesOf } from '../replay/inputs.js';
import { type Approved, approversNeeded, approversOf, standingApprovals } from './approvals.js';

/** A configuration that was not applied, because two people have not approved what it changes. */
export interface HeldBack extends Omit<Approved, 'applied'> {
  readonly approvers: readonly string[];
}

/** What a start goes on with. */
export interface Gated {
  readonly site: SiteConfig;
  /** Approved changes that this start applies, and who approved them; tags whose protection begins. */
  readonly applied: { readonly changes: readonly StatutoryChange[]; readonly who: string };
  readonly begun: readonly StatutoryChange[];
  readonly heldBack: HeldBack | undefined;
}

/** Neither the new configuration may be applied, nor can the one before go on: the site does not start. */
export class StatutoryRefusal extends Error {
  readonly text: Text;

  constructor(text: Text) {
    super(text.en);
    this.text = text;
  }
}

/** What was applied last cannot be read any more, so nobody can tell what of the protected streams would change. */
function unreadable(hash: string): StatutoryRefusal {
  const short = hash.slice(0, 12);
  return new StatutoryRefusal({
    en: `the journal holds streams that the law protects, and the configuration it was last run with (${short}) cannot be read any more. Start with that very site file, with the release it was written for if need be; there two people can approve this one (sluice statutory approve)`,
    zh: `日志中有受法律保护的数据流，而上次运行的配置（${short}）已无法读取。请用原站点文件启动（必要时用当时的版本），再由两人批准本文件（sluice statutory approve）`,
  });
}

/** The journal is open under the new id by then: under it, the streams of the old one must not go on. */
const otherSite = (before: string, after: string): StatutoryRefusal =>
  new StatutoryRefusal({
    en: `the journal belongs to the site ${before}, with streams that the law protects, and the file says ${after}. Write \`id: ${before}\`, or have two people approve the new id while the gateway runs (sluice statutory approve)`,
    zh: `日志属于站点 ${before}，其中有受法律保护的数据流，而文件写的是 ${after}。请改回 \`id: ${before}\`，或在网关运行时由两人批准新的 id（sluice statutory approve）`,
  });

/** The site as it was applied, word for word; undefined when its files were altered or are refused by this release. */
export async function appliedSite(
  registries: Registries,
  { files, hash }: Pick<ConfigurationEntry, 'files' | 'hash'>,
): Promise<SiteConfig | undefined> {
  const { site } = await loadStoredSite(siteLoader(registries), files);
  return site?.hash === hash ? site : undefined;
}

const nothing = { changes: [], who: '' } as const;

/**
 * Decides which configuration a start goes on with. What shapes a statutory tag changes only as two people approved it;
 * otherwise the configuration applied before goes on, with the journal limits and addresses of the new file, so that
 * people find the gateway where they look for it. Throws `StatutoryRefusal`.
 */
export async function gate(journal: Journal, site: SiteConfig, registries: Registries): Promise<Gated> {
  const applied = journal.configuration;
  const goesOn = { site, applied: nothing, heldBack: undefined };
  if (!applied) return { ...goesOn, begun: statutoryBeginnings(undefined, site) };
  if (applied.hash === site.hash) return { ...goesOn, begun: [] };
  const before = await appliedSite(registries, applied);
  if (!before) return gateUnread(journal, site, applied.hash);
  const begun = statutoryBeginnings(before, site);
  const changes = statutoryChanges(before, site);
  if (changes.length === 0) return { ...goesOn, begun };
  const configuration = site.hash;
  const approvers = approversOf(await standingApprovals(entriesOf(journal)), { configuration, changes });
  if (approvers.length >= approversNeeded) {
    return { ...goesOn, begun, applied: { changes, who: approvers.join(' + ') } };
  }
  if (before.site.id !== site.site.id) throw otherSite(before.site.id, site.site.id);
  const { journal: limits, http, broker } = site;
  return {
    site: { ...before, journal: limits, http, broker },
    applied: nothing,
    begun: [],
    heldBack: { configuration, changes, approvers },
  };
}

/** Without the configuration before, only what two people approved on top of it goes on. */
async function gateUnread(journal: Journal, site: SiteConfig, applied: string): Promise<Gated> {
  const isProtected = [...journal.tables.values()].some(({ tags }) => tags.some(({ statutory }) => statutory));
  const goesOn = { site, heldBack: undefined, begun: isProtected ? [] : statutoryBeginnings(undefined, site) };
  if (!isProtected) return { ...goesOn, applied: nothing };
  const approvals = (await standingApprovals(entriesOf(journal))).filter((one) => one.applied === applied);
  for (const { configuration, changes } of approvals) {
    const approvers = approversOf(approvals, { configuration, changes });
    if (configuration !== site.hash || approvers.length < approversNeeded) continue;
    return { ...goesOn, applied: { changes, who: approvers.join(' + ') } };
  }
  throw unreadable(applied);
}
