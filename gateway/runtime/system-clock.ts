import type { Clock } from '../contract/index.js';

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
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end, { once: true });
    }),
};
