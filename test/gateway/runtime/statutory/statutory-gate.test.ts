import { userInfo } from 'node:os';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { AuditEntry, Entry, StatutoryEntry } from '../../../../gateway/contract/index.js';
import { brokenLink } from '../../../../gateway/journal/index.js';
import { StatutoryRefusal } from '../../../../gateway/runtime/index.js';
import { forgeEntries } from '../../../support/forged-segment.js';
import { altered, fillFace, statutorySite } from '../../../support/statutory-site.js';
import { VirtualSite } from '../../../support/virtual-site.js';

const halved = altered('scale: 0.01', 'scale: 0.005');
const filesOf = (text: string) => ({ 'site.yaml': text });

let running: VirtualSite[] = [];

afterEach(async () => {
  for (const site of running) if (site.isRunning) await site.stop();
  running = [];
});

async function started(text = statutorySite): Promise<VirtualSite> {
  const site = new VirtualSite({ fill: fillFace });
  running.push(site);
  await site.boot(text);
  await site.pass(3000);
  return site;
}

/** Stops, and starts with another file. */
async function restarted(site: VirtualSite, text: string): Promise<void> {
  await site.stop();
  await site.boot(text);
  await site.pass(3000);
}

async function approve(site: VirtualSite, who: string, text: string) {
  const result = await site.settle(site.acts.approveStatutory(who, filesOf(text)));
  if (result.outcome === 'refused') throw new Error(result.refusal.en);
  return result.proposal;
}

async function approveTwice(site: VirtualSite, text: string): Promise<void> {
  await approve(site, 'zhang', text);
  await approve(site, 'li', text);
}

/** What a file would change, asked of a gateway of its own. */
async function proposed(site: VirtualSite, text: string) {
  await site.boot(statutorySite);
  const proposal = await site.settle(site.view.proposal(filesOf(text)));
  await site.stop();
  if (!('configuration' in proposal)) throw new Error(proposal.en);
  return proposal;
}

const methane = (site: VirtualSite) => site.view.values('west').find(({ tag }) => tag === 'methane')?.value;

const statutoryOf = (entries: readonly Entry[]) =>
  entries.filter((entry): entry is StatutoryEntry => entry.kind === 'statutory');
const changesOf = (entries: readonly Entry[]) => statutoryOf(entries).filter(({ what }) => what !== 'protection');
const auditOf = (entries: readonly Entry[]) => entries.filter((entry): entry is AuditEntry => entry.kind === 'audit');

describe('the first configuration', () => {
  test('needs nobody, and says what is protected', async () => {
    const site = await started();
    expect(methane(site)).toBe(1.2);
    expect(statutoryOf(await site.entries())).toEqual([
      expect.objectContaining({
        device: 'west',
        tag: 'methane',
        what: 'protection',
        from: null,
        who: expect.stringContaining(userInfo().username),
      }),
    ]);
  });
});

describe('a change nobody approved', () => {
  test('is not applied: the configuration before goes on, and says why', async () => {
    const site = await started();
    const before = site.gateway.site.hash;
    await restarted(site, halved);
    expect(methane(site)).toBe(1.2);
    expect(site.gateway.site.hash).toBe(before);
    expect(site.view.heldBack?.en).toContain('west/methane scale: 0.01 → 0.005');
    expect(site.view.heldBack?.zh).toContain('两人批准');
    const entries = await site.entries();
    expect(changesOf(entries)).toEqual([]);
    expect(entries.filter(({ kind }) => kind === 'configuration')).toHaveLength(1);
    expect(entries).toContainEqual(expect.objectContaining({ kind: 'transition', state: 'held back' }));
    expect(auditOf(entries)).toContainEqual(
      expect.objectContaining({
        action: 'statutory change held back',
        detail: expect.objectContaining({ changes: [expect.objectContaining({ from: 0.01, to: 0.005 })] }),
      }),
    );
    await restarted(site, statutorySite);
    expect(site.view.heldBack).toBeUndefined();
  });

  test('takes nothing else of the file with it, but where the gateway is reached', async () => {
    const site = await started();
    await restarted(site, `${halved.replace('H: 30', 'H: 35')}http: { port: 8099 }\n`);
    expect(site.gateway.site.http.port).toBe(8099);
    expect(site.gateway.site.rules.find(({ name }) => name === 'heat')?.settings).toMatchObject({ H: 30 });
  });

  test('of the id of the site does not start: its streams would go on under another name', async () => {
    const site = await started();
    await site.stop();
    await expect(site.settle(site.boot(altered('id: face,', 'id: other,')))).rejects.toThrow(StatutoryRefusal);
    await site.boot(statutorySite);
  });
});

describe('a change two people approved', () => {
  test('is a record with old, new and both names before the first frame it holds for', async () => {
    const site = await started();
    expect(await approve(site, 'zhang', halved)).toMatchObject({ approvers: ['zhang'], isApproved: false });
    expect(await approve(site, 'li', halved)).toMatchObject({ approvers: ['zhang', 'li'], isApproved: true });
    expect(methane(site)).toBe(1.2);
    await restarted(site, halved);
    expect(methane(site)).toBe(0.6);
    expect(site.view.heldBack).toBeUndefined();
    const entries = await site.entries();
    const [record, ...others] = changesOf(entries);
    expect(others).toEqual([]);
    const configuration = site.gateway.site.hash;
    const change = { device: 'west', tag: 'methane', what: 'scale', from: 0.01, to: 0.005 };
    expect(record).toMatchObject({ ...change, who: 'zhang + li', configuration });
    const applied = entries.findIndex((entry) => entry.kind === 'configuration' && entry.hash === configuration);
    expect(entries.indexOf(record as Entry)).toBeLessThan(applied);
    expect(auditOf(entries)).toContainEqual(
      expect.objectContaining({
        who: 'zhang + li',
        action: 'statutory change applied',
        detail: { configuration, changes: [change] },
      }),
    );
  });

  test('needs two: the same one twice is one, and is audited once', async () => {
    const site = await started();
    await approveTwice(site, altered('HH: 1.5', 'HH: 2'));
    await approve(site, 'zhang', halved);
    expect(await approve(site, 'zhang', halved)).toMatchObject({ approvers: ['zhang'], isApproved: false });
    await restarted(site, halved);
    expect(methane(site)).toBe(1.2);
    const approvals = auditOf(await site.entries()).filter(({ action }) => action === 'statutory change approved');
    expect(approvals).toHaveLength(3);
  });

  test('is approved for that very file: one with a further remark in it is not', async () => {
    const site = await started();
    await approveTwice(site, halved);
    await restarted(site, `# a remark\n${halved}`);
    expect(methane(site)).toBe(1.2);
  });

  test('survives a kill between the approvals and the restart', async () => {
    const site = await started();
    await approve(site, 'zhang', halved);
    site.kill(1000);
    await site.boot(statutorySite);
    await approve(site, 'li', halved);
    site.kill(1000);
    await site.boot(halved);
    await site.pass(3000);
    expect(methane(site)).toBe(0.6);
  });

  test('is approved once: taken back by two, it needs two again', async () => {
    const site = await started();
    await approveTwice(site, halved);
    await restarted(site, halved);
    await approveTwice(site, statutorySite);
    await restarted(site, statutorySite);
    expect(methane(site)).toBe(1.2);
    await restarted(site, halved);
    expect(methane(site)).toBe(1.2);
    expect(changesOf(await site.entries()).map(({ from, to }) => [from, to])).toEqual([
      [0.01, 0.005],
      [0.005, 0.01],
    ]);
  });

  test('can be approved while the file is held back, and then starts', async () => {
    const site = await started();
    await restarted(site, halved);
    await approveTwice(site, halved);
    expect((await site.settle(site.view.statutory())).approvals.map(({ who }) => who)).toEqual(['zhang', 'li']);
    await restarted(site, halved);
    expect(methane(site)).toBe(0.6);
    expect((await site.settle(site.view.statutory())).approvals).toEqual([]);
  });
});

describe('an approval', () => {
  test('is refused where there is nothing to approve, or the file could not run', async () => {
    const site = await started();
    const tried = async (text: string) => {
      const result = await site.settle(site.acts.approveStatutory('zhang', filesOf(text)));
      return result.outcome === 'refused' ? result.refusal.en : 'approved';
    };
    expect(await tried(`# a remark\n${statutorySite}`)).toContain('nobody has to approve');
    expect(await tried('version: 1')).toContain('sluice check');
  });

  test('needs nobody where nothing protected changes', async () => {
    const site = await started();
    await restarted(site, altered('H: 30', 'H: 35'));
    expect(site.view.heldBack).toBeUndefined();
    expect(site.gateway.site.rules.find(({ name }) => name === 'heat')?.settings).toMatchObject({ H: 35 });
  });
});

describe('a journal that somebody rewrote', () => {
  test('with another configuration in it: what was applied is not known any more, and it does not start', async () => {
    const site = await started();
    await site.stop();
    const altering = (entry: Entry) =>
      entry.kind === 'configuration' ? { ...entry, files: filesOf(halved) } : undefined;
    expect(forgeEntries(site.disk, altering)).toBe(1);
    const refusal = site.settle(site.boot(`# a remark\n${halved}`));
    await expect(refusal).rejects.toThrow(/cannot be read any more/);
    await site.boot(statutorySite);
  });

  test('goes on with what two people approved before the release that cannot read it came', async () => {
    const site = await started();
    await approveTwice(site, halved);
    await site.stop();
    forgeEntries(site.disk, (entry) =>
      entry.kind === 'configuration' ? { ...entry, files: filesOf('version: 1') } : undefined,
    );
    await site.boot(halved);
    expect(changesOf(await site.entries())).toEqual([
      expect.objectContaining({ what: 'scale', from: 0.01, to: 0.005, who: 'zhang + li' }),
    ]);
  });

  test('with a second name in an approval: it does not count, new ones do', async () => {
    const site = await started();
    await approve(site, 'zhang', halved);
    await approve(site, 'zhao', altered('HH: 1.5', 'HH: 2'));
    await site.stop();
    const changes = [{ device: 'west', tag: 'methane', what: 'scale', from: 0.01, to: 0.005 }];
    const forge = (entry: Entry): Entry | undefined =>
      entry.kind === 'audit' && entry.who === 'zhao'
        ? { ...entry, detail: { ...(entry.detail as object), ...hashOfHalved, changes } }
        : undefined;
    const hashOfHalved = { configuration: (await proposed(site, halved)).configuration };
    expect(forgeEntries(site.disk, forge)).toBe(1);
    await site.boot(halved);
    expect(site.view.heldBack?.en).toContain('nobody');
    await approveTwice(site, halved);
    await restarted(site, halved);
    expect(methane(site)).toBe(0.6);
  });

  test('with another approver or another old value: the chain is broken there', async () => {
    const site = await started();
    await approveTwice(site, halved);
    await restarted(site, halved);
    const audit = auditOf(await site.entries());
    expect(brokenLink(audit)).toBe(-1);
    for (const action of ['statutory change approved', 'statutory change applied', 'statutory protection began']) {
      const at = audit.findIndex((entry) => entry.action === action);
      const text = JSON.stringify(audit[at]).replaceAll(/zhang|0\.01/g, (word) => (word === 'zhang' ? 'wang' : '0.02'));
      expect(brokenLink(audit.with(at, JSON.parse(text) as AuditEntry))).toBe(at);
    }
  });
});
