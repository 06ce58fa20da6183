/** One device and poll group of a link. */
export interface PollItem {
  readonly device: string;
  readonly group: string;
  readonly everyMs: number;
}

export interface PollChoice {
  readonly item: PollItem;
  /** A device that does not answer, tried within the bus share kept for such. */
  readonly isProbe: boolean;
}

/** Consecutive reads without an answer until a device that has answered before counts as offline. */
export const failuresUntilOffline = 2;
/** Pauses between probes of an offline device grow from the first to the greatest. */
export const probePauseMs = { first: 1000, max: 30_000 } as const;
/** Timers may fire this much early by the monotonic clock; setting them again for the rest would wake the box twice. */
const earlyMs = 1;
/** A probe that its share allows waits for a pause between polls, but not for longer than this. */
const probePatienceMs = 10_000;

interface Slot {
  readonly item: PollItem;
  due: number;
}

interface Health {
  hasAnswered: boolean;
  failures: number;
  pauseMs: number;
  probeAt: number;
  /** ms the last unanswered read took of the bus. */
  costMs: number;
}

/**
 * What a link reads next. Pure but for what it remembers; times are ms on the monotonic clock. Polls lie on the whole
 * multiples of their interval, so they do not drift, and links polled alike are polled together: one waking of the
 * machine serves them all. A grid point missed is counted, not queued. Devices that do not answer leave the grid and share
 * `probeShare` of the bus: a token account of bus time that a probe may overdraw once.
 */
export class PollQueue {
  readonly #slots: Slot[];
  readonly #health = new Map<string, Health>();
  readonly #probeShare: number;
  #probeAccountMs = 0;
  #accountedAt: number;
  /** Since when the account allows a probe. */
  #fundedAt: number;
  #greatestCostMs = 0;
  #overruns = 0;

  constructor(items: readonly PollItem[], probeShare: number, now: number) {
    this.#slots = items.map((item) => ({ item, due: now }));
    this.#probeShare = probeShare;
    this.#accountedAt = now;
    this.#fundedAt = now;
    for (const { device } of items) {
      this.#health.set(device, { hasAnswered: false, failures: 0, pauseMs: 0, probeAt: 0, costMs: 0 });
    }
  }

  /** Grid points that passed unread because the link was busy. */
  get overruns(): number {
    return this.#overruns;
  }

  isOffline(device: string): boolean {
    const health = this.#of(device);
    return health.failures >= (health.hasAnswered ? failuresUntilOffline : 1);
  }

  /** What to read now, or how many ms to wait before asking again. */
  next(now: number): PollChoice | { readonly waitMs: number } {
    this.#fillAccount(now);
    const due = this.#earliest((slot) => !this.isOffline(slot.item.device));
    if (due && due.due <= now + earlyMs) return { item: due.item, isProbe: false };
    const probe = this.#probe(now, due?.due ?? Number.POSITIVE_INFINITY);
    if (probe) return { item: probe.item, isProbe: true };
    // Whole ms, upwards: a timer that fires a fraction early would only be set again.
    const at = Math.min(due?.due ?? Number.POSITIVE_INFINITY, this.#nextProbeAt(now));
    return { waitMs: Math.max(1, Math.ceil(at - now)) };
  }

  /** The read of an item began at `started` and ended at `now`. Returns whether the device went off or came on. */
  done(item: PollItem, answered: boolean, started: number, now: number): 'offline' | 'online' | undefined {
    const health = this.#of(item.device);
    const wasOffline = this.isOffline(item.device);
    const isProbe = wasOffline;
    if (isProbe) this.#probeAccountMs -= now - started;
    this.#reschedule(item, now);
    if (answered) {
      const isNew = !health.hasAnswered;
      Object.assign(health, { hasAnswered: true, failures: 0, pauseMs: 0 });
      if (!wasOffline && !isNew) return undefined;
      if (wasOffline) this.#rejoin(item.device, now);
      return 'online';
    }
    health.failures += 1;
    health.costMs = now - started;
    this.#greatestCostMs = Math.max(this.#greatestCostMs, health.costMs);
    if (!this.isOffline(item.device)) return undefined;
    health.pauseMs = wasOffline ? Math.min(probePauseMs.max, health.pauseMs * 2) : probePauseMs.first;
    health.probeAt = now + health.pauseMs;
    return wasOffline ? undefined : 'offline';
  }

  /** The whole link was lost: nothing is known of its devices' health, and the grid goes on from here. */
  restart(now: number): void {
    for (const health of this.#health.values()) Object.assign(health, { failures: 0, pauseMs: 0, probeAt: 0 });
    for (const slot of this.#slots) slot.due = now;
  }

  #of(device: string): Health {
    return this.#health.get(device) as Health;
  }

  #earliest(matches: (slot: Slot) => boolean): Slot | undefined {
    let earliest: Slot | undefined;
    for (const slot of this.#slots) {
      if (matches(slot) && (!earliest || slot.due < earliest.due)) earliest = slot;
    }
    return earliest;
  }

  /** The offline device whose turn it is, when the account allows it and it fits before the next poll. */
  #probe(now: number, nextPollAt: number): Slot | undefined {
    if (this.#probeAccountMs < 0) return undefined;
    let chosen: Slot | undefined;
    for (const slot of this.#slots) {
      if (!this.isOffline(slot.item.device)) continue;
      const { probeAt } = this.#of(slot.item.device);
      if (probeAt <= now && (!chosen || probeAt < this.#of(chosen.item.device).probeAt)) chosen = slot;
    }
    if (!chosen) return undefined;
    const { costMs, probeAt } = this.#of(chosen.item.device);
    const isPatient = now - Math.max(probeAt, this.#fundedAt) <= probePatienceMs;
    return now + costMs <= nextPollAt || !isPatient ? chosen : undefined;
  }

  #nextProbeAt(now: number): number {
    const funded = this.#probeAccountMs < 0 ? now - this.#probeAccountMs / this.#probeShare : now;
    let at = Number.POSITIVE_INFINITY;
    for (const [device, { probeAt }] of this.#health) {
      if (!this.isOffline(device)) continue;
      // One that is due and funded waits for a gap: it is looked at again after the next poll, or when patience ends.
      const isWaiting = probeAt <= now && funded <= now;
      const patientUntil = Math.max(probeAt, this.#fundedAt) + probePatienceMs + 1;
      at = Math.min(at, isWaiting ? patientUntil : Math.max(probeAt, funded));
    }
    return at;
  }

  #fillAccount(now: number): void {
    const earned = (now - this.#accountedAt) * this.#probeShare;
    if (this.#probeAccountMs < 0 && this.#probeAccountMs + earned >= 0) this.#fundedAt = now;
    this.#probeAccountMs = Math.min(this.#greatestCostMs, this.#probeAccountMs + earned);
    this.#accountedAt = now;
  }

  #reschedule(item: PollItem, now: number): void {
    const slot = this.#slots.find((one) => one.item === item) as Slot;
    const passed = Math.floor(now / item.everyMs);
    if (!this.isOffline(item.device)) this.#overruns += Math.max(0, passed - Math.floor(slot.due / item.everyMs));
    slot.due = (Math.max(passed, Math.floor(slot.due / item.everyMs)) + 1) * item.everyMs;
  }

  /** A device that is back goes on at the next points of its grid. */
  #rejoin(device: string, now: number): void {
    for (const slot of this.#slots) {
      if (slot.item.device !== device) continue;
      slot.due = (Math.floor(now / slot.item.everyMs) + 1) * slot.item.everyMs;
    }
  }
}
