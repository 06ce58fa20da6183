import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { test } from '@jest/globals';

/** Programs some tests need, and the Debian package each comes from. */
const packages = {
  influxd: 'influxdb',
  mosquitto: 'mosquitto',
  mosquitto_sub: 'mosquitto-clients',
  socat: 'socat',
  mbpoll: 'mbpoll',
  openssl: 'openssl',
  strace: 'strace',
  pymodbus: 'python3-pymodbus',
  'qemu-aarch64-static': 'qemu-user-static',
} as const;

export type Peer = keyof typeof packages;

/** Where skips are gathered, so that the run can say at its end what was left out; set by the jest configuration. */
const skipsFile = process.env['SLUICE_SKIPS_FILE'];

function isInstalled(peer: Peer): boolean {
  const [command, ...args] =
    peer === 'pymodbus' ? ['/usr/bin/python3', '-c', 'import pymodbus'] : ['/bin/sh', '-c', `command -v ${peer}`];
  return spawnSync(command as string, args, { stdio: 'ignore' }).status === 0;
}

function sayMissing(name: string, missing: readonly Peer[]): void {
  const list = missing.map((peer) => `${peer} (Debian package ${packages[peer]})`).join(', ');
  if (skipsFile) appendFileSync(skipsFile, `${name}: needs ${list}\n`);
}

/**
 * `test` when every peer is installed; otherwise the test is skipped and named in the run's last line.
 * `peer('influxd', 'socat')('stores a frame', async () => { … })`.
 */
export function peer(...peers: readonly Peer[]): (name: string, run: () => Promise<void>, timeoutMs?: number) => void {
  const missing = peers.filter((one) => !isInstalled(one));
  return (name, run, timeoutMs) => {
    if (missing.length === 0) {
      test(name, run, timeoutMs);
    } else {
      sayMissing(name, missing);
      // `npm test` has to pass on a machine with Node alone. CI installs every peer and fails on a skip.
      test.skip(name, run);
    }
  };
}
