import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { addUser, Users } from '../../../gateway/console/index.js';
import { recordingLog, scratchFolder } from './console-kit.js';

const fresh = () => {
  const { log, lines } = recordingLog();
  const file = join(scratchFolder(), 'data', 'users.json');
  return { file, lines, users: new Users(file, log) };
};

describe('users file', () => {
  test('a fresh box has no users and no password that opens it', () => {
    const { users } = fresh();
    expect(users.isEmpty).toBe(true);
    expect(['', 'admin', 'sluice', 'password'].map((word) => users.identify(word))).toEqual(Array(4).fill(undefined));
  });

  test('a token names its user and role; the file holds nothing it could be told from', () => {
    const { file, users } = fresh();
    const token = addUser(file, '王工', 'engineer');
    expect(users.identify(token)).toEqual({ name: '王工', role: 'engineer' });
    expect(users.identify(token, '王工')).toEqual({ name: '王工', role: 'engineer' });
    expect(users.identify(token, 'li')).toBeUndefined();
    expect(users.identify(`${token}x`)).toBeUndefined();
    const stored = readFileSync(file, 'utf8');
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(token.slice('sluice_'.length, 'sluice_'.length + 12));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('two tokens are never the same and hold 256 bits', () => {
    const { file } = fresh();
    const tokens = ['a', 'b', 'c'].map((name) => addUser(file, name, 'viewer'));
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expect(Buffer.from(token.slice('sluice_'.length), 'base64url')).toHaveLength(32);
  });

  test('users added while the gateway runs are known at once, and a new token ends the old one', () => {
    const { file, users } = fresh();
    expect(users.isEmpty).toBe(true);
    const first = addUser(file, 'wang', 'viewer');
    expect(users.identify(first)?.role).toBe('viewer');
    const second = addUser(file, 'wang', 'operator');
    expect(users.identify(first)).toBeUndefined();
    expect(users.identify(second)?.role).toBe('operator');
    addUser(file, 'li', 'viewer');
    expect(users.identify(second)?.name).toBe('wang');
  });

  test.each(['gateway', '', 'a/b', 'x'.repeat(65), 'two words'])('"%s" cannot be a name', (name) => {
    const { file } = fresh();
    expect(() => addUser(file, name, 'viewer')).toThrow("cannot be a user's name");
  });

  test('a damaged file lets nobody in, is said once, and is not overwritten', () => {
    const { file, users, lines } = fresh();
    const token = addUser(file, 'wang', 'administrator');
    expect(users.isEmpty).toBe(false);
    writeFileSync(file, '{ "users": [ { "name": "wang"');
    expect(users.identify(token)).toBeUndefined();
    expect(users.identify(token)).toBeUndefined();
    expect(lines.map(({ message }) => message)).toEqual(['users file cannot be used']);
    expect(() => addUser(file, 'li', 'viewer')).toThrow(file);
  });

  test('a file that others may read is used and complained of', () => {
    const { file, users, lines } = fresh();
    const token = addUser(file, 'wang', 'viewer');
    chmodSync(file, 0o644);
    expect(users.identify(token)?.name).toBe('wang');
    expect(lines).toMatchObject([{ level: 'warn', fields: { mode: '0644' } }]);
  });
});
