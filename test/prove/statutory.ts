import { userInfo } from 'node:os';
import type { AuditEntry, Entry, StatutoryEntry } from '../../gateway/contract/index.js';
import { brokenLink } from '../../gateway/journal/index.js';
import { GatewayActs, StatutoryRefusal } from '../../gateway/runtime/index.js';
import { forgeEntries } from '../support/forged-segment.js';
import { altered, fillFace, statutorySite } from '../support/statutory-site.js';
import { VirtualSite } from '../support/virtual-site.js';
import type { FillReading } from './counting-driver.js';
import { type Finding, finding, type Proof } from './proof.js';
import { type FileWay, fileWays, refusedFiles, type SiteText } from './statutory-ways.js';

const wanted = 'refused, or a record with old, new and who';
const found = (what: string, figure: string, holds: boolean): Finding => finding(what, figure, wanted, holds);

async function started({ site, profiles }: SiteText, fill: FillReading = fillFace): Promise<VirtualSite> {
  const plant = new VirtualSite({ fill });
  await plant.boot(site, profiles);
  await plant.pass(3000);
  return plant;
}

async function restarted(plant: VirtualSite, { site, profiles }: SiteText): Promise<void> {
  await plant.stop();
  await plant.boot(site, profiles);
  await plant.pass(3000);
}

const filesOf = ({ site, profiles }: SiteText) => ({ 'site.yaml': site, ...profiles });
const recordsOf = (entries: readonly Entry[]) =>
  entries.filter((entry): entry is StatutoryEntry => entry.kind === 'statutory' && entry.what !== 'protection');
const auditOf = (entries: readonly Entry[]) => entries.filter((entry): entry is AuditEntry => entry.kind === 'audit');
const methane = (plant: VirtualSite) => plant.view.values('west').find(({ tag }) => tag === 'methane')?.value;

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

/** Tried without leave, then by one person twice, then by two. */
async function tryFile({ name, before, after, what }: FileWay): Promise<readonly Finding[]> {
  const plant = await started(before);
  const [applied, value] = [plant.gateway.site.hash, methane(plant)];
  await restarted(plant, after);
  for (let times = 0; times < 2; times += 1) {
    await plant.settle(plant.acts.approveStatutory('zhang', filesOf(after)));
    await restarted(plant, after);
    const isRefused = plant.gateway.site.hash === applied && methane(plant) === value;
    if (!isRefused || recordsOf(await plant.entries()).length > 0) return [found(name, 'applied without leave', false)];
  }
  const why = plant.view.heldBack?.en ?? '';
  await plant.settle(plant.acts.approveStatutory('li', filesOf(after)));
  await restarted(plant, after);
  const records = recordsOf(await plant.entries());
  const record = records.find((one) => one.what === what);
  const isApplied = plant.gateway.site.hash !== applied && plant.view.heldBack === undefined;
  await plant.stop();
  const told = record && `${record.what} ${short(record.from)} → ${short(record.to)} by ${record.who}`;
  const isRecord = isApplied && record?.who === 'zhang + li' && record.device === 'west' && record.tag === 'methane';
  return [
    found(name, 'refused: the file before goes on, the change is named', why.includes(`west/methane ${what}:`)),
    found(`${name}, approved by two`, told ?? 'no record', isRecord),
  ];
}

async function tryRefused(): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [name, site] of Object.entries(refusedFiles)) {
    const outcome = await started({ site }).then(
      () => 'started',
      () => 'refused by the check of the file',
    );
    findings.push(found(name, outcome, outcome !== 'started'));
  }
  return findings;
}

/** Methane is over the limit while people do what the API allows; what is recorded of it goes on. */
async function tryActs(): Promise<readonly Finding[]> {
  let raw = 120;
  const plant = await started({ site: statutorySite }, (_device, _phase, cells, into) =>
    cells.forEach((cell, slot) => into.set(slot, cell === 0 ? raw : 21)),
  );
  const acts = new GatewayActs(plant.gateway);
  const key = 'methane/west/methane/HH';
  const findings: Finding[] = [];
  const during = async (name: string, act: () => Promise<string>): Promise<void> => {
    const before = (await plant.entries()).filter(({ kind }) => kind === 'exceedance').length;
    const who = await plant.settle(act());
    const frames = plant.gateway.journal.samples.next;
    raw = 200;
    await plant.pass(10_000);
    const value = methane(plant);
    raw = 120;
    await plant.pass(10_000);
    const exceedances = (await plant.entries()).filter(({ kind }) => kind === 'exceedance').length - before;
    const read = plant.gateway.journal.samples.next - frames;
    const told = `hides sound alone: ${read} frames, ${exceedances} exceedance record, value ${value}; audited: ${who}`;
    findings.push(found(name, told, read >= 20 && exceedances === 1 && value === 2));
  };
  const auditedBy = async (action: string): Promise<string> => {
    const entry = auditOf(await plant.entries()).findLast((one) => one.action === action);
    if (!entry) throw new Error(`${action} is not audited`);
    return `${entry.action} by ${entry.who}`;
  };
  const together = async (act: Parameters<GatewayActs['alarm']>[2]): Promise<string> => {
    const asked = await acts.alarm('zhang', key, act);
    if (asked.outcome === 'waits') await acts.agree('li', asked.request.id);
    return auditedBy(`alarm ${act.act}`);
  };
  await during('API: alarm shelved', () => together({ act: 'shelve', forMs: 3_600_000, reason: 'noise' }));
  await during('API: alarm out of service', () => together({ act: 'remove-from-service', reason: 'noise' }));
  await during('API: tag in maintenance', async () => {
    const request = { mode: 'maintenance', device: 'west', tag: 'methane', forMs: 3_600_000, reason: 'noise' } as const;
    const refusal = await acts.beginMode('zhang', request, () => true);
    if (refusal) throw new Error(refusal.en);
    return auditedBy('maintenance began');
  });
  await plant.stop();
  return findings;
}

const halved = altered('scale: 0.01', 'scale: 0.005');

type Applied = { readonly changes: readonly { readonly from: unknown }[] };

/** The journal itself, rewritten by somebody who knows its format and its checksums. */
async function tryJournal(): Promise<readonly Finding[]> {
  const plant = await started({ site: statutorySite });
  for (const who of ['zhang', 'li']) await plant.settle(plant.acts.approveStatutory(who, { 'site.yaml': halved }));
  await restarted(plant, { site: halved });
  await plant.stop();
  forgeEntries(plant.disk, (entry) => (entry.kind === 'statutory' ? { ...entry, from: 0.005 } : undefined));
  const other = (entry: Entry): Entry | undefined =>
    entry.kind === 'audit' && entry.action === 'statutory change applied'
      ? { ...entry, who: 'wang + zhao' }
      : undefined;
  forgeEntries(plant.disk, other);
  await plant.boot(halved);
  const entries = await plant.entries();
  const [record] = recordsOf(entries);
  const audited = auditOf(entries).find(({ action }) => action === 'statutory change applied');
  const chained = (audited?.detail as Applied | undefined)?.changes[0]?.from;
  const broken = auditOf(entries)[brokenLink(auditOf(entries))]?.action;
  await plant.stop();
  forgeEntries(plant.disk, (entry) =>
    entry.kind === 'configuration' ? { ...entry, files: { 'site.yaml': statutorySite } } : undefined,
  );
  const start = await plant.settle(plant.boot(statutorySite)).catch((error: unknown) => error);
  return [
    found(
      'journal: old value in a record rewritten',
      `found: the record says ${short(record?.from)}, the chained audit ${short(chained)}`,
      record?.from === 0.005 && chained === 0.01,
    ),
    found(
      'journal: names in the audit rewritten',
      `found: the chain is broken at "${broken}"`,
      broken === 'statutory change applied',
    ),
    found(
      'journal: applied configuration rewritten',
      start instanceof StatutoryRefusal ? 'refused to start' : 'started',
      start instanceof StatutoryRefusal,
    ),
  ];
}

/** Nothing on the box can prove what was before when all of it is gone: recipients see a beginning they did not expect. */
async function tryOtherJournal(): Promise<Finding> {
  const plant = await started({ site: statutorySite });
  const { epoch } = plant.gateway.journal.identity;
  await restarted(plant, { site: altered('folder: /journal', 'folder: /other', halved) });
  const entries = await plant.entries();
  const begun = entries.find((entry) => entry.kind === 'statutory');
  const { epoch: now } = plant.gateway.journal.identity;
  await plant.stop();
  const scale = (begun?.to as { '': { scale: number } } | undefined)?.[''].scale;
  return found(
    'another journal folder',
    `a new epoch, with a record that protection begins anew with scale ${scale} by ${begun?.who}`,
    now !== epoch && begun?.what === 'protection' && scale === 0.005 && begun.who.includes(userInfo().username),
  );
}

export const statutory: Proof = {
  summary: 'ways to alter a stream that the law protects: each refused, or a record with old, new and who',
  async run(): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    for (const way of await fileWays()) findings.push(...(await tryFile(way)));
    findings.push(...(await tryRefused()), ...(await tryActs()), ...(await tryJournal()), await tryOtherJournal());
    return findings;
  },
};
