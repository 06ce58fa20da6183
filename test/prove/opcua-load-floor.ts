import {
  AttributeIds,
  DataChangeNotification,
  MonitoringMode,
  OPCUAClient,
  PublishRequest,
  type PublishResponse,
  TimestampsToReturn,
} from 'node-opcua-client';
import { plantNamespace } from '../../firmware-sim/opcua/index.js';
import type { OpcuaSession } from '../../drivers/opcua/library.js';
import { loadItem } from './opcua-load-names.js';

/**
 * The bare client library on the same load: `opcua-load-floor ENDPOINT COUNT`. One session, one subscription, values
 * decoded and counted, nothing else. Says `ready`, then the count at each line on its standard input.
 */
const [endpoint = '', count = '0'] = process.argv.slice(2);
const client = OPCUAClient.create({ endpointMustExist: false, transportTimeout: 600_000 });
await client.connect(endpoint);
const session = (await client.createSession()) as OpcuaSession;
const index = (await session.readNamespaceArray()).indexOf(plantNamespace);
const { subscriptionId } = await session.createSubscription({
  requestedPublishingInterval: 1000,
  requestedMaxKeepAliveCount: 10,
  requestedLifetimeCount: 100,
  maxNotificationsPerPublish: 0,
  publishingEnabled: true,
  priority: 0,
});
await session.createMonitoredItems({
  subscriptionId,
  timestampsToReturn: TimestampsToReturn.Source,
  itemsToCreate: Array.from({ length: Number(count) }, (_, n) => ({
    itemToMonitor: { nodeId: `ns=${index};s=Plant.${loadItem(n)}`, attributeId: AttributeIds.Value },
    monitoringMode: MonitoringMode.Reporting,
    requestedParameters: { clientHandle: n, samplingInterval: 0, queueSize: 10, discardOldest: true },
  })),
});
let values = 0;

function take({ notificationMessage: { notificationData } }: PublishResponse): void {
  for (const one of notificationData ?? []) {
    if (one instanceof DataChangeNotification) values += one.monitoredItems?.length ?? 0;
  }
}

function ask(acknowledged: PublishResponse | undefined): void {
  const subscriptionAcknowledgements = acknowledged
    ? [{ subscriptionId, sequenceNumber: acknowledged.notificationMessage.sequenceNumber }]
    : [];
  const request = new PublishRequest({ requestHeader: { timeoutHint: 2 ** 31 - 1 }, subscriptionAcknowledgements });
  session.publish(request, (error, response) => {
    if (error || !response) throw error ?? new Error('no response');
    take(response);
    ask(response);
  });
}

ask(undefined);
ask(undefined);
process.stdout.write('ready\n');
process.stdin.on('data', () => process.stdout.write(`${values}\n`));
process.once('SIGTERM', () => process.exit(0));
