import { timingSafeEqual } from 'node:crypto';
import { type BigIntStats, statSync } from 'node:fs';
import type { Log } from '../contract/index.js';
import type { User } from './roles.js';
import { readUsers, tokenHash, type UserRecord } from './users-file.js';

interface Known extends User {
  readonly hash: Buffer;
}

/** The users of a file, read again whenever it changed. A file that cannot be used lets nobody in. */
export class Users {
  readonly #file: string;
  readonly #log: Log;
  #known: readonly Known[] = [];
  #seen = '';

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
  }

  get isEmpty(): boolean {
    return this.#current().length === 0;
  }

  /** Whose token this is; with a name, only that user's. Every user is compared, so the time taken tells nothing. */
  identify(token: string, name?: string): User | undefined {
    const hash = tokenHash(token);
    let found: User | undefined;
    for (const known of this.#current()) {
      const isTheirs = timingSafeEqual(hash, known.hash);
      if (isTheirs && (name === undefined || name === known.name)) found = { name: known.name, role: known.role };
    }
    return found;
  }

  #current(): readonly Known[] {
    const stats = statSync(this.#file, { bigint: true, throwIfNoEntry: false });
    const seen = stats ? `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.mode}` : 'none';
    if (seen === this.#seen) return this.#known;
    this.#seen = seen;
    this.#known = this.#read().map(({ name, role, tokenSha256 }) => ({
      name,
      role,
      hash: Buffer.from(tokenSha256, 'hex'),
    }));
    if (stats) this.#warnIfOpen(stats);
    return this.#known;
  }

  #read(): UserRecord[] {
    try {
      return readUsers(this.#file);
    } catch (error) {
      this.#log.error({ file: this.#file, reason: (error as Error).message }, 'users file cannot be used');
      return [];
    }
  }

  #warnIfOpen({ mode }: BigIntStats): void {
    if ((mode & 0o077n) === 0n) return;
    this.#log.warn({ file: this.#file, mode: `0${(mode & 0o777n).toString(8)}` }, 'users file should be mode 0600');
  }
}
