import type { AlarmEntry, AlarmState, Entry, TransitionEntry } from '../../../gateway/contract/index.js';
import type { AlarmDefinitionView, AlarmView, FollowedEntry, Request } from '../../../gateway/runtime/index.js';

/** Why an alarm exists. */
export const definition: AlarmDefinitionView = {
  key: 'pit-1/h2s/HH',
  device: 'pit-1',
  tag: 'h2s',
  kind: 'HH',
  class: 'toxic',
  priority: 'critical',
  limit: 10,
  unit: 'ppm',
  message: { en: 'H₂S very high in the pit', zh: '坑内硫化氢过高' },
  cause: { en: 'Slurry is being stirred', zh: '正在搅拌粪污' },
  consequence: null,
  action: { en: 'Everybody out; ventilate', zh: '全部撤离，加强通风' },
  respondWithinMs: 300_000,
  owner: '安全科',
  source: 'GBZ 2.1-2019',
  date: '2026-03-01',
  group: null,
  shelveMaxMs: 0,
  secondPerson: true,
  outOfServiceRole: 'administrator',
};

/** An alarm that stands, unacknowledged; tests replace what they are about. */
export const alarm = (facts: Partial<AlarmView> = {}): AlarmView => ({
  ...definition,
  state: 'unacknowledged',
  base: 'unacknowledged',
  isAbnormal: true,
  isAnnunciated: true,
  value: 61,
  quality: 'good',
  raised: '2026-11-21T01:11:40.000Z',
  raisedForMs: 61_000,
  acknowledged: null,
  shelf: null,
  suppression: null,
  outOfService: null,
  chatter: null,
  firstOut: [],
  lastKnownMs: null,
  covers: 0,
  ...facts,
});

export const request = (facts: Partial<Request> = {}): Request => ({
  id: '3f0c9a52-6a4e-4c39-8f59-0a1d6b7f2c11',
  key: 'boiler/pressure/HH',
  act: { act: 'shelve', forMs: 3_600_000, reason: 'gauge is being changed' },
  who: 'engineer',
  lapses: 1_500_000,
  ...facts,
});

const raisedState: AlarmState = {
  base: 'unacknowledged',
  isAbnormal: true,
  shelf: null,
  suppression: null,
  outOfService: null,
  raised: { instant: 1000, time: Date.UTC(2026, 10, 21, 1) },
  acknowledged: null,
  chatter: null,
  firstOut: [],
};

/** An entry as the journal has it. */
export const alarmEntry = (facts: Partial<AlarmEntry> = {}): AlarmEntry => {
  const { key, device, tag, kind, priority, value, limit, unit, quality, message, action } = alarm();
  return {
    kind: 'alarm',
    instant: 1000,
    time: Date.UTC(2026, 10, 21, 1),
    key,
    device,
    tag,
    limitKind: kind,
    class: 'toxic',
    priority,
    change: 'raised',
    from: 'normal',
    to: 'unacknowledged',
    isAnnunciated: true,
    value,
    limit,
    unit,
    quality,
    cause: { sequence: 7, device },
    comment: '',
    message,
    action,
    state: raisedState,
    ...facts,
  };
};

export const transition = (name: string): TransitionEntry => ({
  kind: 'transition',
  instant: 1,
  time: Number.NaN,
  subject: 'device',
  name,
  state: 'offline',
  reason: 'no answer',
});

/** The alarms lane as the view shows it, in memory: grows when told, forgets its oldest when told. */
export class FakeLane {
  readonly #entries: Entry[] = [];
  readonly #wakes = new Set<() => void>();
  first = 0;

  get end(): number {
    return this.#entries.length;
  }

  append(...entries: readonly Entry[]): void {
    this.#entries.push(...entries);
    for (const wake of this.#wakes) wake();
  }

  forgetBefore(offset: number): void {
    this.first = offset;
  }

  /** How many follow now. */
  get followers(): number {
    return this.#followers;
  }
  #followers = 0;

  async *follow(from: number, signal: AbortSignal): AsyncGenerator<FollowedEntry> {
    this.#followers += 1;
    try {
      for (let at = from; !signal.aborted; ) {
        at = Math.max(at, this.first);
        const entry = this.#entries[at];
        if (entry) yield { offset: at++, entry };
        else await this.#more(signal);
      }
    } finally {
      this.#followers -= 1;
    }
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wakes.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#wakes.add(wake);
      signal.addEventListener('abort', wake);
      if (signal.aborted) wake();
    });
  }
}
