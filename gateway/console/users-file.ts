import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { nameField } from '../contract/index.js';
import { type Role, roles } from './roles.js';

/** Taken by the gateway itself at its embedded broker. */
export const gatewayUser = 'gateway';

const usersMax = 200;
const tokenBytes = 32;

const usersSchema = z.strictObject({
  users: z
    .array(
      z.strictObject({
        name: nameField(),
        role: z.enum(roles),
        tokenSha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .max(usersMax),
});

export type UserRecord = z.output<typeof usersSchema>['users'][number];

/**
 * What is stored instead of a token. A token is 256 random bits, not a word a person chose: there is nothing to guess
 * or to look up, so neither salt nor a slow hash would add anything, and a slow one would let strangers load a small box.
 */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Users of a file; none where there is no file. Throws a sentence naming the file when it cannot be used. */
export function readUsers(file: string): UserRecord[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`the users file ${file} cannot be read`, { cause });
  }
  try {
    return usersSchema.parse(JSON.parse(text)).users;
  } catch (cause) {
    throw new Error(`the users file ${file} is damaged; nobody can sign in until it is mended or removed`, { cause });
  }
}

/**
 * Adds a user and returns the token, which is kept nowhere: it can be shown once and never again. A user who is there
 * already gets the new role and a new token, and the old one ends, which is also how a lost one is replaced.
 * A running gateway takes note by itself. Throws a sentence when the name cannot be used or the file not be written.
 */
export function addUser(file: string, name: string, role: Role): string {
  if (!nameField().safeParse(name).success || name === gatewayUser) {
    throw new Error(`"${name}" cannot be a user's name: letters, digits, dot, dash and underscore, and not "gateway"`);
  }
  const others = readUsers(file).filter((user) => user.name !== name);
  if (others.length >= usersMax) throw new Error(`${file} holds ${usersMax} users, which is the limit`);
  const token = `sluice_${randomBytes(tokenBytes).toString('base64url')}`;
  const users = [...others, { name, role, tokenSha256: tokenHash(token).toString('hex') }];
  replaceFile(file, users);
  return token;
}

/** Removes a user; a running gateway takes note by itself. False when there is no such user. */
export function removeUser(file: string, name: string): boolean {
  const users = readUsers(file);
  const others = users.filter((user) => user.name !== name);
  if (others.length === users.length) return false;
  replaceFile(file, others);
  return true;
}

/** Whole or not at all, and readable by its owner alone. */
function replaceFile(file: string, users: readonly UserRecord[]): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, `${JSON.stringify({ users }, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(fresh, file);
}
