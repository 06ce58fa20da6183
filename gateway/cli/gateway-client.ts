import { readFileSync } from 'node:fs';
import type { Text } from '../contract/index.js';
import type { Cli } from './cli.js';
import { Failure } from './failure.js';

const timeoutMs = 30_000;

/** Nothing answers at the gateway's address. */
export class NotRunning extends Failure {}

export interface ClientOptions {
  /** `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly tokenFile?: string | undefined;
}

type Sent = Omit<RequestInit, 'headers'> & { readonly headers: Readonly<Record<string, string>> };

/** Speaks to a running gateway over HTTP, in the name of the user whose token it was given. */
export class GatewayClient {
  readonly #cli: Cli;
  readonly #url: string;
  readonly #tokenFile: string | undefined;

  constructor(cli: Cli, { url, tokenFile }: ClientOptions) {
    this.#cli = cli;
    this.#url = url.replace(/\/$/, '');
    this.#tokenFile = tokenFile;
  }

  get url(): string {
    return this.#url;
  }

  /** The answer as JSON. Throws `NotRunning`, or a `Failure` with the words of the gateway. */
  async get<T>(path: string): Promise<T> {
    return (await this.#request('GET', path)) as T;
  }

  async post<T>(path: string, body?: unknown): Promise<T> {
    return (await this.#request('POST', path, body)) as T;
  }

  /** A body that goes on; `signal` ends it. Throws as `get` does. */
  async open(
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#send(path, { headers, signal });
    if (!response.ok || !response.body) throw this.#failure(response.status, await jsonOf(response));
    return response.body;
  }

  async #request(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await this.#send(path, {
      method,
      headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = await jsonOf(response);
    if (response.ok && answer !== undefined) return answer;
    throw this.#failure(response.status, answer);
  }

  async #send(path: string, { headers, ...rest }: Sent): Promise<Response> {
    const token = this.#token();
    const all = { ...headers, ...(token && { authorization: `Bearer ${token}` }) };
    return fetch(`${this.#url}${path}`, { ...rest, headers: all }).catch((cause: unknown) => {
      throw new NotRunning(this.#cli.m.http.notRunning({ url: this.#url }), 'failed', { cause });
    });
  }

  #failure(status: number, answer: unknown): Failure {
    const { m, language } = this.#cli;
    if (status === 401) return new Failure(this.#token() ? m.http.wrongToken() : m.http.noToken());
    const words = (answer as { readonly error?: Partial<Text> } | undefined)?.error?.[language];
    return new Failure(words ?? m.http.refused({ url: this.#url, status }));
  }

  #token(): string | undefined {
    const { env, m } = this.#cli;
    if (this.#tokenFile === undefined) return env['SLUICE_TOKEN']?.trim() || undefined;
    try {
      return readFileSync(this.#tokenFile, 'utf8').trim();
    } catch (cause) {
      throw new Failure(m.http.noTokenFile({ file: this.#tokenFile }), 'wrong', { cause });
    }
  }
}

const jsonOf = (response: Response): Promise<unknown> => response.json().catch(() => undefined);
