import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import type { LogFields } from '../../../gateway/contract/index.js';
import {
  addUser,
  type ConsoleActs,
  type ConsoleOptions,
  type ConsoleView,
  type Role,
  roles,
  Users,
} from '../../../gateway/console/index.js';
import { consoleRoutes } from '../../../gateway/console/routes.js';
import { consoleServer } from '../../../gateway/console/server.js';
import { ManualClock } from '../../support/manual-clock.js';
import { fakeActs, fakeView } from './fake-gateway.js';

const folders: string[] = [];
const servers: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A scratch folder, removed after the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-console-'));
  folders.push(folder);
  return folder;
}

export function recordingLog() {
  const lines: { level: string; fields: LogFields; message: string }[] = [];
  const at = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, fields, message });
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines };
}

/** A users file with one user a role, named after it, and their tokens. */
export function usersOfEveryRole(log = recordingLog().log) {
  const file = join(scratchFolder(), 'users.json');
  const tokens = Object.fromEntries(roles.map((role) => [role, addUser(file, role, role)])) as Record<Role, string>;
  return { file, tokens, users: new Users(file, log) };
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string;
  /** The address of this machine to come from, such as `127.0.0.7`. */
  readonly from?: string;
  /** The answer goes on for ever: only its head is waited for. */
  readonly isEndless?: boolean;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  json<Body>(): Body;
}

/** One request over a socket of its own. The client library lets a test send any Host header. */
export async function askServer(port: number, path: string, question: Question = {}): Promise<Answered> {
  const { method = 'GET', headers = {}, payload = '', from, isEndless = false } = question;
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    headers: {
      host: `127.0.0.1:${port}`,
      ...headers,
      ...(payload && { 'content-length': String(Buffer.byteLength(payload)) }),
    },
    agent: false,
    ...(from !== undefined && { localAddress: from }),
  });
  sent.end(payload);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  if (isEndless && response.statusCode === 200) sent.destroy();
  const body = sent.destroyed ? '' : (await response.setEncoding('utf8').toArray()).join('');
  return { status: response.statusCode ?? 0, headers: response.headers, body, json: () => JSON.parse(body) };
}

type Parts = { readonly view?: ConsoleView; readonly acts?: ConsoleActs; readonly options?: Partial<ConsoleOptions> };

/**
 * A console over a fake gateway, asked over real sockets. It believes to be on `options.host`, and listens on loopback
 * whatever that says. Closed after the test, or by the caller where it is opened outside one.
 */
export async function openConsole({ view = fakeView(), acts = fakeActs().acts, options: given = {} }: Parts = {}) {
  const { log, lines } = recordingLog();
  const { users, tokens } = usersOfEveryRole(log);
  const clock = new ManualClock();
  const options: ConsoleOptions = { host: '127.0.0.1', port: 0, users, clock, log, ...given };
  const routes = consoleRoutes({ view, acts, options });
  const server = consoleServer(routes, options);
  await server.listen({ host: '127.0.0.1', port: 0 });
  servers.push(server);
  const { port } = server.server.address() as AddressInfo;
  const ask = (path: string, question?: Question) => askServer(port, path, question);
  return { ask, routes, tokens, clock, lines, port, close: () => server.close() };
}

/** The routes of a console that is not started. */
export function declaredRoutes() {
  const { log } = recordingLog();
  const users = new Users('/nowhere/users.json', log);
  const options: ConsoleOptions = { host: '127.0.0.1', port: 0, users, clock: new ManualClock(), log };
  return consoleRoutes({ view: fakeView(), acts: fakeActs().acts, options });
}

/** A body and how it is announced. */
export const asJson = (body: unknown, headers: Readonly<Record<string, string>> = {}) => ({
  method: 'POST',
  headers: { ...headers, 'content-type': 'application/json' },
  payload: JSON.stringify(body),
});

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
export const basic = (name: string, token: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${token}`).toString('base64')}`,
});
