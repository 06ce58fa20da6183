import type { AlarmSession } from './alarm-session.js';
import type { ConditionTold } from './condition-states.js';
import { findNodes } from '../find-nodes.js';
import { inBatches } from '../operation-limits.js';
import { parseNode, type Place, standardNamespace } from '../place.js';
import { isBadStatus } from '../values/status-quality.js';

const valueAttribute = 13;
/** Paths and reads in one request; a server that finds it too much gets half as many. */
const atOnce = 100;

/** The property that holds a two-state variable as a boolean (OPC 10000-9 §5.2). */
const idOf = (condition: Place['start'], state: string): Place => ({
  start: condition,
  path: [state, 'Id'].map((name) => ({ namespace: standardNamespace, name })),
});

/**
 * Conditions as their nodes have them now; one whose nodes the server does not show is left out. For conditions a refresh
 * is silent of though they may be active: some servers retain no alarm that was acknowledged, none retains a disabled one.
 */
export async function checkConditions(
  { opcua, connection, namespaces }: Pick<AlarmSession, 'opcua' | 'connection' | 'namespaces'>,
  conditions: readonly ConditionTold[],
): Promise<ConditionTold[]> {
  const places = conditions.flatMap(({ id }) => {
    const node = parseNode(id);
    const start = 'remedy' in node ? undefined : { namespace: node.namespace ?? standardNamespace, id: node.id };
    return [idOf(start, 'EnabledState'), idOf(start, 'ActiveState')];
  });
  const nodeIds = await findNodes(opcua, connection, namespaces, places, atOnce);
  const present = nodeIds.flatMap((nodeId) => (nodeId ? [{ nodeId, attributeId: valueAttribute }] : []));
  const values = await inBatches(present, atOnce, (batch) =>
    connection.ask('read the states of its alarms', () => connection.session.read([...batch])),
  );
  const states = nodeIds.map((nodeId): unknown => {
    const value = nodeId && values[present.findIndex((node) => node.nodeId === nodeId)];
    return value && !isBadStatus(value.statusCode.value) ? (value.value.value as unknown) : undefined;
  });
  return conditions.flatMap((told, n): ConditionTold[] => {
    const [isEnabled, isActive] = [states[2 * n], states[2 * n + 1]];
    if (isEnabled === false) return [{ ...told, isEnabled, isActive: undefined }];
    return typeof isActive === 'boolean' ? [{ ...told, isEnabled: true, isActive }] : [];
  });
}
