import type { Text } from '../../gateway/contract/index.js';
import type { Connection } from './connection.js';
import { findNodes, readNamespaces } from './find-nodes.js';
import { type Item, itemsOfGroup } from './items.js';
import type { Opcua } from './library.js';
import { inBatches, readOperationLimits } from './operation-limits.js';
import type { OpcuaLink } from './opcua-link.js';
import { formatPlace } from './place.js';
import { isBadStatus } from './values/status-quality.js';

/** ProductName, ManufacturerName and SoftwareVersion of the server's BuildInfo (OPC 10000-5). */
const buildNodes = ['i=2261', 'i=2263', 'i=2264'];
const valueAttribute = 13;
/** Nodes that fail, named one by one; the rest is counted. */
const namedMax = 20;

/** "Test the connection", in words: which server answers, and which nodes of each device it lacks or refuses. */
export async function probeServer(opcua: Opcua, connection: Connection, link: OpcuaLink): Promise<Text> {
  const limits = await readOperationLimits(connection);
  const namespaces = await readNamespaces(connection);
  const read = (nodes: readonly { nodeId: string }[]) =>
    inBatches(nodes, limits.read, (batch) =>
      connection.ask('read values', () =>
        connection.session.read(batch.map((node) => ({ ...node, attributeId: valueAttribute }))),
      ),
    );
  const build = (await read(buildNodes.map((nodeId) => ({ nodeId })))).map(({ value }) => value.value as unknown);
  const lines: Text[] = [
    {
      en: `${link.settings.endpoint} is connected: ${build.filter((part) => typeof part === 'string').join(' ')}`,
      zh: `${link.settings.endpoint} 已连接：${build.filter((part) => typeof part === 'string').join(' ')}`,
    },
  ];
  for (const device of link.devices) {
    const items = device.groups.flatMap((group) => itemsOfGroup(device.settings, group));
    const places = items.map(({ place }) => place);
    const nodeIds = await findNodes(opcua, connection, namespaces, places, limits.translate);
    const present = items.flatMap((item, at) => (nodeIds[at] ? [{ item, nodeId: nodeIds[at] }] : []));
    const values = await read(present.map(({ nodeId }) => ({ nodeId: nodeId.toString() })));
    const faults = [
      ...items.filter((_, at) => !nodeIds[at]).map((item) => fault(item, 'no such node', '没有该节点')),
      ...present.flatMap(({ item }, at) => {
        const status = values[at]?.statusCode;
        return status && isBadStatus(status.value) ? [fault(item, status.name, status.name)] : [];
      }),
    ];
    lines.push({
      en: `${device.name}: ${items.length - faults.length} of ${items.length} nodes give a value`,
      zh: `${device.name}：${items.length} 个节点中有 ${items.length - faults.length} 个给出数值`,
    });
    lines.push(...faults.slice(0, namedMax));
    const more = faults.length - namedMax;
    if (more > 0) lines.push({ en: `  and ${more} more`, zh: `  另有 ${more} 个` });
  }
  return { en: lines.map(({ en }) => en).join('\n'), zh: lines.map(({ zh }) => zh).join('\n') };
}

const fault = ({ place }: Item, en: string, zh: string): Text => ({
  en: `  ${formatPlace(place)}: ${en}`,
  zh: `  ${formatPlace(place)}：${zh}`,
});
