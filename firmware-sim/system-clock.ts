import type { Clock } from '../gateway/contract/index.js';

/** The machine's own clock. Timers of a wait are the only ones the simulated field has. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  utc: () => Date.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done);
    }),
};
