import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock, Log } from '../contract/index.js';
import { type BrokerDevice, DevicePass } from './broker-devices.js';
import { FailedAttempts } from './failed-attempts.js';
import { isLoopback } from './loopback.js';
import type { Users } from './users.js';
import { gatewayUser, tokenHash } from './users-file.js';

/** The gateway itself, somebody who listens, a device with what it may do, or nobody. */
export type Entrance = 'gateway' | 'subscriber' | DevicePass | 'refused';

export interface Login {
  readonly address: string;
  readonly name: string | undefined;
  readonly password: string | undefined;
}

/** Who may come in to the embedded broker: the gateway to publish, devices as far as each is allowed, all others to listen. */
export class BrokerAccess {
  /** How the gateway's own sink signs in: a secret of this process, new at each start, kept nowhere. */
  readonly publisher = { user: gatewayUser, password: randomBytes(32).toString('base64url') } as const;
  readonly #secret = tokenHash(this.publisher.password);
  readonly #users: Users;
  readonly #isLoopback: boolean;
  readonly #attempts: FailedAttempts;
  readonly #devices: ReadonlyMap<string, DevicePass>;

  constructor(users: Users, devices: readonly BrokerDevice[], host: string, clock: Clock, log: Log) {
    this.#users = users;
    this.#isLoopback = isLoopback(host);
    this.#attempts = new FailedAttempts(clock, log);
    this.#devices = new Map(devices.map((device) => [device.name, new DevicePass(device)]));
  }

  /** A name that is shown must be right, on loopback as well. */
  judge({ address, name, password }: Login): Entrance {
    if (name === undefined) return this.#isLoopback ? 'subscriber' : 'refused';
    // The gateway's secret cannot be guessed: its own links are not held up by what others get wrong.
    if (name === gatewayUser && timingSafeEqual(tokenHash(password ?? ''), this.#secret)) return 'gateway';
    // Behind one address there may be many devices: one with an old password holds up itself alone.
    const who = this.#devices.has(name) ? `${address} as ${name}` : address;
    if (this.#attempts.waitMs(who) > 0) return 'refused';
    const entrance = this.#entranceOf(name, password ?? '');
    if (entrance === 'refused') this.#attempts.failed(who);
    else this.#attempts.succeeded(who);
    return entrance;
  }

  #entranceOf(name: string, password: string): Entrance {
    if (name === gatewayUser) return 'refused';
    const device = this.#devices.get(name);
    if (device) return device.isTheirs(password) ? device : 'refused';
    return this.#users.identify(password, name) ? 'subscriber' : 'refused';
  }
}
