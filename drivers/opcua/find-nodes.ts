import type { BrowsePathResult, NodeId } from 'node-opcua-client';
import type { Connection } from './connection.js';
import type { Opcua } from './library.js';
import { inBatches } from './operation-limits.js';
import type { NodeName, Place } from './place.js';
import { isBadStatus } from './values/status-quality.js';

/** NamespaceArray of the Server object, and the Objects folder (OPC 10000-5). */
const namespaceArrayNode = 'i=2255';
const objectsFolder: NodeName = { namespace: 'http://opcfoundation.org/UA/', id: 'i=85' };
const valueAttribute = 13;

/** Index of each namespace by its URI, as the server numbers them now. */
export type Namespaces = ReadonlyMap<string, number>;

export async function readNamespaces(connection: Connection): Promise<Namespaces> {
  const node = { nodeId: namespaceArrayNode, attributeId: valueAttribute };
  const { value } = await connection.ask('read its namespaces', () => connection.session.read(node));
  const uris: unknown = value.value;
  if (!Array.isArray(uris)) throw new Error('the server does not tell its namespaces');
  return new Map(uris.map((uri, index) => [String(uri), index]));
}

/** Where each place is now; undefined for one the server does not have. Places have all their namespaces written out. */
export async function findNodes(
  opcua: Opcua,
  connection: Connection,
  namespaces: Namespaces,
  places: readonly Place[],
  atOnce: number,
): Promise<(NodeId | undefined)[]> {
  const starts = places.map(({ start }) => nodeIdOf(opcua, namespaces, start ?? objectsFolder));
  const found: (NodeId | undefined)[] = places.map(({ path }, n) => (path.length === 0 ? starts[n] : undefined));
  const walks = places.flatMap(({ path }, n) => {
    const from = starts[n];
    const steps = path.map(({ namespace = '', name }) => ({ name, namespaceIndex: namespaces.get(namespace) }));
    if (!from || steps.length === 0 || steps.some(({ namespaceIndex }) => namespaceIndex === undefined)) return [];
    return [{ n, browsePath: browsePath(opcua, from, steps as readonly Step[]) }];
  });
  const results = await inBatches(walks, atOnce, (batch) =>
    connection.ask('follow browse paths', () =>
      connection.session.translateBrowsePath(batch.map((walk) => walk.browsePath)),
    ),
  );
  for (const [at, { n }] of walks.entries()) found[n] = targetOf(opcua, results[at] as BrowsePathResult);
  return found;
}

/** A node in this server's numbering; undefined when the server does not have its namespace. */
export function nodeIdOf(opcua: Opcua, namespaces: Namespaces, { namespace = '', id }: NodeName): NodeId | undefined {
  const index = namespaces.get(namespace);
  return index === undefined ? undefined : opcua.resolveNodeId(`ns=${index};${id}`);
}

interface Step {
  readonly name: string;
  readonly namespaceIndex: number;
}

function browsePath({ BrowsePath, resolveNodeId }: Opcua, startingNode: NodeId, steps: readonly Step[]) {
  const hierarchical = resolveNodeId('i=33');
  return new BrowsePath({
    startingNode,
    relativePath: {
      elements: steps.map((targetName) => ({
        referenceTypeId: hierarchical,
        isInverse: false,
        includeSubtypes: true,
        targetName,
      })),
    },
  });
}

/** A path that leads into another server, or to more than one node, leads nowhere for us but to the first of this one. */
function targetOf({ resolveNodeId }: Opcua, { statusCode, targets }: BrowsePathResult): NodeId | undefined {
  if (isBadStatus(statusCode.value)) return undefined;
  const wholePath = 0xffffffff;
  const target = targets?.find(({ remainingPathIndex, targetId }) => remainingPathIndex === wholePath && targetId);
  return target && resolveNodeId(target.targetId);
}
