import type { DataValue, NodeId, ReadValueIdOptions } from 'node-opcua-client';
import { NotConnected } from '../../../gateway/contract/index.js';
import type { Connection } from '../connection.js';
import { findNodes, type Namespaces } from '../find-nodes.js';
import type { Opcua } from '../library.js';
import { inBatches, type OperationLimits } from '../operation-limits.js';
import { standardNamespace } from '../place.js';
import { isBadStatus, refusalStatus } from '../values/status-quality.js';
import type { NodeNames } from './node-name.js';
import { sampleOf } from './value-sample.js';
import type { Walked } from './walk.js';

export interface Server {
  readonly opcua: Opcua;
  readonly connection: Connection;
  readonly namespaces: Namespaces;
  readonly names: NodeNames;
  readonly limits: OperationLimits;
}

/** Attributes (OPC 10000-6 Annex A.1). */
const browseNameAttribute = 3;
const valueAttribute = 13;
const dataTypeAttribute = 14;
const accessLevelAttribute = 17;
const historyReadBit = 0b100;

/** Finds out of every variable what it is: type, value, unit, history. */
export async function describeVariables(server: Server, walked: readonly Walked[]): Promise<void> {
  const variables = walked.filter(({ browsed }) => browsed.kind === 'variable' && !browsed.isRepeated);
  const read = (attributeId: number) =>
    readEach(
      server,
      variables.map(({ id }) => ({ nodeId: id, attributeId })),
    );
  const types = (await read(dataTypeAttribute)).map((one) => {
    const type: unknown = one?.value?.value;
    return type instanceof server.opcua.NodeId ? type : undefined;
  });
  const levels = await read(accessLevelAttribute);
  const values = await read(valueAttribute);
  const typeNames = await namesOfTypes(server, types);
  const units = await unitsOf(server, variables);
  for (const [at, { browsed }] of variables.entries()) {
    const value = values[at];
    const isBad = !value || isBadStatus(value.statusCode.value);
    const sample = sampleOf((isBad ? undefined : value.value) ?? { dataType: 0, arrayType: 0, value: null });
    const level: unknown = levels[at]?.value?.value;
    browsed.variable = {
      ...sample,
      dataType: typeNames.get(types[at]?.toString() ?? '') ?? '?',
      status: value?.statusCode.name ?? 'BadNoData',
      unit: units.get(at) ?? '',
      keepsHistory: typeof level === 'number' && (level & historyReadBit) !== 0,
    };
  }
}

/**
 * Reads many, however little the server lets through at once: a batch it refuses, or whose answer is too long for it, is
 * halved down to the one it does not give; that is undefined.
 */
async function readEach(server: Server, all: readonly ReadValueIdOptions[]): Promise<(DataValue | undefined)[]> {
  const { connection, limits } = server;
  const ask = async (nodes: readonly ReadValueIdOptions[]): Promise<(DataValue | undefined)[]> => {
    try {
      return await connection.ask('read what nodes are', () => connection.session.read([...nodes]));
    } catch (error) {
      if (error instanceof NotConnected || refusalStatus(error) === undefined) throw error;
      if (nodes.length === 1) return [undefined];
      const half = Math.ceil(nodes.length / 2);
      return [...(await ask(nodes.slice(0, half))), ...(await ask(nodes.slice(half)))];
    }
  };
  return inBatches(all, Math.min(limits.read, valuesAtOnce), ask);
}

/** Values can be long; so many come in one answer. */
const valuesAtOnce = 100;

/** Browse names of data types, each asked for once. */
async function namesOfTypes(server: Server, types: readonly (NodeId | undefined)[]): Promise<Map<string, string>> {
  const each = new Map(types.flatMap((type) => (type ? [[type.toString(), type] as const] : [])));
  const asked = [...each.values()].map((nodeId) => ({ nodeId, attributeId: browseNameAttribute }));
  const names = await readEach(server, asked);
  return new Map(
    [...each.keys()].flatMap((key, at) => {
      const name: unknown = (names[at]?.value?.value as { readonly name?: unknown } | undefined)?.name;
      return typeof name === 'string' ? [[key, name] as const] : [];
    }),
  );
}

/** Units by the number of the variable, of those that have one. */
async function unitsOf(server: Server, variables: readonly Walked[]): Promise<Map<number, string>> {
  const { opcua, connection, namespaces, names, limits } = server;
  const asked = variables.flatMap(({ id, isProperty }, at) => (isProperty ? [] : [{ id, at }]));
  const places = asked.map(({ id }) => ({
    start: names.nameOf(id),
    path: [{ namespace: standardNamespace, name: 'EngineeringUnits' }],
  }));
  const found = await findNodes(opcua, connection, namespaces, places, limits.translate);
  const present = asked.flatMap(({ at }, n) =>
    found[n] ? [{ at, nodeId: found[n], attributeId: valueAttribute }] : [],
  );
  const units = await readEach(server, present);
  return new Map(
    present.flatMap(({ at }, n) => {
      const { displayName } = (units[n]?.value?.value ?? {}) as { displayName?: { text?: unknown } | null };
      const text = displayName?.text;
      return typeof text === 'string' && text !== '' ? [[at, text] as const] : [];
    }),
  );
}
