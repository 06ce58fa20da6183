import type { Connection } from './connection.js';
import { refusalStatus, Status } from './values/status-quality.js';

/** How many of a kind the server takes in one request. */
export interface OperationLimits {
  readonly read: number;
  readonly translate: number;
  readonly monitor: number;
  readonly history: number;
}

/** Properties of Server.ServerCapabilities.OperationLimits (OPC 10000-5 §6.3.11, numeric values of the NodeSet). */
const limitNodes = { read: 'i=11705', translate: 'i=11712', monitor: 'i=11714', history: 'i=12165' } as const;

/** Taken of a server that states no limit, or one above it: requests stay small enough for every buffer. */
const usualMax = { read: 500, translate: 200, monitor: 500, history: 50 } as const;

const valueAttribute = 13;

export async function readOperationLimits(connection: Connection): Promise<OperationLimits> {
  const kinds = Object.keys(limitNodes) as (keyof OperationLimits)[];
  const nodes = kinds.map((kind) => ({ nodeId: limitNodes[kind], attributeId: valueAttribute }));
  const values = await connection.ask('read its operation limits', () => connection.session.read(nodes));
  const limit = (kind: keyof OperationLimits): number => {
    const told: unknown = values[kinds.indexOf(kind)]?.value?.value;
    return typeof told === 'number' && told > 0 ? Math.min(told, usualMax[kind]) : usualMax[kind];
  };
  return { read: limit('read'), translate: limit('translate'), monitor: limit('monitor'), history: limit('history') };
}

/**
 * Does something with many, so many at a time; a server that still finds it too much gets half as many each time. The
 * results stand in the order of what was given.
 */
export async function inBatches<T, R>(
  all: readonly T[],
  atOnce: number,
  act: (batch: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const results: R[] = [];
  let size = atOnce;
  while (results.length < all.length) {
    const batch = all.slice(results.length, results.length + size);
    try {
      const got = await act(batch);
      if (got.length !== batch.length) throw new Error(`the server gave ${got.length} results for ${batch.length}`);
      results.push(...got);
    } catch (error) {
      if (refusalStatus(error) !== Status.badTooManyOperations || batch.length === 1) throw error;
      size = Math.ceil(batch.length / 2);
    }
  }
  return results;
}
