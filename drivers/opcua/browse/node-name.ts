import type { NodeId } from 'node-opcua-client';
import type { Namespaces } from '../find-nodes.js';
import type { Opcua } from '../library.js';
import { formatPlace, type NodeName } from '../place.js';

/** A NodeId as references carry it: it may name its namespace by URI, and another server. */
export interface ReferredNode {
  readonly identifierType: number;
  readonly value: unknown;
  readonly namespace: number;
  readonly namespaceUri?: string | null;
  readonly serverIndex?: number;
}

/** Turns the server's numbering of namespaces into URIs, and back. */
export class NodeNames {
  readonly #opcua: Opcua;
  readonly #namespaces: Namespaces;
  readonly #uris: ReadonlyMap<number, string>;

  constructor(opcua: Opcua, namespaces: Namespaces) {
    this.#opcua = opcua;
    // A semicolon ends the URI where a node is written: with one in it no node could be named.
    this.#namespaces = new Map([...namespaces].filter(([uri]) => !uri.includes(';')));
    this.#uris = new Map([...this.#namespaces].map(([uri, index]) => [index, uri]));
  }

  get uris(): readonly string[] {
    return [...this.#namespaces.keys()];
  }

  /** A node of this very server, in its numbering; undefined of another server's, and of a namespace without a URI. */
  local({ identifierType, value, namespace, namespaceUri, serverIndex = 0 }: ReferredNode): NodeId | undefined {
    const index = namespaceUri ? this.#namespaces.get(namespaceUri) : namespace;
    if (serverIndex !== 0 || index === undefined || !this.#uris.has(index)) return undefined;
    return new this.#opcua.NodeId(identifierType, value as never, index);
  }

  nameOf(node: NodeId): NodeName {
    const id = node.toString().replace(/^ns=\d+;/, '');
    return { namespace: this.#uris.get(node.namespace), id };
  }

  /** As a profile names it. */
  textOf(node: NodeId): string {
    return formatPlace({ start: this.nameOf(node), path: [] });
  }
}
