import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.js';
import { outcome } from './commands-program.js';
import type { Peer } from './opcua-peers-reads.js';

const version = '0.6.16';
const program = fileURLToPath(new URL('../../../test/prove/opcua-peers-milo.java', import.meta.url));

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>prove</groupId><artifactId>milo-peer</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.eclipse.milo</groupId><artifactId>sdk-server</artifactId><version>${version}</version></dependency>
  </dependencies>
</project>
`;

const policies = ['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'].flatMap((policy) =>
  ['sign', 'sign-and-encrypt'].map((mode) => [policy, mode] as const),
);

export interface Milo {
  readonly version: string;
  readonly peer: Peer;
  stop(): Promise<void>;
}

/** Eclipse Milo by Maven and the Java of this machine; `absent` says why it could not be had. */
export async function startMilo(
  folder: string,
  items: number,
  periodMs: number,
): Promise<Milo | { readonly absent: string }> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'pom.xml'), pom);
  const copy = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars'];
  const fetched = await outcome('mvn', copy, { cwd: folder });
  if (fetched.code !== 0) return { absent: fetched.said.trim().split('\n')[0] ?? 'mvn gave no reason' };
  const certificate = join(folder, 'server.der');
  const args = ['-cp', join(folder, 'jars', '*'), program, String(await freePort()), certificate];
  const child = spawn('java', [...args, String(items), String(periodMs)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const [endpoint] = (await Promise.race([once(lines, 'line'), ended.then(() => [undefined])])) as [string | undefined];
  if (endpoint === undefined) return { absent: 'it ended before it served' };
  const set = async (name: string, value: number): Promise<void> => {
    child.stdin.write(`set ${name} ${value}\n`);
    await once(lines, 'line');
  };
  const der = await readFile(certificate);
  const own = { tags: {}, expected: {} };
  return {
    version,
    peer: { make: 'Milo', endpoint, certificate: der, security: policies, own, items, set },
    stop: async () => {
      child.stdin.end('stop\n');
      await ended;
    },
  };
}
