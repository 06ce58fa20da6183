import { afterEach } from '@jest/globals';
import type { Clock } from '../../gateway/contract/index.js';
import { ModbusSimulator, type ModbusSimulatorOptions, type WireEvent } from '../../firmware-sim/index.js';
import { Wire } from './exchange.js';

const cleanUps: (() => unknown)[] = [];

/** Undone after the test, last first. */
export function afterwards(cleanUp: () => unknown): void {
  cleanUps.push(cleanUp);
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** A simulator, a connection to it and what it logs; all gone after the test. */
export async function serve(
  options: ModbusSimulatorOptions,
): Promise<{ simulator: ModbusSimulator; wire: Wire; events: WireEvent[] }> {
  const events: WireEvent[] = [];
  const simulator = new ModbusSimulator({ log: (event) => events.push(event), ...options });
  await simulator.start();
  afterwards(() => simulator.stop());
  return { simulator, wire: await dial(simulator.address), events };
}

export async function dial(address: string): Promise<Wire> {
  const wire = await Wire.open(address);
  afterwards(() => wire.close());
  return wire;
}

/** A clock moved by hand; waits end when it passes them. */
export class HandClock implements Clock {
  #nowMs = 1000;
  readonly #waits: { readonly untilMs: number; readonly done: () => void }[] = [];

  monotonic(): number {
    return this.#nowMs;
  }

  utc(): number {
    return 1_800_000_000_000 + this.#nowMs;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waits.push({ untilMs: this.#nowMs + ms, done: resolve });
      signal?.addEventListener('abort', () => resolve());
    });
  }

  /** Moves on to the earliest wait, and so on up to `byMs` from now; lets what hangs on each run before the next. */
  async pass(byMs: number): Promise<void> {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      await new Promise(setImmediate);
      this.#waits.sort((one, other) => one.untilMs - other.untilMs);
      const next = this.#waits[0];
      if (!next || next.untilMs > endMs) break;
      this.#waits.shift();
      this.#nowMs = next.untilMs;
      next.done();
    }
    this.#nowMs = endMs;
  }
}
