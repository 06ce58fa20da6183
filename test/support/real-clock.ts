import type { Clock } from '../../gateway/contract/index.js';

/** The machine's own clock, for tests that speak to real peers. */
export const realClock: Clock = {
  monotonic: () => performance.now(),
  utc: () => Date.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};
