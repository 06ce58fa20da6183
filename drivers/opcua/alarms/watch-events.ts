import { NotConnected } from '../../../gateway/contract/index.js';
import type { AlarmSession } from './alarm-session.js';
import { selectClauses } from './alarm-fields.js';
import { nodeIdOf } from '../find-nodes.js';
import type { NodeName } from '../place.js';
import { isBadStatus } from '../values/status-quality.js';

const eventNotifierAttribute = 12;
/** Events the server keeps between two notifications; the oldest are lost beyond it. */
const queueSize = 10_000;

/** Makes the item that brings the events of a notifier. Rejects in words where the server gives none. */
export async function watchEvents(
  { opcua, connection, namespaces }: AlarmSession,
  subscriptionId: number,
  clientHandle: number,
  { device, notifier }: { readonly device: string; readonly notifier: NodeName },
): Promise<void> {
  const nodeId = nodeIdOf(opcua, namespaces, notifier) ?? null;
  const { results } = await connection.ask('watch events', () =>
    connection.session.createMonitoredItems({
      subscriptionId,
      itemsToCreate: [
        {
          itemToMonitor: { nodeId, attributeId: eventNotifierAttribute },
          monitoringMode: opcua.MonitoringMode.Reporting,
          requestedParameters: {
            clientHandle,
            samplingInterval: 0,
            queueSize,
            discardOldest: true,
            filter: new opcua.EventFilter({ selectClauses }),
          },
        },
      ],
    }),
  );
  const status = results?.[0]?.statusCode;
  if (status && !isBadStatus(status.value)) return;
  const cause = status?.name ?? 'no result';
  throw new NotConnected(
    `the server gives no events of ${notifier.id} for ${device} (${cause}): check \`notifier\`, or leave its alarms out`,
  );
}
