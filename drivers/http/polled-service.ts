import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DeviceFault, type DriverContext, Quality } from '../../gateway/contract/index.js';
import { type DeviceBody, type HttpDevice, readBody } from './device-body.js';
import { ServiceFault, shown } from './http-faults.js';
import { httpGet } from './http-get.js';
import { parseJson } from './json-text.js';
import type { LinkSettings } from './link-schema.js';

/** Connections to a service at a time. */
const connectionsMax = 4;

/** A service that is asked, with its secrets at hand. */
export class PolledService {
  readonly #settings: LinkSettings;
  readonly #context: Pick<DriverContext, 'clock' | 'secret'>;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #query: readonly (readonly [name: string, value: string])[];
  readonly #agents = {
    http: new HttpAgent({ keepAlive: false, maxSockets: connectionsMax }),
    https: new HttpsAgent({ keepAlive: false, maxSockets: connectionsMax }),
  };

  /** Throws when a secret is missing. Opens nothing. */
  constructor(settings: LinkSettings, context: Pick<DriverContext, 'clock' | 'secret'>) {
    const { token, headers, query } = settings;
    const read = (given: LinkSettings['headers']): [string, string][] =>
      Object.entries(given).map(([name, value]) => [name, typeof value === 'string' ? value : context.secret(value)]);
    this.#settings = settings;
    this.#context = context;
    this.#headers = {
      ...(Object.fromEntries(read(headers)) as Record<string, string>),
      ...(token && { authorization: `Bearer ${context.secret(token)}` }),
    };
    this.#query = read(query);
  }

  /**
   * What the service says of a device; undefined when it is the same as before. Rejects with a `DeviceFault`.
   * `etags` remembers the last version of each.
   */
  async ask(device: HttpDevice, etags: Map<string, string>, signal: AbortSignal): Promise<DeviceBody | undefined> {
    const { timeout, bodyBytesMax, redirects, timezone } = this.#settings;
    const url = this.#urlOf(device);
    const etag = etags.get(device.name);
    const {
      body,
      etag: next,
      contentType,
    } = await httpGet(url, {
      headers: { ...this.#headers, ...(etag !== undefined && { 'if-none-match': etag }) },
      timeoutMs: timeout,
      bodyBytesMax,
      redirectsMax: redirects,
      agents: this.#agents,
      clock: this.#context.clock,
      signal,
    });
    if (!body) return undefined;
    const read = readBody(device, parsed(url, body, contentType), timezone);
    if (read.refusal !== undefined) throw noData(url, read.refusal);
    if (next === undefined) etags.delete(device.name);
    else etags.set(device.name, next);
    return read;
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #urlOf({ settings }: HttpDevice): URL {
    const [base, path] = [this.#settings.url as string, settings.path ?? ''];
    const url = new URL(path.startsWith('/') ? base.replace(/\/$/, '') + path : base + path);
    for (const [name, value] of this.#query) url.searchParams.set(name, value);
    return url;
  }
}

function parsed(url: URL, body: Uint8Array, contentType: string | undefined): unknown {
  try {
    return parseJson(body, contentType);
  } catch (cause) {
    const hint = 'check `url` and `path`: pages for people are no JSON';
    const message = `${shown(url)}: ${(cause as Error).message}; ${hint}`;
    throw new DeviceFault(message, Quality['bad-decoding'], { answered: true, cause });
  }
}

const noData = (url: URL, refusal: string): ServiceFault =>
  new ServiceFault(`${shown(url)} gives no data: ${refusal}`, Quality['bad-device-failure'], undefined);
