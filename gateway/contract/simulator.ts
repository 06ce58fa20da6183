/** A device's physics: values as a function of time and commands. No sockets, no clock; seeded randomness. */
export interface DeviceModel {
  readonly values: Readonly<Record<string, number | boolean>>;
  advance(byMs: number): void;
  command(tag: string, value: number | boolean): void;
}

/** What can go wrong on a wire or in a device, while it runs. `share` is a probability a reply, 0…1. */
export type Fault =
  | { readonly kind: 'late'; readonly share: number; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'dropped'; readonly share: number }
  | { readonly kind: 'duplicated'; readonly share: number }
  | { readonly kind: 'merged'; readonly share: number }
  | { readonly kind: 'truncated'; readonly share: number }
  | { readonly kind: 'garbage'; readonly share: number }
  | { readonly kind: 'foreign-frame'; readonly share: number }
  | { readonly kind: 'exception'; readonly share: number; readonly code: number }
  | { readonly kind: 'half-open' }
  | { readonly kind: 'dead'; readonly unit: number }
  | { readonly kind: 'slow'; readonly unit: number; readonly byMs: number }
  | { readonly kind: 'hole'; readonly unit: number; readonly from: number; readonly to: number }
  | { readonly kind: 'drift'; readonly unit: number; readonly tag: string; readonly perHour: number }
  | { readonly kind: 'stuck'; readonly unit: number; readonly tag: string }
  | { readonly kind: 'broken-sensor'; readonly unit: number; readonly tag: string };

/** A device model reachable over a real protocol on loopback or a pty. */
export interface Simulator {
  /** `tcp://127.0.0.1:1502` or `serial:/dev/pts/3`; known after start. */
  readonly address: string;
  start(): Promise<void>;
  inject(fault: Fault): void;
  heal(): void;
  stop(): Promise<void>;
}
