import type { OPCUAServer } from 'node-opcua';

/** The inside of the server library that answers publish requests; it has no switch for it outside. */
interface PublishInside {
  _on_PublishRequest(message: unknown, channel: unknown): void;
  readonly engine: {
    readonly _sessions: Readonly<Record<string, { readonly publishEngine?: { _publish_request_queue: unknown[] } }>>;
  };
}

const insideOf = (server: OPCUAServer): PublishInside => server as unknown as PublishInside;

/** Lets publish requests through to a server, or swallows them. */
export class PublishGate {
  #isClosed = false;

  guard(server: OPCUAServer): void {
    const inside = insideOf(server);
    const take = inside._on_PublishRequest.bind(inside);
    inside._on_PublishRequest = (message, channel) => {
      if (!this.#isClosed) take(message, channel);
    };
  }

  /** Requests that wait already are forgotten too. */
  close(server: OPCUAServer): void {
    this.#isClosed = true;
    for (const { publishEngine } of Object.values(insideOf(server).engine._sessions)) {
      if (publishEngine) publishEngine._publish_request_queue = [];
    }
  }

  open(): void {
    this.#isClosed = false;
  }
}
