/** What the field process saw. Times are ms of the monotonic clock, the same in all processes of a machine. */
export interface FieldLog {
  readonly requests: [device: string, atMs: number][];
  readonly answers: [device: string, counter: number][];
}

/** A span of the run. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How regularly a kind of device was asked within a span. */
export interface Regularity {
  readonly requests: number;
  /** The longest that one device waited from request to request. */
  readonly longestMs: number;
  /** Grid points that passed without a request. */
  readonly missed: number;
}

/** Judged by the arrival of requests at the devices; one that comes late within its interval is not a missed one. */
export function regularity(
  { requests }: FieldLog,
  isOfKind: (device: string) => boolean,
  { fromMs, toMs }: Span,
  everyMs: number,
): Regularity {
  const arrivals = new Map<string, number[]>();
  for (const [device, at] of requests) {
    if (!isOfKind(device) || at < fromMs || at >= toMs) continue;
    const known = arrivals.get(device);
    if (known) known.push(at);
    else arrivals.set(device, [at]);
  }
  let [count, longestMs, missed] = [0, 0, 0];
  for (const times of arrivals.values()) {
    // The span's own ends are requests of a kind: a device that fell silent in it would not be noticed otherwise.
    const intervals = [...times, toMs].map((at, n) => at - (times[n - 1] ?? fromMs));
    count += times.length;
    longestMs = Math.max(longestMs, ...intervals);
    missed += Math.max(0, Math.round((toMs - fromMs) / everyMs) - 1 - times.length);
  }
  return { requests: count, longestMs, missed };
}

/** How often each reply is somewhere: `d1 17` → times. */
export type Times = ReadonlyMap<string, number>;

export function timesOf(replies: Iterable<readonly [device: string, counter: number]>): Times {
  const times = new Map<string, number>();
  for (const [device, counter] of replies)
    times.set(`${device} ${counter}`, (times.get(`${device} ${counter}`) ?? 0) + 1);
  return times;
}
