/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, statSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type KeptCertificate,
  opcua,
  parseCertificate,
  rejectedCertificates,
  trustCertificate,
  trustedCertificates,
} from '../../../../../drivers/opcua/index.js';
import { OpcuaSimulator } from '../../../../../firmware-sim/opcua/index.js';
import { trustCommand } from '../../../../../gateway/cli/kit/trust/command.js';
import { grouped, parseThumbprints } from '../../../../../gateway/cli/kit/trust/thumbprint-argument.js';
import { likelyLinks } from '../../../../../gateway/cli/kit/trust/trust-text.js';
import { textWidth } from '../../../../../gateway/cli/text-width.js';
import { type Driver, NotConnected, silentLog } from '../../../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../../../gateway/runtime/index.js';
import { peer } from '../../../../support/peers.js';
import { scratchFolder } from '../../../../support/scratch.js';
import { toldCli } from '../../told-cli.js';

const never = new AbortController().signal;

let server: OpcuaSimulator;
let serverFolder: string;
let removeServer: () => Promise<void>;
let folder: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ folder: serverFolder, remove: removeServer } = await scratchFolder());
  server = new OpcuaSimulator({ folder: serverFolder });
  await server.start();
}, 60_000);
afterAll(async () => {
  await server.stop();
  await removeServer();
});
beforeEach(async () => {
  ({ folder, remove } = await scratchFolder());
});
afterEach(async () => {
  process.exitCode = undefined;
  await remove();
});

const pki = (): string => join(folder, 'pki');

async function called(language: 'en' | 'zh', ...args: string[]): Promise<{ out: string; told: string }> {
  const cli = toldCli(language);
  await trustCommand(cli).parseAsync(args, { from: 'user' });
  return { out: cli.said.join('\n'), told: cli.told.join('\n') };
}

const trust = (...args: string[]) => called('en', ...args, '--pki', pki());

/** A gateway's driver of the server, as it stands between two attempts to connect. */
async function linkToServer(): Promise<Driver> {
  const settings = opcua.link.parse({ endpoint: server.address, security: {}, pki: pki() });
  const learned = { get: () => undefined, set: () => undefined };
  const context = { log: silentLog, clock: systemClock, learned, secret: resolveSecret };
  return opcua.create({ name: 'plc', settings, devices: [] }, context);
}

const refused = async (): Promise<KeptCertificate> => (await rejectedCertificates(pki()))[0] as KeptCertificate;

describe('sluice trust', () => {
  test('shows whom a link refused, and what is trusted takes effect with its next connection', async () => {
    expect((await trust()).out).toBe(`No server was refused.\nLooked in: ${pki()}`);
    const driver = await linkToServer();
    await expect(driver.connect(never)).rejects.toThrow('is not trusted');
    const { sha1, sha256 } = await refused();
    const { out } = await trust();
    expect(out).toContain('  CN=sluice-field\n');
    expect(out).toMatch(/ {4}made for .*urn:127\.0\.0\.1:sluice-field/);
    expect(out).toMatch(/ {4}valid {9}2026-01-01 to 2035-12-30/);
    expect(out).toContain(`SHA-1         ${grouped(sha1)}`);
    expect(out).toContain(`SHA-256       ${grouped(sha256.slice(0, 32))}`);
    expect(out.replaceAll('\n', ' ')).toContain('Compare it with the one the server shows itself, on its own screen');
    expect(out).toMatch(new RegExp(`^  sluice trust ${sha1.slice(0, 12)} --pki ${pki()}$`, 'm'));
    const done = await trust(sha1.slice(0, 8).toLowerCase());
    expect(done.out).toContain(`Trusted: CN=sluice-field, in ${pki()}`);
    expect(done.told.replaceAll('\n', ' ')).toContain('from the next connection on');
    expect(await rejectedCertificates(pki())).toEqual([]);
    await driver.connect(never);
    expect(server.sessions).toBe(1);
    expect((await trust('--list')).out).toContain('trusted since');
    const removed = await trust('--remove', ...grouped(sha1).split(' '));
    expect(removed.out).toContain('No longer trusted: CN=sluice-field');
    expect(removed.told).toContain('one that is open stays until then');
    expect(server.sessions).toBe(1);
    await expect(driver.connect(never)).rejects.toThrow('is not trusted');
    await driver.close();
  });

  test('finds the folder and the links in the site file, in both languages and within 80 columns', async () => {
    const driver = await linkToServer();
    await driver.connect(never).catch(() => undefined);
    await driver.close();
    const site = join(folder, 'site.yaml');
    const devices = '{ NAME: { profile: p } }';
    const link = (name: string, endpoint: string): string =>
      `  ${name}: { driver: opcua, endpoint: "${endpoint}", pki: "${pki()}", devices: ${devices.replace('NAME', `d-${name}`)} }`;
    await writeFile(
      site,
      `version: 1
site: { id: s }
profiles: { p: { driver: opcua, poll: 1s, tags: { a: { node: "i=2258" } } } }
links:
${link('plc', server.address)}
${link('mixer', 'opc.tcp://192.168.1.77:4840')}
journal: { folder: ./journal, bytesMax: 200MiB }
http: { host: 127.0.0.1, port: 8080 }
`,
    );
    const { out } = await called('en', '--site', site);
    expect(out).toContain(`link          plc (${server.address})`);
    expect(out).not.toContain('mixer');
    const { out: chinese } = await called('zh', '--site', site);
    expect(chinese).toContain('信任一个证书，就是认定持有其密钥者就是您的服务器');
    for (const line of `${out}\n${chinese}`.split('\n')) {
      if (!line.includes(folder)) expect(textWidth(line)).toBeLessThanOrEqual(80);
    }
    const told = JSON.parse((await called('en', '--site', site, '--json')).out) as unknown;
    const { sha1, sha256 } = await refused();
    expect(told).toMatchObject({
      folders: [pki()],
      refused: [{ subject: 'CN=sluice-field', sha1, sha256, links: [{ name: 'plc', endpoint: server.address }] }],
    });
    await expect(called('en', '--site', site, '--pki', pki())).rejects.toThrow('`--site` or `--pki`');
  });

  test('changes nothing where it is not clear which, or there is none', async () => {
    await trustCertificate(
      pki(),
      parseCertificate(await readFile(join(serverFolder, 'server-0', 'certificate-0.pem'))).der,
    );
    const [{ sha1 } = { sha1: '' }] = await trustedCertificates(pki());
    await expect(trust('DEADBEEF')).rejects.toThrow('No refused certificate begins with DEAD BEEF');
    await expect(trust(sha1)).rejects.toThrow('No refused certificate begins with');
    await expect(trust('--remove', 'DEADBEEF')).rejects.toThrow('No trusted certificate begins with DEAD BEEF');
    await expect(trust('2F4B')).rejects.toThrow('`2F4B` is no thumbprint');
    await expect(trust('--remove')).rejects.toThrow('Say which: `sluice trust --remove` and a thumbprint');
    await expect(trust('--list', '--remove', sha1)).rejects.toThrow('One thing at a time');
    await expect(trust('--file', 'x', sha1)).rejects.toThrow('One thing at a time');
    expect(await trustedCertificates(pki())).toHaveLength(1);
  });

  test('takes a certificate that was carried here, as PEM, and no other file', async () => {
    const file = join(serverFolder, 'server-0', 'certificate-0.pem');
    expect((await trust('--file', file)).out).toContain('Trusted: CN=sluice-field');
    const driver = await linkToServer();
    await driver.connect(never);
    await driver.close();
    const text = join(folder, 'text.der');
    await writeFile(text, 'no certificate');
    await expect(trust('--file', text)).rejects.toThrow(`${text} holds no certificate`);
    await expect(trust('--file', join(folder, 'nowhere.der'))).rejects.toThrow('ENOENT');
  });

  peer('openssl')('shows nothing of a subject that would steer the terminal', async () => {
    const [file, key] = [join(folder, 'evil.pem'), join(folder, 'evil-key.pem')];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', file, '-days', '1'];
    execFileSync('openssl', [...made, '-utf8', '-subj', '/CN=\u001b[2Jplc\u202e'], { stdio: 'ignore' });
    await trust('--file', file);
    const { out } = await trust('--list');
    // oxlint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(out).toContain('plc');
  });

  test('called by root gives what it keeps to whom the folder belongs', async () => {
    await mkdir(pki());
    const owner = process.getuid?.() === 0 ? 12_345 : statSync(pki()).uid;
    chownSync(pki(), owner, statSync(pki()).gid);
    await trust('--file', join(serverFolder, 'server-0', 'certificate-0.pem'));
    const [kept] = await trustedCertificates(pki());
    expect(statSync(kept?.file ?? '').uid).toBe(owner);
    expect(statSync(join(pki(), 'trusted')).uid).toBe(owner);
  });
});

describe('a folder of certificates', () => {
  const file = (): string => join(serverFolder, 'server-0', 'certificate-0.pem');
  const isRoot = process.getuid?.() === 0;

  test('that root makes belongs to whom the folder around it does', async () => {
    const owner = isRoot ? 12_345 : statSync(folder).uid;
    chownSync(folder, owner, statSync(folder).gid);
    await trust('--file', file());
    for (const path of [pki(), join(pki(), 'trusted')]) expect(statSync(path).uid).toBe(owner);
  });

  test('that is a link is followed for its user, and has root give nothing away', async () => {
    const precious = join(folder, 'precious');
    mkdirSync(precious);
    mkdirSync(pki());
    if (isRoot) chownSync(pki(), 12_345, 12_345);
    await symlink(precious, join(pki(), 'trusted'));
    const told = await trust('--file', file()).then(({ out }) => out, String);
    expect(told).toContain(isRoot ? `${join(pki(), 'trusted')} is a link, or no folder` : 'Trusted: CN=sluice-field');
    expect(statSync(precious).uid).toBe(process.getuid?.());
  });

  test('tells a certificate it cannot read, and passes over what is none', async () => {
    await trust('--file', file());
    const trusted = join(pki(), 'trusted');
    execFileSync('mkfifo', [join(trusted, 'pipe.der')]);
    await writeFile(join(trusted, 'big.der'), Buffer.alloc(2 << 20));
    await writeFile(join(trusted, 'text.der'), 'no certificate');
    expect(await trustedCertificates(pki())).toHaveLength(1);
    await symlink('loop.der', join(trusted, 'loop.der'));
    await expect(trustedCertificates(pki())).rejects.toThrow('ELOOP');
    const driver = await linkToServer();
    const refusal: unknown = await driver.connect(never).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NotConnected);
    expect(String(refusal)).toContain(`the trusted certificates in ${pki()} cannot be read (ELOOP`);
    await driver.close();
  });

  test('with a link to nowhere among the refused still takes the next', async () => {
    const rejected = join(pki(), 'rejected');
    await mkdir(rejected, { recursive: true });
    await symlink('nowhere', join(rejected, 'old.der'));
    const driver = await linkToServer();
    await expect(driver.connect(never)).rejects.toThrow('is not trusted');
    await driver.close();
    expect(await rejectedCertificates(pki())).toHaveLength(1);
  });

  test('of any name stands in the command to be copied as one word', async () => {
    const driver = await linkToServer();
    await driver.connect(never).catch(() => undefined);
    await driver.close();
    const odd = join(folder, "op's pki");
    await symlink(pki(), odd);
    const { out } = await called('en', '--pki', odd);
    expect(out).toContain(` --pki '${folder}/op'\\''s pki'`);
  });
});

describe('a certificate that was renewed', () => {
  test('says on removal that its key is still trusted by another', async () => {
    await server.restart({ certificate: 'renew' });
    for (const n of [0, 1]) await trust('--file', join(serverFolder, 'server-0', `certificate-${n}.pem`));
    const [one, other] = await trustedCertificates(pki());
    expect(one?.key).toBe(other?.key);
    const { told } = await trust('--remove', one?.sha256 ?? '');
    expect(told.replaceAll('\n', ' ')).toContain(
      `A certificate of the same key is still trusted, and with it this one: SHA-1 ${grouped(other?.sha1 ?? '')}`,
    );
  });
});

test('thumbprints are taken as they are typed and copied', () => {
  expect(parseThumbprints(['5a:3f:9c:21', 'AABBCCDD'])).toEqual(['5A3F9C21', 'AABBCCDD']);
  expect(parseThumbprints(['5A3F', '9C21', 'AABB'])).toEqual(['5A3F9C21AABB']);
  expect(parseThumbprints(['5A3F 9C21 AABB'])).toEqual(['5A3F9C21AABB']);
  for (const none of [[], ['5A3F9C2'], ['5A3F9C2G'], ['A'.repeat(65)]]) expect(parseThumbprints(none)).toBeUndefined();
});

test('a link is told by the host its certificate names, else each that may be it', () => {
  const links = [
    { name: 'a', endpoint: 'opc.tcp://PLC-7:4840/server' },
    { name: 'b', endpoint: 'opc.tcp://[fd00::7]:4840' },
  ];
  expect(likelyLinks({ names: ['urn:x', 'plc-7'] }, links).map(({ name }) => name)).toEqual(['a']);
  expect(likelyLinks({ names: ['urn:x'] }, links)).toEqual(links);
});
