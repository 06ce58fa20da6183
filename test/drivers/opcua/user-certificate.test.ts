/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { parseCertificate, rejectedCertificates, trustCertificate } from '../../../drivers/opcua/index.js';
import { peer } from '../../support/peers.js';
import { scratchFolder } from '../../support/scratch.js';
import { Stage } from './stage.js';

const never = new AbortController().signal;
const tags = { temperature: { node: 's=Plant.Temperature' } };

interface User {
  readonly certificate: string;
  readonly key: string;
}

let stage: Stage;
let folder: string;
let remove: () => Promise<void>;

/** A user's certificate as a plant's engineer makes one, with the key of the kind asked for. */
function madeUser(name: string, kind: readonly string[] = ['rsa:2048']): User {
  const user = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}-key.pem`) };
  const newKey = ['-newkey', ...kind, '-nodes', '-keyout', user.key];
  execFileSync(
    'openssl',
    ['req', '-x509', ...newKey, '-out', user.certificate, '-subj', `/CN=${name}`, '-days', '30'],
    { stdio: 'ignore' },
  );
  return user;
}

const derOf = ({ certificate }: User): Uint8Array => parseCertificate(readFileSync(certificate)).der;

/** What the link says when it cannot log in; `undefined` when it can. */
async function refusal(user: User, settings: Readonly<Record<string, unknown>> = {}): Promise<string | undefined> {
  const driver = await stage.create(stage.link({ tags }, { security: {}, user, ...settings }));
  try {
    await driver.connect(never);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await driver.close();
  }
}

describe('a user with a certificate', () => {
  let known: User;

  beforeAll(async () => {
    ({ folder, remove } = await scratchFolder());
    known = madeUser('li-ming');
    stage = await Stage.start({ userCertificates: [derOf(known)] });
    await refusal(known);
    for (const { der } of await rejectedCertificates(stage.pki)) await trustCertificate(stage.pki, der);
  });
  afterAll(async () => {
    await stage.clear();
    await remove();
  });

  peer('openssl')('whom the server knows gets values, each time anew', async () => {
    const { driver, again } = await stage.subscribed({ tags }, { security: {}, user: known });
    await stage.reads('temperature', 20);
    stage.simulator.cut();
    await stage.told.until(() => stage.told.losses.length === 1);
    await again();
    // The server library knows no way to hand a session of such a user over: the one left ends by its time-out.
    await stage.simulator.sessionsAre(1);
    await driver.close();
    await stage.simulator.sessionsAre(0);
  });

  peer('openssl')('whom it does not know is refused in words', async () => {
    expect(await refusal(madeUser('stranger'))).toBe(
      `${stage.simulator.address} refuses the user certificate: check \`user\` of the link, and its rights in the server`,
    );
    await stage.simulator.sessionsAre(0);
  });

  peer('openssl')('is given as DER as well, with a key of RSA alone', async () => {
    const [certificate, key] = [join(folder, 'li-ming.der'), join(folder, 'li-ming-pkcs1.pem')];
    await writeFile(certificate, derOf(known));
    execFileSync('openssl', ['rsa', '-in', known.key, '-traditional', '-out', key], { stdio: 'ignore' });
    expect(await refusal({ certificate, key })).toBeUndefined();
  });

  peer('openssl')('whose files are not what they should be is told which, and what to do', async () => {
    const { certificate, key } = known;
    const encrypted = join(folder, 'encrypted.pem');
    const pass = ['-aes256', '-passout', 'pass:1234'];
    execFileSync('openssl', ['pkey', '-in', key, ...pass, '-out', encrypted], { stdio: 'ignore' });
    const said = await refusal({ certificate, key: encrypted });
    expect(said).toContain(`the private key in ${encrypted} is encrypted`);
    expect(said).toContain(`\`openssl pkey -in ${encrypted} -out plain.pem\``);
    execFileSync('openssl', ['rsa', '-in', key, '-traditional', ...pass, '-out', encrypted], { stdio: 'ignore' });
    expect(await refusal({ certificate, key: encrypted })).toContain('is encrypted');

    const nowhere = join(folder, 'nowhere.pem');
    expect(await refusal({ certificate, key: nowhere })).toContain(
      `the file ${nowhere}, which should hold a private key, cannot be read: there is no such file`,
    );
    expect(await refusal({ certificate: nowhere, key })).toContain(`${nowhere}, which should hold a certificate`);
    expect(await refusal({ certificate: key, key })).toContain(`${key} holds no certificate`);
    expect(await refusal({ certificate, key: certificate })).toContain(`${certificate} holds no private key`);
    expect(await refusal({ certificate, key: madeUser('other').key })).toContain('is not that of the certificate in');
    const curve = madeUser('curve', ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']);
    expect(await refusal(curve)).toContain('is no RSA key');
    await stage.simulator.sessionsAre(0);
  });

  peer('openssl')('proves who it is also where the link has no security', async () => {
    expect(await refusal(known, { security: 'none' })).toBeUndefined();
    expect(await refusal(madeUser('stranger-too'), { security: 'none' })).toContain('refuses the user certificate');
    await stage.simulator.sessionsAre(0);
  });
});
