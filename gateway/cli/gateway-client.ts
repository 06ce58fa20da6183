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

  async post<T>(path: string): Promise<T> {
    return (await this.#request('POST', path)) as T;
  }

  async #request(method: string, path: string): Promise<unknown> {
    const { m } = this.#cli;
    const token = this.#token();
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((cause: unknown) => {
      throw new NotRunning(m.http.notRunning({ url: this.#url }), 'failed', { cause });
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok && body !== undefined) return body;
    if (response.status === 401) throw new Failure(token ? m.http.wrongToken() : m.http.noToken());
    const words = (body as { readonly error?: Partial<Text> } | undefined)?.error?.[this.#cli.language];
    throw new Failure(words ?? m.http.refused({ url: this.#url, status: response.status }));
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
