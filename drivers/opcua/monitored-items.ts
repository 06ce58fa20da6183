import type { MonitoredItemCreateRequestOptions, MonitoredItemCreateResult } from 'node-opcua-client';
import type { Connection } from './connection.js';
import type { Item } from './items.js';
import type { Opcua } from './library.js';
import { inBatches } from './operation-limits.js';
import { isBadStatus, Status, withoutInfo } from './values/status-quality.js';

/** An item with the handle its values come under. */
export interface HandledItem {
  readonly item: Item;
  readonly handle: number;
}

/** An item the server does not watch, with the StatusCode it gave. */
export interface RefusedItem extends HandledItem {
  readonly status: number;
}

export interface CreatedItems {
  readonly refused: readonly RefusedItem[];
  /** Items whose deadband the server does not know: they are watched without. */
  readonly withoutDeadband: number;
}

const filterFaults: readonly number[] = [
  Status.badMonitoredItemFilterUnsupported,
  Status.badFilterNotAllowed,
  Status.badDeadbandFilterInvalid,
];

const valueAttribute = 13;

/** Watches items whose nodes are known, so many at a time. */
export async function createItems(
  opcua: Opcua,
  connection: Connection,
  subscriptionId: number,
  items: readonly HandledItem[],
  atOnce: number,
): Promise<CreatedItems> {
  const create = (some: readonly HandledItem[], filtered: boolean): Promise<MonitoredItemCreateResult[]> =>
    inBatches(some, atOnce, (batch) =>
      createBatch(
        opcua,
        connection,
        subscriptionId,
        batch.map((one) => itemRequest(opcua, one, filtered)),
      ),
    );
  const first = await create(items, true);
  const isUnfiltered = (at: number): boolean => filterFaults.includes(statusOf(first[at]));
  const again = items.filter((_, at) => isUnfiltered(at));
  const second = await create(again, false);
  const refused = [
    ...refusedOf(
      items.filter((_, at) => !isUnfiltered(at)),
      first.filter((_, at) => !isUnfiltered(at)),
    ),
    ...refusedOf(again, second),
  ];
  return { refused, withoutDeadband: again.length };
}

const statusOf = (result: MonitoredItemCreateResult | undefined): number => withoutInfo(result?.statusCode.value ?? 0);

const refusedOf = (items: readonly HandledItem[], results: readonly MonitoredItemCreateResult[]): RefusedItem[] =>
  items.flatMap((one, at) => {
    const status = statusOf(results[at]);
    return isBadStatus(status) ? [{ ...one, status }] : [];
  });

async function createBatch(
  { TimestampsToReturn }: Opcua,
  connection: Connection,
  subscriptionId: number,
  itemsToCreate: MonitoredItemCreateRequestOptions[],
): Promise<readonly MonitoredItemCreateResult[]> {
  const { results } = await connection.ask('watch items', () =>
    connection.session.createMonitoredItems({
      subscriptionId,
      // The time of the server is that of the notification: one time less to decode for each value.
      timestampsToReturn: TimestampsToReturn.Source,
      itemsToCreate,
    }),
  );
  return results ?? [];
}

function itemRequest(
  { MonitoringMode, DataChangeFilter, DataChangeTrigger, DeadbandType }: Opcua,
  { item, handle }: HandledItem,
  filtered: boolean,
): MonitoredItemCreateRequestOptions {
  const { nodeId, samplingMs, queue, deadband } = item;
  const filter =
    deadband && filtered
      ? new DataChangeFilter({
          trigger: DataChangeTrigger.StatusValue,
          deadbandType: deadband.kind === 'absolute' ? DeadbandType.Absolute : DeadbandType.Percent,
          deadbandValue: deadband.value,
        })
      : null;
  return {
    itemToMonitor: { nodeId: nodeId ?? null, attributeId: valueAttribute },
    monitoringMode: MonitoringMode.Reporting,
    requestedParameters: {
      clientHandle: handle,
      samplingInterval: samplingMs,
      queueSize: queue,
      discardOldest: true,
      filter,
    },
  };
}
