/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { opcua, rejectedCertificates, thumbprintsOf, trustCertificate } from '../../../drivers/opcua/index.js';
import { securityPolicies } from '../../../drivers/opcua/link-schema.js';
import { NotConnected } from '../../../gateway/contract/index.js';
import { Stage } from './stage.js';

const never = new AbortController().signal;
const tags = { temperature: { node: 's=Plant.Temperature' } };
const secured = { security: {} };

async function trustWhatWasRejected(stage: Stage): Promise<void> {
  for (const { der } of await rejectedCertificates(stage.pki)) await trustCertificate(stage.pki, der);
}

describe('a secured server', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start();
  });
  afterAll(() => stage.clear());

  test('is refused until its certificate is trusted, and told by its thumbprints', async () => {
    const driver = await stage.create(stage.link({ tags }, secured));
    const refusal = await driver.connect(never).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    expect(refusal).toBeInstanceOf(NotConnected);
    const [rejected, ...others] = await rejectedCertificates(stage.pki);
    expect(others).toEqual([]);
    expect(rejected?.subject).toContain('sluice-field');
    const { sha1, sha256 } = thumbprintsOf(rejected?.der ?? new Uint8Array());
    expect(refusal?.message).toBe(
      `${stage.simulator.address} shows a certificate that is not trusted (SHA-1 ${sha1}, SHA-256 ${sha256}): compare it with the one of the server, and when it is the same, trust it with \`sluice trust\`; it is kept in ${stage.pki}/rejected`,
    );
    expect(stage.simulator.sessionsOpened).toBe(0);
    await trustWhatWasRejected(stage);
    expect(await rejectedCertificates(stage.pki)).toEqual([]);
    await driver.connect(never);
    expect(stage.simulator.sessions).toBe(1);
    await driver.close();
  });

  test.each(
    securityPolicies.flatMap((policy) => (['sign', 'sign-and-encrypt'] as const).map((mode) => [policy, mode])),
  )('gives values under %s, %s', async (policy, mode) => {
    const { driver } = await stage.subscribed({ tags }, { security: { policy, mode } });
    await stage.reads('temperature', 20);
    await driver.close();
    expect(stage.simulator.sessions).toBe(0);
  });

  test('keeps the key of this gateway to its user alone', async () => {
    const { mode } = await stat(join(stage.pki, 'own', 'identity.pem'));
    expect((mode & 0o777).toString(8)).toBe('600');
  });
});

describe('a certificate that changes', () => {
  let stage: Stage;
  afterEach(() => stage.clear());

  test('is taken when it is of the trusted key, and refused when it is not', async () => {
    stage = await Stage.start();
    const driver = await stage.create(stage.link({ tags }, secured));
    await driver.connect(never).catch(() => undefined);
    await trustWhatWasRejected(stage);
    await driver.connect(never);
    await stage.simulator.restart({ certificate: 'renew' });
    await driver.connect(never);
    await stage.simulator.restart({ certificate: 'replace' });
    await expect(driver.connect(never)).rejects.toThrow(/shows a certificate that is not trusted/);
    await trustWhatWasRejected(stage);
    await driver.connect(never);
    expect(stage.simulator.sessions).toBe(1);
  });
});

describe('a user', () => {
  let stage: Stage;
  afterEach(() => stage.clear());

  test('logs in by name and password from a file; a wrong one is refused in words without it', async () => {
    stage = await Stage.start({ users: { reader: 'right-password' } });
    const file = join(stage.folder, 'password');
    const user = { name: 'reader', password: { file } };
    await writeFile(file, 'wrong-password\n');
    const driver = await stage.create(stage.link({ tags }, { user }));
    await expect(driver.connect(never)).rejects.toThrow(/refuses the user reader: check `user` of the link/);
    await writeFile(file, 'right-password\n');
    await driver.connect(never);
    expect(stage.simulator.sessions).toBe(1);
    const anonymous = await stage.create(stage.link({ tags }));
    const refusal = await anonymous.connect(never).then(String, String);
    expect(refusal).not.toContain('password');
    expect(refusal).toContain('NotConnected');
  });
});

test('the plan warns of a link without security, and of a password on it', () => {
  const settings = { endpoint: 'opc.tcp://box:4840', security: 'none', user: { name: 'a', password: { env: 'P' } } };
  const plan = opcua.plan({ name: 'l', settings: opcua.link.parse(settings), devices: [] });
  expect(plan.problems.map(({ path, warning }) => [path[0], warning])).toEqual([
    ['security', true],
    ['user', true],
  ]);
});
