import type { NodeId } from 'node-opcua-client';
import { type DriverContext, NotConnected } from '../../../gateway/contract/index.js';
import { connect, ServerNotTrusted } from '../connect.js';
import type { Connection } from '../connection.js';
import { readNamespaces } from '../find-nodes.js';
import { loadOpcua, type Opcua } from '../library.js';
import type { LinkSettings } from '../link-schema.js';
import { readOperationLimits } from '../operation-limits.js';
import { formatPlace, type Place } from '../place.js';
import { isBadStatus } from '../values/status-quality.js';
import { type KeptCertificate, rejectedCertificate } from '../certificates/trust.js';
import type { BrowsedNode } from './browsed-node.js';
import { describeVariables, type Server } from './describe-variables.js';
import { findPlace, type PlaceFault } from './find-place.js';
import { NodeNames } from './node-name.js';
import { References } from './references.js';
import { refusalName } from './refusal-name.js';
import { newNode, type Reach, walk, type Walked } from './walk.js';

export interface BrowseRequest extends Reach {
  /** Under which the session is known to the server. */
  readonly link: string;
  readonly settings: LinkSettings;
  readonly context: Pick<DriverContext, 'clock' | 'log' | 'secret'>;
  readonly where: Place;
  /** Hears how many nodes were found so far. */
  readonly found: (count: number) => void;
}

export type BrowseOutcome =
  | {
      readonly kind: 'browsed';
      readonly tree: BrowsedNode;
      readonly count: number;
      /** False when the limit of nodes ended it, or a server that refused a part. */
      readonly isWhole: boolean;
    }
  | ({ readonly kind: 'no-place' } & PlaceFault)
  /** The server's certificate is not trusted; it was put aside, to be looked at. */
  | { readonly kind: 'untrusted'; readonly certificate: KeptCertificate };

/**
 * Looks at a server's address space below a place, in a session of its own that is closed again. Rejects with
 * `NotConnected` when there is no connection, it is lost on the way, or what the server answers is of no use, and with the signal's reason when it aborts.
 */
export async function browseServer(request: BrowseRequest, signal: AbortSignal): Promise<BrowseOutcome> {
  const { link, settings, context } = request;
  const opcua = await loadOpcua();
  let connection: Connection;
  try {
    connection = await connect(opcua, { link, settings, context, left: undefined }, signal);
  } catch (error) {
    signal.throwIfAborted();
    const certificate =
      error instanceof ServerNotTrusted ? await rejectedCertificate(settings.pki, error.sha256) : undefined;
    if (certificate) return { kind: 'untrusted', certificate };
    throw error;
  }
  const abort = (): void => void connection.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await browse(opcua, connection, request);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof NotConnected ? error : unusable(settings, error);
  } finally {
    signal.removeEventListener('abort', abort);
    await connection.close();
  }
}

/** Servers refuse, and answer, what no specification says: it ends the look, and is told as what it is. */
function unusable({ endpoint }: LinkSettings, cause: unknown): NotConnected {
  const status = refusalName(cause);
  const words =
    status === undefined
      ? `gives an answer that cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`
      : `refuses it: ${status}`;
  return new NotConnected(`${endpoint} ${words}`, { cause });
}

async function browse(opcua: Opcua, connection: Connection, request: BrowseRequest): Promise<BrowseOutcome> {
  const namespaces = await readNamespaces(connection);
  const names = new NodeNames(opcua, namespaces);
  const limits = await readOperationLimits(connection);
  const server: Server = { opcua, connection, namespaces, names, limits };
  const references = await References.of(connection);
  const place = await findPlace(server, references, request.where);
  if ('why' in place) return { kind: 'no-place', ...place };
  const root = await rootAt(server, place);
  if (!root) return { kind: 'no-place', why: 'missing', step: formatPlace(request.where), candidates: [] };
  const { all, isWhole } = await walk(references, names, root, request, request.found);
  await describeVariables(server, all);
  return { kind: 'browsed', tree: root.browsed, count: all.length, isWhole };
}

const nodeClassAttribute = 2;
const browseNameAttribute = 3;
const variableClass = 2;

/** The node to begin at; undefined when the server does not have it. */
async function rootAt({ connection, names }: Server, id: NodeId): Promise<Walked | undefined> {
  const asked = [nodeClassAttribute, browseNameAttribute].map((attributeId) => ({ nodeId: id, attributeId }));
  const [nodeClass, browseName] = await connection.ask('read a node', () => connection.session.read(asked));
  if (!nodeClass || isBadStatus(nodeClass.statusCode.value)) return undefined;
  const { name } = (browseName?.value?.value ?? {}) as { readonly name?: unknown };
  const kind = nodeClass.value?.value === variableClass ? 'variable' : 'object';
  const node = names.textOf(id);
  return {
    id,
    isProperty: false,
    browsed: newNode({ name: typeof name === 'string' ? name : node, node, kind, isRepeated: false }),
  };
}
