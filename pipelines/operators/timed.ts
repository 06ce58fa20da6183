/** All that is older than this instant has come. Whoever feeds a pipeline gives one each whole second. */
export interface Tick {
  readonly tick: number;
}

/**
 * What flows between operators: something with an instant of its own (ms of the gateway's timeline, event time), or a
 * tick. In order of instant; a tick comes before what has the same instant. Only operators that say so mend the order.
 */
export type Timed<T> = T | Tick;

export const isTick = (input: object): input is Tick => 'tick' in input;

export const instantOf = (input: Timed<{ readonly instant: number }>): number =>
  isTick(input) ? input.tick : input.instant;
