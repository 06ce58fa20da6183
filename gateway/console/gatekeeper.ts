import type { Clock, Log } from '../contract/index.js';
import { type Credentials, parseCredentials } from './credentials.js';
import { FailedAttempts } from './failed-attempts.js';
import { hostOf, isLoopback } from './loopback.js';
import { Refusal } from './refusal.js';
import { type Access, decide, type User } from './roles.js';
import type { Users } from './users.js';

/** What the gatekeeper looks at. */
export interface Visit {
  /** The peer's address as the socket has it; no forwarded header is believed. */
  readonly address: string;
  readonly host: string | undefined;
  readonly authorization: string | undefined;
}

/**
 * A browser asks its person for user and token only when it is challenged with `Basic`, and then adds them to every
 * request, also to those another site makes it send. So they open reads alone; writes take `Bearer`, which no browser
 * adds by itself.
 */
const readChallenge = { 'www-authenticate': 'Basic realm="Sluice", charset="UTF-8"' };
const writeChallenge = { 'www-authenticate': 'Bearer realm="Sluice"' };

/** Who may come in. One a server; counts wrong tokens. */
export class Gatekeeper {
  readonly #users: Users;
  readonly #isLoopback: boolean;
  readonly #attempts: FailedAttempts;

  constructor(users: Users, host: string, clock: Clock, log: Log) {
    this.#users = users;
    this.#isLoopback = isLoopback(host);
    this.#attempts = new FailedAttempts(clock, log);
  }

  /** The signed-in user, if one is needed or shown. Throws `Refusal`. */
  admit(access: Access, visit: Visit): User | undefined {
    this.#checkHost(visit.host);
    if (access === 'anyone') return undefined;
    const isRead = access === 'reader';
    const user = visit.authorization === undefined ? undefined : this.#signIn(visit, isRead);
    const decision = decide(access, this.#isLoopback, user);
    if (decision === 'sign-in') throw this.#signInNeeded(isRead);
    if (decision === 'forbidden') {
      throw new Refusal(403, `this needs the role ${access} or above`, `需要 ${access} 或更高的角色`);
    }
    return user;
  }

  /** On loopback a page of another site could reach us by pointing its own name here (DNS rebinding). */
  #checkHost(header: string | undefined): void {
    if (!this.#isLoopback) return;
    const host = hostOf(header ?? '');
    if (host !== undefined && isLoopback(host)) return;
    throw new Refusal(421, 'the Host header names another machine', 'Host 头不是本机地址');
  }

  #signIn({ address, authorization = '' }: Visit, isRead: boolean): User {
    const waitMs = this.#attempts.waitMs(address);
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      throw new Refusal(429, `too many wrong tokens; wait ${seconds} s`, `令牌错误次数过多，请等待 ${seconds} 秒`, {
        'retry-after': String(seconds),
      });
    }
    const shown = parseCredentials(authorization);
    if (shown?.scheme === 'basic' && !isRead) throw this.#signInNeeded(isRead);
    const user = shown && this.#identify(shown);
    if (!user) {
      this.#attempts.failed(address);
      throw new Refusal(401, 'this token is not known', '令牌无效', isRead ? readChallenge : writeChallenge);
    }
    this.#attempts.succeeded(address);
    return user;
  }

  #identify({ token, name }: Credentials): User | undefined {
    return this.#users.identify(token, name);
  }

  #signInNeeded(isRead: boolean): Refusal {
    return isRead
      ? new Refusal(
          401,
          'a user name and token are needed (sluice user add)',
          '需要用户名和令牌（sluice user add）',
          readChallenge,
        )
      : new Refusal(
          401,
          'a bearer token is needed (sluice user add)',
          '需要 Bearer 令牌（sluice user add）',
          writeChallenge,
        );
  }
}
