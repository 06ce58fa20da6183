import type { Clock, Json, Log } from '../contract/index.js';
import type { GatewayActs, GatewayView } from '../runtime/index.js';
import type { Users } from './users.js';

/** The public face of the runtime's view: what the console reads, and all it reads. */
export type ConsoleView = Pick<GatewayView, keyof GatewayView>;

/** What the console may do to the gateway, for a named user. */
export type ConsoleActs = Pick<GatewayActs, keyof GatewayActs>;

/** How a number came to be; undefined when there is no such value. `time` is ms UTC, undefined for the newest. */
export type Explain = (device: string, tag: string, time: number | undefined) => Promise<Json | undefined>;

export interface ConsoleOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly users: Users;
  readonly clock: Clock;
  readonly log: Log;
  readonly explain?: Explain;
}

export interface ConsoleParts {
  readonly view: ConsoleView;
  readonly acts: ConsoleActs;
  readonly options: ConsoleOptions;
}
