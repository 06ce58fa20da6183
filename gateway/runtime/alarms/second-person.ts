import { randomUUID } from 'node:crypto';
import type { AlarmAct } from './act.js';

/** An act that waits for a second person. */
export interface Request {
  readonly id: string;
  readonly key: string;
  readonly act: AlarmAct;
  readonly who: string;
  /** Instant at which it lapses. */
  readonly lapses: number;
}

/** A second person has so long to agree; then the first asks again. */
export const lapseMs = 600_000;
/** Requests that wait at a time; beyond it the oldest lapses. */
export const requestsMax = 100;

/** Acts that two people do together. Kept in memory alone: a restart forgets them, and nothing was done. */
export class SecondPerson {
  readonly #requests = new Map<string, Request>();

  ask(key: string, act: AlarmAct, who: string, instant: number): Request {
    this.#lapse(instant);
    const request: Request = { id: randomUUID(), key, act, who, lapses: instant + lapseMs };
    this.#requests.set(request.id, request);
    const [oldest] = this.#requests.keys();
    if (this.#requests.size > requestsMax && oldest !== undefined) this.#requests.delete(oldest);
    return request;
  }

  waiting(instant: number): readonly Request[] {
    this.#lapse(instant);
    return [...this.#requests.values()];
  }

  /** The request, taken off the list; `own` when it is the asker's own; undefined when there is none (any more). */
  agree(id: string, who: string, instant: number): Request | 'own' | undefined {
    this.#lapse(instant);
    const request = this.#requests.get(id);
    if (request?.who === who) return 'own';
    if (request) this.#requests.delete(id);
    return request;
  }

  #lapse(instant: number): void {
    for (const [id, { lapses }] of this.#requests) if (instant >= lapses) this.#requests.delete(id);
  }
}
