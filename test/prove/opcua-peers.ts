import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TagSpecs } from '../drivers/opcua/opcua-link.js';
import { startAsyncuaServer } from '../drivers/opcua/peer/asyncua-server.js';
import { outcome } from './commands-program.js';
import { startMilo } from './opcua-peers-milo.js';
import { PeerReads } from './opcua-peers-reads.js';
import { type Finding, finding, type Proof, type ProofOptions } from './proof.js';

const asyncuaVersion = '1.1.8';
const periodMs = 500;

const policies = [
  ['Basic256Sha256', 'sign'],
  ['Basic256Sha256', 'sign-and-encrypt'],
  ['Aes128_Sha256_RsaOaep', 'sign-and-encrypt'],
  ['Aes256_Sha256_RsaPss', 'sign-and-encrypt'],
] as const;

/** A structure and an enumeration of asyncua's own. */
const pump: TagSpecs = {
  speed: { node: 's=Plant.Pump', field: 'Speed' },
  runs: { node: 's=Plant.Pump', field: 'Runs', type: 'boolean' },
  starts: { node: 's=Plant.Pump', field: 'Starts', type: 'integer' },
  no_field: { node: 's=Plant.Pump', field: 'Depth' },
  mode: { node: 's=Plant.Mode', type: 'integer' },
};
const pumpExpected = { speed: 1480.5, runs: 1, starts: 7, no_field: 'bad-configuration', mode: 2 };

/** Python of an environment with asyncua in the scratch folder; rejects with the words of pip. */
async function asyncuaPython(folder: string): Promise<string> {
  const environment = join(folder, 'asyncua');
  const python = join(environment, 'bin', 'python');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `asyncua==${asyncuaVersion}`];
  for (const [command, args] of [
    ['python3', ['-m', 'venv', environment]],
    [python, pip],
  ] as const) {
    const { code, said } = await outcome(command, args);
    if (code !== 0) throw new Error(said.trim().split('\n').at(-1));
  }
  return python;
}

async function proveAsyncua(
  folder: string,
  load: { readonly items: number; readonly seconds: number },
  { say }: ProofOptions,
): Promise<readonly Finding[]> {
  let python: string;
  try {
    python = await asyncuaPython(folder);
  } catch (error) {
    return [finding('asyncua', `not run: ${(error as Error).message}`, 'run', false)];
  }
  const server = await startAsyncuaServer(python, { folder: join(folder, 'server'), items: load.items, periodMs });
  say(`  asyncua ${asyncuaVersion} serves at ${server.endpoint}`);
  try {
    const own = { tags: pump, expected: pumpExpected };
    const certificate = await readFile(server.certificate);
    const peer = { ...server, make: 'asyncua', certificate, security: policies, own, items: load.items };
    return await new PeerReads(peer, join(folder, 'pki')).all(load.seconds);
  } finally {
    await server.stop();
  }
}

async function proveMilo(
  folder: string,
  load: { readonly items: number; readonly seconds: number },
  { isFull, say }: ProofOptions,
): Promise<readonly Finding[]> {
  const started = await startMilo(folder, load.items, periodMs);
  if ('absent' in started) {
    say(`  Milo not run: ${started.absent}`);
    return isFull ? [finding('Milo', `not run: ${started.absent}`, 'run', false)] : [];
  }
  say(`  Eclipse Milo ${started.version} serves at ${started.peer.endpoint}`);
  try {
    return await new PeerReads(started.peer, join(folder, 'pki')).all(load.seconds);
  } finally {
    await started.stop();
  }
}

/** Line 2 of the fourth issue: OPC UA against servers that share no line of code with the driver's library. */
export const opcuaPeers: Proof = {
  summary: 'OPC UA: asyncua and Eclipse Milo as servers; types, security, users, subscription without a skip, history',
  async run(options): Promise<readonly Finding[]> {
    const load = options.isFull ? { items: 1000, seconds: 120 } : { items: 100, seconds: 15 };
    return [
      ...(await proveAsyncua(join(options.folder, 'of-asyncua'), load, options)),
      ...(await proveMilo(join(options.folder, 'of-milo'), load, options)),
    ];
  },
};
