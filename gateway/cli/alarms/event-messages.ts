/** One message of an event stream. */
export interface EventMessage {
  readonly event: string;
  /** The last id that was given; where to go on after it. */
  readonly id: string;
  /** Empty for a heartbeat, which may move the id on all the same. */
  readonly data: string;
}

/** Reads an event stream piece by piece, however it is cut (HTML Living Standard §9.2.6). */
export class EventMessages {
  #rest = '';
  #event = '';
  #data: string[] = [];
  #id: string;

  constructor(lastId: string) {
    this.#id = lastId;
  }

  /** The messages that are whole with this piece. */
  take(piece: string): EventMessage[] {
    const lines = (this.#rest + piece).split(/\r?\n/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): EventMessage[] {
    if (line === '') return [this.#message()];
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    if (field === 'id') this.#id = value;
    return [];
  }

  #message(): EventMessage {
    const message = { event: this.#event, id: this.#id, data: this.#data.join('\n') };
    this.#event = '';
    this.#data = [];
    return message;
  }
}
