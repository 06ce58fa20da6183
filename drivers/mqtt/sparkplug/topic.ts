/** Version of the namespace (Sparkplug 3.0 §4.2.1). */
const namespace = 'spBv1.0';

const kinds = ['NBIRTH', 'NDEATH', 'NDATA', 'DBIRTH', 'DDEATH', 'DDATA'] as const;
export type MessageKind = (typeof kinds)[number];

export interface EdgeTopic {
  readonly group: string;
  readonly kind: MessageKind;
  readonly node: string;
  /** Undefined for what the node says of itself. */
  readonly device: string | undefined;
}

/** What an edge node says; undefined for commands, states and what is no Sparkplug. */
export function parseEdgeTopic(topic: string): EdgeTopic | undefined {
  const [space, group, kind, node, device, ...rest] = topic.split('/', 6);
  const known = kinds.find((one) => one === kind);
  if (space !== namespace || !group || !node || !known || rest.length > 0) return undefined;
  const isOfDevice = known.startsWith('D');
  return isOfDevice === (device !== undefined && device !== '') ? { group, kind: known, node, device } : undefined;
}

/** Everything one node and its devices say; our own commands too, which are passed over. */
export const nodeFilter = (group: string, node: string): string => `${namespace}/${group}/+/${node}/#`;

/** What hosts say to nodes and devices: our own, or another's. */
export const isCommand = (topic: string): boolean => /^[^/]+\/[^/]+\/[ND]CMD\//.test(topic);

export const commandTopic = (group: string, node: string): string => `${namespace}/${group}/NCMD/${node}`;

/** Where a host says whether it is there (§6.4.25). */
export const stateTopic = (hostId: string): string => `${namespace}/STATE/${hostId}`;
