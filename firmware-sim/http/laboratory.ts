import { request } from 'node:http';

/** What came back for a post. */
export interface PostAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface LaboratoryOptions {
  /** `http://127.0.0.1:8085`. */
  readonly address: string;
  readonly path: string;
  readonly token: string;
}

/** A result of one sample. */
export interface LabResult {
  readonly sample: string;
  /** RFC 3339. */
  readonly takenAt: string;
  readonly ash?: number;
  readonly moisture?: number;
}

/** A laboratory that posts its results, and posts them again until it was told that they were taken. */
export class Laboratory {
  readonly #options: LaboratoryOptions;

  constructor(options: LaboratoryOptions) {
    this.#options = options;
  }

  post(results: readonly LabResult[]): Promise<PostAnswer> {
    return this.send(JSON.stringify({ results }));
  }

  /** Any body, with any headers and method. */
  send(
    body: string | Buffer,
    {
      method = 'POST',
      path = this.#options.path,
      headers = {},
    }: {
      readonly method?: string;
      readonly path?: string;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<PostAnswer> {
    const { address, token } = this.#options;
    const given = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers };
    return new Promise((resolve, reject) => {
      const posted = request(new URL(path, address), { method, headers: given, agent: false }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          resolve({ status: response.statusCode ?? 0, body: text === '' ? undefined : (JSON.parse(text) as unknown) });
        });
        response.on('error', reject);
      });
      posted.on('error', reject);
      posted.end(body);
    });
  }
}
