import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { Dlt645Simulator } from '../../../firmware-sim/meters/index.js';
import { NotConnected } from '../../../gateway/contract/index.js';
import { peer } from '../../support/peers.js';
import { createDriver, linkOf, meterSpec, readMeter } from './meter-link.js';

const never = new AbortController().signal;

/** socat says so when data can pass. */
async function started(socat: ChildProcess): Promise<void> {
  let said = '';
  for await (const chunk of socat.stderr ?? []) {
    said += String(chunk);
    if (said.includes('starting data transfer loop')) return;
  }
  throw new Error(`socat ended: ${said}`);
}

peer('socat')('two meters on a serial line are read, and the loss of the port is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-meters-'));
  const [near, far] = [join(folder, 'near'), join(folder, 'far')];
  const socat = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`]);
  await started(socat);
  const addresses = ['000000000001', '000012345678'] as const;
  const simulator = new Dlt645Simulator({
    transport: { kind: 'serial', path: far },
    meters: addresses.map((address, n) => meterSpec(n + 1, address)),
  });
  await simulator.start();
  const [one, other] = addresses;
  const tags = [{ quantity: 'energy-import' }, { quantity: 'current-b' }];
  const link = linkOf(
    { address: `serial:${near}`, timeout: '500ms' },
    { one: { address: one, tags }, other: { address: other, tags } },
  );
  const driver = await createDriver(link);
  await driver.connect(never);
  simulator.inject({ kind: 'split', share: 0.5 });
  for (const device of ['one', 'other', 'one']) {
    const { into, error } = await readMeter(driver, link, device);
    expect(error).toBeUndefined();
    expect([...into.values]).toEqual([1206.42, -1.2]);
  }
  await simulator.stop();
  const ended = once(socat, 'exit');
  socat.kill();
  await ended;
  expect((await readMeter(driver, link, 'one')).error).toBeInstanceOf(NotConnected);
  await driver.close();
  await rm(folder, { recursive: true, force: true });
});
