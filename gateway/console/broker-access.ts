import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock, Log } from '../contract/index.js';
import { FailedAttempts } from './failed-attempts.js';
import { isLoopback } from './loopback.js';
import type { Users } from './users.js';
import { gatewayUser, tokenHash } from './users-file.js';

export type Entrance = 'gateway' | 'subscriber' | 'refused';

export interface Login {
  readonly address: string;
  readonly name: string | undefined;
  readonly password: string | undefined;
}

/** Who may come in to the embedded broker: the gateway itself to publish, all others to listen. */
export class BrokerAccess {
  /** How the gateway's own sink signs in: a secret of this process, new at each start, kept nowhere. */
  readonly publisher = { user: gatewayUser, password: randomBytes(32).toString('base64url') } as const;
  readonly #secret = tokenHash(this.publisher.password);
  readonly #users: Users;
  readonly #isLoopback: boolean;
  readonly #attempts: FailedAttempts;

  constructor(users: Users, host: string, clock: Clock, log: Log) {
    this.#users = users;
    this.#isLoopback = isLoopback(host);
    this.#attempts = new FailedAttempts(clock, log);
  }

  /** A name that is shown must be right, on loopback as well. */
  judge({ address, name, password }: Login): Entrance {
    if (name === undefined) return this.#isLoopback ? 'subscriber' : 'refused';
    if (this.#attempts.waitMs(address) > 0) return 'refused';
    const entrance = this.#entranceOf(name, password ?? '');
    if (entrance === 'refused') this.#attempts.failed(address);
    else this.#attempts.succeeded(address);
    return entrance;
  }

  #entranceOf(name: string, password: string): Entrance {
    if (name === gatewayUser) return timingSafeEqual(tokenHash(password), this.#secret) ? 'gateway' : 'refused';
    return this.#users.identify(password, name) ? 'subscriber' : 'refused';
  }
}
