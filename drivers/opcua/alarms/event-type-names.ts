import type { Connection } from '../connection.js';

const browseNameAttribute = 3;
/** Types remembered; those beyond are asked for each time. */
const typesMax = 1000;

/** What the types of events are called, as the server of one session has them. */
export class EventTypeNames {
  readonly #names = new Map<string, string>();

  /** Another session: types are written with namespace indices, which may have changed. */
  clear(): void {
    this.#names.clear();
  }

  /** The browse name; one the server does not tell goes by its NodeId. */
  async nameOf(connection: Connection, eventType: string): Promise<string> {
    const known = this.#names.get(eventType);
    if (known !== undefined) return known;
    const node = { nodeId: eventType, attributeId: browseNameAttribute };
    const { value } = await connection.ask('read the type of an event', () => connection.session.read(node));
    const name: unknown = (value.value as { readonly name?: unknown } | null)?.name;
    const text = typeof name === 'string' ? name : eventType;
    if (this.#names.size < typesMax) this.#names.set(eventType, text);
    return text;
  }
}
