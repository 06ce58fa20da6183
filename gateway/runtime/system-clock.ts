import type { Clock } from '../contract/index.js';

/** Who waits on a signal: one listener a signal, because adding and removing one for each wait costs more than a timer. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

function waitersOf(signal: AbortSignal): Set<() => void> {
  let waiters = waiting.get(signal);
  if (!waiters) {
    const fresh = new Set<() => void>();
    signal.addEventListener('abort', () => fresh.forEach((end) => end()), { once: true });
    waiting.set(signal, fresh);
    waiters = fresh;
  }
  return waiters;
}

/** The machine's own clock: the one place where the product reads it. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  utc: () => Date.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const waiters = signal && waitersOf(signal);
      const end = (): void => {
        clearTimeout(timer);
        waiters?.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      waiters?.add(end);
    }),
};
