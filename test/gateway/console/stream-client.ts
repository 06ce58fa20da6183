import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';

/** One message of an event stream, as a client dispatches it (HTML Living Standard §9.2.6). */
export interface Message {
  readonly event: string;
  /** The last event id when it was dispatched. */
  readonly id: string;
  readonly data: unknown;
}

export interface Connection {
  readonly path?: string;
  /** Sent as Last-Event-ID, if it is not empty. */
  readonly lastId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Characters after which the connection is cut, wherever that falls. */
  readonly charactersMax?: number;
}

/** What a browser's EventSource does, with the connection in the test's hand. */
export class StreamClient {
  readonly #request: ClientRequest;
  readonly #response: IncomingMessage;
  readonly #arrived: Message[] = [];
  #wake: () => void = () => undefined;
  #left: number;
  #rest = '';
  #event = '';
  #data = '';
  #id: string;
  /** Where it would go on. */
  lastId: string;
  retryMs: number | undefined;
  comments = 0;

  private constructor(sent: ClientRequest, response: IncomingMessage, { lastId = '', charactersMax }: Connection) {
    this.lastId = lastId;
    this.#id = lastId;
    this.#left = charactersMax ?? Number.POSITIVE_INFINITY;
    this.#request = sent;
    this.#response = response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.#take(chunk));
    response.on('error', () => undefined);
    response.on('close', () => this.#wake());
  }

  static async open(port: number, connection: Connection = {}): Promise<StreamClient> {
    const { path = '/api/stream', lastId = '', headers = {} } = connection;
    const sent = request({
      host: '127.0.0.1',
      port,
      path,
      agent: false,
      headers: { host: `127.0.0.1:${port}`, ...headers, ...(lastId && { 'last-event-id': lastId }) },
    });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    sent.on('error', () => undefined);
    return new StreamClient(sent, response, connection);
  }

  get status(): number {
    return this.#response.statusCode ?? 0;
  }

  get headers(): IncomingMessage['headers'] {
    return this.#response.headers;
  }

  /** Stops taking what comes, as a client that hangs. */
  hang(): void {
    this.#response.pause();
  }

  cut(): void {
    this.#request.destroy();
    this.#response.destroy();
  }

  /** The next message; undefined when the stream has ended before. */
  async message(): Promise<Message | undefined> {
    while (this.#arrived.length === 0 && !this.#response.closed) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#arrived.shift();
  }

  /** The next `count` messages. */
  async next(count: number): Promise<Message[]> {
    const found: Message[] = [];
    while (found.length < count) {
      const message = await this.message();
      if (!message) throw new Error(`the stream ended after ${found.length} of ${count} messages`);
      found.push(message);
    }
    return found;
  }

  /** Waits until something came, if only a heartbeat. */
  async something(): Promise<void> {
    await once(this.#response, 'data');
  }

  /** Waits for the end of the stream. */
  async ended(): Promise<void> {
    if (!this.#response.closed) await once(this.#response, 'close');
  }

  #take(chunk: string): void {
    const lines = (this.#rest + chunk.slice(0, this.#left)).split('\n');
    this.#rest = lines.pop() as string;
    this.#left -= chunk.length;
    for (const line of lines) this.#line(line);
    if (this.#left <= 0) this.cut();
    this.#wake();
  }

  #line(line: string): void {
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (line === '') this.#dispatch();
    else if (field === '') this.comments += 1;
    else if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data += value;
    else if (field === 'id') this.#id = value;
    else if (field === 'retry') this.retryMs = Number(value);
  }

  #dispatch(): void {
    this.lastId = this.#id;
    const [event, data] = [this.#event, this.#data];
    [this.#event, this.#data] = ['', ''];
    if (data !== '') this.#arrived.push({ event, id: this.lastId, data: JSON.parse(data) as unknown });
  }
}
