import { setTimeout as wait } from 'node:timers/promises';

const everyMs = 20;

/** How late a timer on a grid comes, ms, for `forMs`: what a poll would be late by. */
export async function timerLateness(forMs: number): Promise<number[]> {
  const samples: number[] = [];
  const start = performance.now();
  for (let due = start + everyMs; due < start + forMs; due += everyMs) {
    await wait(Math.max(0, due - performance.now()));
    samples.push(Math.max(0, performance.now() - due));
  }
  return samples;
}
