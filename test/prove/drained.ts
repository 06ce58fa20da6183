import type { Ledger } from '../../gateway/runtime/index.js';
import type { Child } from '../support/child.js';

const turnMs = 500;

/** The ledger of a gateway process, as it answers for one line on its standard input. */
export async function askLedger(gateway: Child): Promise<Ledger> {
  const said = await gateway.ask('ledger');
  if (said === undefined) throw new Error('the gateway process has ended; its log says why');
  return JSON.parse(said) as Ledger;
}

/**
 * Asks a gateway process for its ledger until nothing waits for any sink, for as long as something still moves; resolves
 * to the last ledger. The alarms lane always holds a little: every connection made is an entry of it.
 */
export async function drained(gateway: Child, say: (line: string) => void, patienceMs = 60_000): Promise<Ledger> {
  let least = Number.POSITIVE_INFINITY;
  let movedAt = performance.now();
  for (;;) {
    const ledger = await askLedger(gateway);
    const waiting = ledger.sinks.reduce((sum, account) => sum + account.waiting, 0);
    if (waiting === 0) return ledger;
    if (waiting < least) {
      least = waiting;
      movedAt = performance.now();
    }
    if (performance.now() - movedAt > patienceMs) {
      say(`  ${waiting} records still wait: ${JSON.stringify(ledger.sinks)}`);
      return ledger;
    }
    await new Promise((resolve) => setTimeout(resolve, turnMs));
  }
}
