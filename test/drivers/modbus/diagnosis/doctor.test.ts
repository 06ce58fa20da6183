import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { healthyLink, injectedFaults } from '../../../prove/doctor-faults.js';
import { kindsTold } from '../../../prove/doctor.js';
import { peer } from '../../../support/peers.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-doctor-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Long enough for a master that polls twice a second. */
const listenMs = 600;

/** A few of the faults of `npm run prove -- doctor`: those that need no search over many settings. */
const quick = [
  'echo of the adapter',
  'A and B swapped at the gateway',
  'two units with one address, one after the other',
  'function 04 asked for',
  'another master',
  'port missing',
  'port in use',
  'nobody listens',
  'Modbus TCP where RTU is expected',
];

describe('the doctor', () => {
  for (const fault of injectedFaults.filter(({ name }) => quick.includes(name))) {
    peer('socat')(`names: ${fault.name}`, async () => {
      const [first] = await kindsTold(fault, folder, listenMs);
      expect(fault.expected).toContain(first);
    });
  }

  peer('socat')('has nothing to say of a link without a fault', async () => {
    expect(await kindsTold(healthyLink, folder, listenMs)).toEqual(['healthy']);
  });
});
