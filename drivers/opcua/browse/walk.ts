import type { NodeId, ReferenceDescription } from 'node-opcua-client';
import type { BrowsedNode } from './browsed-node.js';
import type { NodeNames } from './node-name.js';
import type { Referred, References } from './references.js';

/** How far to go. */
export interface Reach {
  /** Levels below the place. */
  readonly depth: number;
  /** Nodes in all; at it the walk ends, and what was not looked at is marked. */
  readonly nodesMax: number;
}

/** A node on the way, with what it takes to ask for it. */
export interface Walked {
  readonly id: NodeId;
  readonly browsed: BrowsedNode;
  /** Of a property of an object, which has no unit of its own. */
  readonly isProperty: boolean;
}

/** Reference types below HierarchicalReferences that lead to no parts (OPC 10000-3 §7): HasEventSource, HasSubtype, HasNotifier. */
const sideways = new Set(['ns=0;i=36', 'ns=0;i=45', 'ns=0;i=48']);
const hasProperty = 'ns=0;i=46';
/** The Server object says more about itself than anyone asks for: it is opened only when named. */
const serverObject = 'ns=0;i=2253';
const variableClass = 2;

/**
 * Everything below a node, level by level, so that a limit cuts the depth before the breadth. Each node is opened once:
 * where it comes again it is marked as repeated, which also ends circles. `found` hears how many there are so far.
 */
export async function walk(
  references: References,
  names: NodeNames,
  root: Walked,
  { depth, nodesMax }: Reach,
  found: (count: number) => void,
): Promise<{ readonly all: readonly Walked[]; readonly isWhole: boolean }> {
  const seen = new Set([root.id.toString()]);
  const all: Walked[] = [root];
  let level: Walked[] = [root];
  let isWhole = true;
  for (let deep = 0; deep < depth && level.length > 0; deep += 1) {
    const referred = await references.below(
      level.map(({ id }) => id),
      nodesMax - all.length,
    );
    const next: Walked[] = [];
    for (const [at, parent] of level.entries()) {
      const { isCut, refused, references: each } = referred[at] as Referred;
      parent.browsed.refused = refused;
      parent.browsed.hasMore = isCut;
      for (const reference of each) {
        const child = childOf(names, parent, reference, seen);
        if (!child) continue;
        if (all.length >= nodesMax) {
          parent.browsed.hasMore = true;
          break;
        }
        parent.browsed.children.push(child.browsed);
        all.push(child);
        const isOpened = !child.browsed.isRepeated && child.id.toString() !== serverObject;
        if (isOpened) next.push(child);
        else if (!child.browsed.isRepeated) child.browsed.hasMore = true;
      }
      if (parent.browsed.hasMore || refused !== undefined) isWhole = false;
      found(all.length);
    }
    level = next;
  }
  await lookBelow(references, level);
  return { all, isWhole };
}

/** Marks the objects of the last level that have something below them. */
async function lookBelow(references: References, level: readonly Walked[]): Promise<void> {
  const objects = level.filter(({ browsed }) => browsed.kind === 'object');
  const areAny = await references.areAny(objects.map(({ id }) => id));
  for (const [at, { browsed }] of objects.entries()) browsed.hasMore = areAny[at] as boolean;
}

function childOf(
  names: NodeNames,
  parent: Walked,
  { nodeId, referenceTypeId, browseName, nodeClass }: ReferenceDescription,
  seen: Set<string>,
): Walked | undefined {
  const kind = nodeClass === variableClass ? 'variable' : 'object';
  const type = referenceTypeId.toString();
  const isProperty = type === hasProperty;
  const id = names.local(nodeId);
  // Properties of a variable are told with it, as its unit.
  if (!id || sideways.has(type) || (isProperty && parent.browsed.kind === 'variable')) return undefined;
  const isRepeated = seen.has(id.toString());
  seen.add(id.toString());
  // The library has null of a name that was left out.
  const name = (browseName as ReferenceDescription['browseName'] | null)?.name ?? '';
  return { id, isProperty, browsed: newNode({ name, node: names.textOf(id), kind, isRepeated }) };
}

/** A node of which nothing more is known yet. */
export const newNode = (known: Pick<BrowsedNode, 'name' | 'node' | 'kind' | 'isRepeated'>): BrowsedNode => ({
  ...known,
  variable: undefined,
  children: [],
  hasMore: false,
  refused: undefined,
});
