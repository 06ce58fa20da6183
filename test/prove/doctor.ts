import { diagnose, examine, type FindingKind } from '../../drivers/modbus/index.js';
import { portHolders } from '../../gateway/cli/kit/ports/port-holders.js';
import { systemClock } from '../../gateway/runtime/system-clock.js';
import { healthyLink, type InjectedFault, injectedFaults } from './doctor-faults.js';
import { type Finding, finding, type Proof } from './proof.js';

const listeningMs = 1000;
const asks = 6;

/** What is told of a link with a fault, in order. */
export async function kindsTold(fault: InjectedFault, folder: string, listenMs = listeningMs): Promise<FindingKind[]> {
  const { subject, open, stop } = await fault.play(folder);
  try {
    const seen = await examine(
      subject,
      { clock: systemClock, holdersOf: portHolders, listenMs, asks, talksAnyway: false, ...(open && { open }) },
      new AbortController().signal,
    );
    return diagnose(seen).map(({ kind }) => kind);
  } finally {
    await stop();
  }
}

/** The first thing told must be the fault injected; what is told beside it is printed. */
export const doctor: Proof = {
  summary: 'the doctor names each fault of wiring and setting that was injected, and none where there is none',
  async run({ folder, say }): Promise<readonly Finding[]> {
    let named = 0;
    for (const fault of injectedFaults) {
      const told = await kindsTold(fault, folder);
      const isNamed = told[0] !== undefined && fault.expected.includes(told[0]);
      if (isNamed) named += 1;
      say(`  ${isNamed ? 'named ' : 'MISSED'} ${fault.name}: ${told.join(', ')}`);
    }
    const healthy = await kindsTold(healthyLink, folder);
    const total = injectedFaults.length;
    return [
      finding('injected faults named', `${named} of ${total}`, `all, at least 20`, named === total && total >= 20),
      finding('told of a link without a fault', healthy.join(', '), 'healthy', healthy.join() === 'healthy'),
    ];
  },
};
