import type { BrowsedNode } from '../../../../drivers/opcua/index.js';

/** All nodes of a tree, from the top down. */
export function* nodesOf(tree: BrowsedNode): Generator<BrowsedNode> {
  yield tree;
  for (const child of tree.children) yield* nodesOf(child);
}

/** The namespace most variables are of, else most nodes: as `namespace` of a device it need not be written with each. */
export function nearNamespace(tree: BrowsedNode): string | undefined {
  const all = [...nodesOf(tree)];
  const variables = all.filter(({ kind }) => kind === 'variable');
  const counts = new Map<string, number>();
  for (const { node } of variables.length > 0 ? variables : all) {
    const namespace = /^nsu=([^;]+);/.exec(node)?.[1];
    if (namespace !== undefined) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
