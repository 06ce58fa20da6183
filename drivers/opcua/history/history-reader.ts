import type { DataValue, HistoryReadResult, NodeId } from 'node-opcua-client';
import { NotConnected } from '../../../gateway/contract/index.js';
import type { Connection } from '../connection.js';
import type { Opcua } from '../library.js';
import { inBatches } from '../operation-limits.js';
import { isBadStatus } from '../values/status-quality.js';

/** What one node's history gave for a window. */
export interface RawHistory {
  readonly values: readonly DataValue[];
  /** There is more after the last of these. */
  readonly isCut: boolean;
  /** The server has no history of this node, or does not give it. */
  readonly isRefused: boolean;
}

/**
 * Raw values of many nodes between two times, both included, at most `valuesMax` of each (HistoryRead of raw values,
 * OPC 10000-11 §6.5.3). Continuation points tell that there is more and are given back at once: the next window asks
 * anew, so a server has to keep none while we are busy.
 */
export async function readHistory(
  opcua: Opcua,
  connection: Connection,
  nodes: readonly NodeId[],
  window: { readonly from: number; readonly to: number },
  valuesMax: number,
  atOnce: number,
): Promise<RawHistory[]> {
  return inBatches(nodes, atOnce, async (batch) => {
    const details = new opcua.ReadRawModifiedDetails({
      isReadModified: false,
      startTime: new Date(Math.floor(window.from)),
      endTime: new Date(Math.ceil(window.to)),
      numValuesPerNode: valuesMax,
      returnBounds: false,
    });
    const nodesToRead = batch.map((nodeId) => ({ nodeId }));
    const results = await ask(opcua, connection, details, nodesToRead, false);
    const held = results.flatMap(({ continuationPoint }, at) =>
      continuationPoint?.length ? [{ nodeId: batch[at] as NodeId, continuationPoint }] : [],
    );
    if (held.length > 0) await ask(opcua, connection, details, held, true).catch(passRefusal);
    return results.map((result) => rawOf(opcua, result));
  });
}

/** A server that does not take its continuation points back drops them by itself. */
function passRefusal(error: unknown): void {
  if (error instanceof NotConnected) throw error;
}

function rawOf({ HistoryData }: Opcua, { statusCode, historyData, continuationPoint }: HistoryReadResult): RawHistory {
  const values = historyData instanceof HistoryData ? (historyData.dataValues ?? []) : [];
  return { values, isCut: (continuationPoint?.length ?? 0) > 0, isRefused: isBadStatus(statusCode.value) };
}

async function ask(
  { HistoryReadRequest, TimestampsToReturn }: Opcua,
  connection: Connection,
  historyReadDetails: InstanceType<Opcua['ReadRawModifiedDetails']>,
  nodesToRead: readonly { nodeId: NodeId; continuationPoint?: Buffer }[],
  releaseContinuationPoints: boolean,
): Promise<HistoryReadResult[]> {
  const request = new HistoryReadRequest({
    historyReadDetails,
    nodesToRead: [...nodesToRead],
    releaseContinuationPoints,
    timestampsToReturn: TimestampsToReturn.Both,
  });
  const { results } = await connection.ask('read history', () => connection.session.historyRead(request));
  return results ?? [];
}
