/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadSite } from '../../../../../config/index.js';
import {
  type BrowsedNode,
  opcua,
  openBrowser,
  parseCertificate,
  parseWhere,
  rejectedCertificates,
  trustCertificate,
} from '../../../../../drivers/opcua/index.js';
import { MazeSimulator, mazeNamespace, mazeOtherNamespace } from '../../../../../firmware-sim/opcua/maze-simulator.js';
import { OpcuaSimulator, plantNamespace } from '../../../../../firmware-sim/opcua/index.js';
import { browseCommand } from '../../../../../gateway/cli/kit/browse/command.js';
import { type BrowseCall, runBrowse } from '../../../../../gateway/cli/kit/browse/run-browse.js';
import { textWidth } from '../../../../../gateway/cli/text-width.js';
import { type Clock, silentLog } from '../../../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../../../gateway/runtime/index.js';
import { scratchFolder } from '../../../../support/scratch.js';
import { toldCli } from '../../told-cli.js';

const never = new AbortController().signal;
/** More than one page, and more than one request takes. */
const wide = 1100;

let folder: string;
let remove: () => Promise<void>;
let maze: MazeSimulator;
let plant: OpcuaSimulator;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  maze = await MazeSimulator.start({ folder: join(folder, 'maze'), wide });
  plant = new OpcuaSimulator({ folder: join(folder, 'plant') });
  await plant.start();
}, 60_000);
afterAll(async () => {
  await maze.stop();
  await plant.stop();
  await remove();
});

const callOf = (address: string, words: readonly string[], more: Partial<BrowseCall> = {}): BrowseCall => {
  const where = parseWhere(words);
  if ('remedy' in where) throw new Error(where.what.en);
  const settings = opcua.link.parse({ endpoint: address, security: 'none', pki: join(folder, 'pki') });
  return { name: 'browse', settings, where, depth: 2, nodesMax: 1000, shows: 'tree', clock: systemClock, ...more };
};

async function said(call: BrowseCall, language: 'en' | 'zh' = 'en'): Promise<{ out: string; told: string }> {
  const cli = toldCli(language);
  expect(await runBrowse(cli, call, never)).toBe(0);
  return { out: cli.said.join('\n'), told: cli.told.join('\n') };
}

async function treeOf(call: BrowseCall): Promise<{ isWhole: boolean; nodes: number; tree: BrowsedNode }> {
  const { out } = await said({ ...call, shows: 'json' });
  return JSON.parse(out) as { isWhole: boolean; nodes: number; tree: BrowsedNode };
}

const child = ({ children }: BrowsedNode, name: string): BrowsedNode =>
  children.find((one) => one.name === name) as BrowsedNode;

describe('sluice browse', () => {
  test('shows what a technician has to know of each node, within 80 columns', async () => {
    const { out, told } = await said(callOf(maze.address, ['Maze', 'Line 1']));
    expect(out).toBe(
      [
        `namespace: ${mazeNamespace} (of the nodes without \`nsu=\`)`,
        '',
        'Line 1/  s=Maze.Line 1',
        '  Pump/  s="DB_Line 1"."Pump".""',
        '    Pressure  Double      1.25 bar',
        '        s="DB_Line 1"."Pump"."Pressure"',
        '    Running   Boolean     true',
        '        s="DB_Line 1"."Pump"."Running"',
        '    Hours     UInt32[12]  7, 7, 7, 7, 7, 7, 7, 7,…  s="DB_Line 1"."Pump"."Hours"',
        '    Limits    Range       Low 1, High 8',
        '        s="DB_Line 1"."Pump"."Limits"',
      ].join('\n'),
    );
    // A box that is busy tells before whom it waits for.
    expect(told.split('\n').at(-1)).toBe('Nodes: 6.');
    for (const language of ['en', 'zh'] as const) {
      const { out: all } = await said(callOf(plant.address, [], { depth: 3 }), language);
      const lines = all.split('\n').filter((line) => !line.trim().startsWith('nsu='));
      expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(80);
    }
  });

  test('tells which variables keep history, and every type as a tag would have it', async () => {
    const { tree, nodes, isWhole } = await treeOf(callOf(plant.address, ['Plant'], { depth: 1 }));
    const of = (name: string) => child(tree, name).variable;
    expect(of('Temperature')).toMatchObject({ keepsHistory: true, tagType: 'number', value: 20, status: 'Good' });
    expect(of('Level')?.keepsHistory).toBe(false);
    expect(of('Int64')).toMatchObject({ dataType: 'Int64', tagType: 'integer', value: -2 });
    expect(of('UInt64')?.value).toBe('9007199254740993');
    expect(of('Boolean')).toMatchObject({ tagType: 'boolean', value: true });
    expect(of('String')).toMatchObject({ tagType: 'text', value: '泵站' });
    expect(of('Array')).toMatchObject({ elements: 3, value: [1.5, 2.5, 3.5] });
    expect(of('Limits')).toMatchObject({ fields: ['Low', 'High'], value: { Low: -5.5, High: 99.25 } });
    expect(child(tree, 'Level').node).toBe(`nsu=${plantNamespace};s=Plant.Level`);
    expect(nodes).toBe(tree.children.length + 1);
    expect(isWhole).toBe(true);
  });

  test('ends circles, and marks what stands elsewhere', async () => {
    const { tree, isWhole } = await treeOf(callOf(maze.address, ['Maze', 'Circle'], { depth: 20, nodesMax: 100_000 }));
    expect(isWhole).toBe(true);
    const again = child(child(tree, 'Maze'), 'Circle');
    expect(again).toMatchObject({ isRepeated: true, children: [] });
    const { out } = await said(callOf(maze.address, ['Maze', 'Circle']));
    expect(out).toContain('    Circle/  (see above)  s=Maze.Circle');
  });

  test('says of many folders that there is something in them, without opening them', async () => {
    const { tree } = await treeOf(callOf(maze.address, ['Many'], { depth: 1 }));
    expect(tree.children.map(({ name, hasMore }) => [name, hasMore])).toEqual([
      ['Wide', true],
      ['Wider', true],
    ]);
  });

  test('turns every page of a server that has one at a time, and takes four nodes a request', async () => {
    const { tree, nodes } = await treeOf(callOf(maze.address, ['Many'], { nodesMax: 100_000 }));
    for (const name of ['Wide', 'Wider']) {
      const names = child(tree, name).children.map((one) => one.name);
      expect(names).toEqual(Array.from({ length: wide }, (_, at) => `V${at}`));
    }
    expect(nodes).toBeGreaterThan(2 * wide);
    expect(maze.sessions).toBe(0);
  });

  test('ends at its limit, level by level, and says so', async () => {
    const limited = callOf(maze.address, ['Many'], { nodesMax: 50 });
    const { tree, nodes, isWhole } = await treeOf(limited);
    expect([nodes, isWhole]).toEqual([50, false]);
    expect(tree.children.length).toBe(2);
    expect(child(tree, 'Wide').hasMore).toBe(true);
    const { told } = await said(limited);
    expect(told).toMatch(/^Ended at the limit of 50 nodes; where `…` stands there is more\./m);
    expect((await said(limited, 'zh')).told).toContain('已到 50 个节点的上限');
  });

  test('shows nothing of a name that would steer the terminal, and the status of what cannot be read', async () => {
    const { out } = await said(callOf(maze.address, ['Maze'], { depth: 1 }));
    // oxlint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(out).toContain('red \ufffd[31m name');
    expect(out).toMatch(/Secret\s+Double\s+BadNotReadable/);
    expect(out).toMatch(/^ {2}Line 1\/ {2}… {2}s=Maze\.Line 1$/m);
  });

  test('begins at a node, at names with a slash in them, and at one of two of a name', async () => {
    expect((await treeOf(callOf(maze.address, [`nsu=${mazeNamespace};s=Maze`, 'Line 1/Pump']))).tree.name).toBe('Pump');
    expect((await treeOf(callOf(maze.address, ['Maze', 'a/b']))).tree.children[0]?.name).toBe('Deep');
    expect((await treeOf(callOf(maze.address, ['i=2253'], { depth: 0 }))).tree.name).toBe('Server');
    const twin = callOf(maze.address, ['Maze', 'Twin']);
    await expect(runBrowse(toldCli(), twin, never)).rejects.toThrow(
      `Several are named \`Twin\`. Write which: nsu=${mazeNamespace};Twin, nsu=${mazeOtherNamespace};Twin`,
    );
    const { tree } = await treeOf(callOf(maze.address, ['Maze', `nsu=${mazeOtherNamespace};Twin`]));
    expect(tree.node).toBe(`nsu=${mazeOtherNamespace};s=Twin`);
  });

  test('says what there is in place of what there is not', async () => {
    await expect(runBrowse(toldCli(), callOf(maze.address, ['Maze', 'Line 3']), never)).rejects.toThrow(
      /^There is no `Line 3` here\. There is: Line 1, Line 2, /,
    );
    await expect(runBrowse(toldCli('zh'), callOf(maze.address, ['nsu=http://no/;s=x']), never)).rejects.toThrow(
      '这里没有“nsu=http://no/”',
    );
    await expect(runBrowse(toldCli(), callOf(maze.address, ['i=999999']), never)).rejects.toThrow('has no `i=999999`');
    await expect(runBrowse(toldCli(), callOf('opc.tcp://127.0.0.1:1', []), never)).rejects.toThrow(
      /^The server cannot be looked at: /,
    );
  });

  test('that is stopped on its way ends at once, and leaves no session behind', async () => {
    const stop = new AbortController();
    const { name: link, ...call } = callOf(maze.address, ['Many'], { nodesMax: 100_000 });
    const context = { clock: systemClock, log: silentLog, secret: resolveSecret };
    const browsing = openBrowser({ ...call, link, context, found: () => stop.abort() }, stop.signal);
    const reason: unknown = await browsing.catch((error: unknown) => error);
    expect(reason).toBe(stop.signal.reason);
    expect(maze.sessions).toBe(0);
  });

  test('a profile of what is there is in order as it is printed, and its names are unlike each other', async () => {
    const { out, told } = await said(callOf(maze.address, ['Maze'], { shows: 'yaml', depth: 3 }));
    expect(told).toContain('`profiles: [plant.yaml]`');
    expect(out).toContain(`device: { namespace: "${mazeNamespace}" }`);
    expect(out).toContain(
      String.raw`  Line_1.Pump.Pressure: { node: "s=\"DB_Line 1\".\"Pump\".\"Pressure\"", unit: "bar" }`,
    );
    expect(out).toContain(
      String.raw`  # Line_1.Pump.Hours: { node: "s=\"DB_Line 1\".\"Pump\".\"Hours\"", index: 0 }  # array of 12: choose the element`,
    );
    expect(out).toContain('# structure: choose the field: Low, High');
    expect(out).toContain(`Twin_2: { node: "nsu=${mazeOtherNamespace};s=Twin" }`);
    const at = join(folder, 'site');
    await mkdir(at, { recursive: true });
    await writeFile(join(at, 'Maze.yaml'), `${out}\n`);
    await writeFile(
      join(at, 'site.yaml'),
      `version: 1
site: { id: s }
profiles: [Maze.yaml]
links:
  plc: { driver: opcua, endpoint: "${maze.address}", security: none, devices: { maze: { profile: Maze } } }
journal: { folder: ./journal, bytesMax: 200MiB }
http: { host: 127.0.0.1, port: 8080 }
`,
    );
    const { site, problems } = await loadSite(join(at, 'site.yaml'));
    expect(problems).toEqual([]);
    const tags = site?.links[0]?.devices[0]?.groups.flatMap((group) =>
      group.tags.map(({ name, type }) => [name, type]),
    );
    expect(tags).toContainEqual(['Line_2.Pump.Running', 'boolean']);
  });
});

describe('a secured server', () => {
  test('that is not trusted is told by its thumbprint, with how to trust it, and then is browsed', async () => {
    const pki = join(folder, 'own-pki');
    const settings = opcua.link.parse({ endpoint: plant.address, security: {}, pki });
    const call = { ...callOf(plant.address, ['Plant'], { depth: 0 }), settings };
    const refusal = await runBrowse(toldCli(), call, never).then(String, (error: Error) => error.message);
    const [rejected] = await rejectedCertificates(pki);
    expect(refusal).toContain(`${plant.address} shows a certificate that is not trusted:\n  CN=sluice-field\n`);
    expect(refusal).toContain(rejected?.sha1.replaceAll(/(.{4})(?=.)/g, '$1 '));
    expect(refusal).toContain(`\`sluice trust ${rejected?.sha1.slice(0, 12) ?? ''} --pki ${pki}\``);
    await trustCertificate(pki, rejected?.der ?? new Uint8Array());
    expect((await said(call)).out).toContain('Plant/');
  });
});

test('another certificate that is refused meanwhile is not taken for that of this server', async () => {
  const pki = join(folder, 'shared-pki');
  const settings = opcua.link.parse({ endpoint: maze.address, security: {}, pki });
  const other = await readFile(join(folder, 'plant', 'server-0', 'certificate-0.pem'));
  const rejected = join(pki, 'rejected');
  const refuseOther = (): void => {
    mkdirSync(rejected, { recursive: true });
    writeFileSync(join(rejected, 'other.der'), other);
    utimesSync(join(rejected, 'other.der'), new Date(), new Date('2090-01-01'));
  };
  const clock: Clock = {
    ...systemClock,
    wait: (ms, signal) => {
      refuseOther();
      return systemClock.wait(ms, signal);
    },
  };
  const { name: link, ...call } = callOf(maze.address, []);
  const context = { clock, log: silentLog, secret: resolveSecret };
  const outcome = await openBrowser({ ...call, link, settings, context, found: () => undefined }, never);
  const shown = outcome.kind === 'untrusted' ? outcome.certificate.sha256 : undefined;
  expect(shown).toMatch(/^[0-9A-F]{64}$/);
  expect(shown).not.toBe(parseCertificate(other).sha256);
});

test('a user logs in with a password from a file, and is told that it may be read on the way', async () => {
  const closed = new OpcuaSimulator({ folder: join(folder, 'closed'), users: { reader: 'right-password' } });
  await closed.start();
  const file = join(folder, 'password');
  const args = [closed.address, 'Plant', '--depth', '0', '--user', 'reader', '--password-file', file];
  try {
    await writeFile(file, 'wrong-password\n');
    const refused = browseCommand(toldCli()).parseAsync(args, { from: 'user' });
    await expect(refused).rejects.toThrow(/^The server cannot be looked at: .* refuses the user reader/);
    await writeFile(file, 'right-password\n');
    const cli = toldCli();
    await browseCommand(cli).parseAsync(args, { from: 'user' });
    expect(cli.said.join('\n')).toContain('Plant/');
    expect(cli.told[0]).toContain('the password may cross the network readable');
  } finally {
    process.exitCode = undefined;
    await closed.stop();
  }
});

describe('the command line', () => {
  const call = (...args: string[]) => browseCommand(toldCli()).parseAsync(args, { from: 'user' });
  const address = 'opc.tcp://box:4840';

  test('refuses what does not go together, before anything is opened', async () => {
    await expect(call(address, '--user', 'a')).rejects.toThrow('needs a password');
    await expect(call(address, '--user', 'a', '--password-env', 'A', '--password-file', 'b')).rejects.toThrow(
      'by one of',
    );
    await expect(call(address, '--user-key', 'a')).rejects.toThrow('belong together');
    await expect(call(address, '--mode', 'sign')).rejects.toThrow('`--mode` needs a `--policy`');
    await expect(call(address, '--policy', 'Basic128')).rejects.toThrow('is not possible here: none, Basic256Sha256');
    await expect(call(address, '--yaml', '--json')).rejects.toThrow('not both');
    await expect(call(address, 'ns=2;s=Boiler')).rejects.toThrow('a namespace is given by its index');
    await expect(call('opc.tcp://')).rejects.toThrow('is no endpoint');
    await expect(call(address, '--depth', '21')).rejects.toThrow(
      '`21` does not do here: write one whole number from 0',
    );
    await expect(call('192.168.1.10')).rejects.toThrow('write `opc.tcp://192.168.1.10`');
  });

  test('takes a link of the site file, and leaves nothing behind of a call without security', async () => {
    const site = join(folder, 'link.yaml');
    await writeFile(
      site,
      `version: 1
site: { id: s }
profiles: { p: { driver: opcua, poll: 1s, tags: { a: { node: "i=2258" } } } }
links:
  plc: { driver: opcua, endpoint: "${plant.address}", security: none, pki: "${join(folder, 'pki')}", devices: { d: { profile: p } } }
journal: { folder: ./journal, bytesMax: 200MiB }
http: { host: 127.0.0.1, port: 8080 }
`,
    );
    const cli = toldCli();
    await browseCommand(cli).parseAsync(['plc', 'Plant', '--depth', '0', '--site', site], { from: 'user' });
    expect(cli.said.join('\n')).toContain('Plant/  …');
    await expect(call('mixer', '--site', site)).rejects.toThrow('The site has no OPC UA link `mixer`. It has: plc.');
    await expect(call('plc', '--site', site, '--policy', 'none')).rejects.toThrow('stands in the site file');
    const before = await readdir('.');
    await browseCommand(toldCli()).parseAsync([plant.address, '--depth', '0'], { from: 'user' });
    expect(await readdir('.')).toEqual(before);
    process.exitCode = undefined;
  });
});
