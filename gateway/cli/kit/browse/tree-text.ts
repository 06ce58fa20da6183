import type { BrowsedNode } from '../../../../drivers/opcua/index.js';
import type { Cli } from '../../cli.js';
import { table } from '../../table.js';
import { textWidth } from '../../text-width.js';
import { browseMessages } from './messages/index.js';
import { nearNamespace } from './near-namespace.js';
import { printable, shortened } from './printable.js';
import { typeText, valueText } from './value-text.js';

/** One node: its facts in columns, its name for a profile, and remarks. */
interface Row {
  readonly cells: readonly string[];
  readonly node: string;
  readonly indent: number;
}

function rowsOf(cli: Cli, one: BrowsedNode, deep: number, near: string): Row[] {
  const { browse: m } = browseMessages(cli.language);
  const marks = [
    ...(one.variable ? [valueText(one.variable)] : []),
    ...(one.variable?.keepsHistory ? [m.history()] : []),
    ...(one.isRepeated ? [m.seeAbove()] : []),
    ...(one.refused === undefined ? [] : [m.refused({ status: one.refused })]),
    ...(one.hasMore ? [m.more()] : []),
  ];
  const indent = 2 * deep;
  const name = `${' '.repeat(indent)}${shortened(one.name)}${one.kind === 'object' ? '/' : ''}`;
  const cells = one.variable ? [name, typeText(one.variable), marks.join('  ')] : [[name, ...marks].join('  ')];
  const node = printable(one.node.startsWith(near) ? one.node.slice(near.length) : one.node);
  return [{ cells, node, indent }, ...one.children.flatMap((child) => rowsOf(cli, child, deep + 1, near))];
}

/**
 * The tree with the facts of its variables in columns. At the end of the line stands the node as a profile names it,
 * whole, because it is to be copied: where the terminal has no room for it, on a line of its own.
 */
export function treeText(cli: Cli, tree: BrowsedNode): string {
  const { browse: m } = browseMessages(cli.language);
  const namespace = nearNamespace(tree);
  const rows = rowsOf(cli, tree, 0, namespace === undefined ? '\n' : `nsu=${namespace};`);
  const facts = rows.filter(({ cells }) => cells.length > 1).map(({ cells }) => cells);
  const aligned = facts.length === 0 ? [] : table(facts, '', '').split('\n');
  const column = Math.max(0, ...aligned.map(textWidth));
  const lines = rows.flatMap(({ cells, node, indent }) => {
    const isFact = cells.length > 1;
    const line = isFact ? (aligned.shift() as string) : (cells[0] as string);
    const gap = isFact ? column - textWidth(line) + 2 : 2;
    const whole = `${line}${' '.repeat(gap)}${node}`;
    return textWidth(whole) <= cli.columns ? [whole] : [line, `${' '.repeat(indent + 4)}${node}`];
  });
  return [...(namespace === undefined ? [] : [m.namespace({ uri: printable(namespace) }), '']), ...lines].join('\n');
}
