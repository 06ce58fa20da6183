/** When each crossing was seen, by what the witness told: pairs of the crossing's value and ms of the monotonic clock. */
export interface CrossingReport {
  /** Just before the reply holding it was written to its socket. */
  readonly written: readonly (readonly [value: number, atMs: number])[];
  /** When the event of it was heard from the MQTT broker. */
  readonly heard: readonly (readonly [value: number, atMs: number])[];
}

/** Rises have the values from here on, each its own; between them the value is 0. */
export const firstCrossing = 1000;
export const crossingLimit = 500;

/** ms of CLOCK_MONOTONIC: the same in all processes of a machine. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) * 1e-6;
