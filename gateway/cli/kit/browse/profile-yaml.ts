import { type BrowsedNode, parseWhere } from '../../../../drivers/opcua/index.js';
import type { Cli } from '../../cli.js';
import { browseMessages } from './messages/index.js';
import { nearNamespace } from './near-namespace.js';
import { printable, printableJson, shortened } from './printable.js';
import { legalName, tagNames } from './tag-names.js';

/** Units a profile takes are no longer. */
const unitMax = 24;

interface Leaf {
  readonly one: BrowsedNode;
  readonly path: readonly string[];
}

/** Words that YAML, or an older one, takes for something else than a name. */
const keyOf = (name: string): string =>
  /^(true|false|null|yes|no|on|off|y|n)$/i.test(name) ? printableJson(name) : name;

/**
 * A profile with a tag for each variable of a tree, to be kept as a file or pasted from: what can be read as it is. What
 * needs a choice, an element of an array or a field of a structure, stands there as a remark with how to write it.
 */
export function profileYaml(cli: Cli, tree: BrowsedNode): string {
  const { browse: m } = browseMessages(cli.language);
  const near = nearNamespace(tree);
  const leaves = leavesOf(tree, []);
  const names = tagNames(leaves);
  const lines = leaves.map((leaf, at) => tagLine(cli, leaf, names[at] as string, near));
  const tags = lines.some((line) => !line.startsWith('#')) ? ['tags:'] : [`tags: {}  # ${m.noTags()}`];
  return [
    'version: 1',
    `profile: ${keyOf(legalName(tree.name))}`,
    'driver: opcua',
    'poll: 1s',
    ...(near === undefined ? [] : [`device: { namespace: ${printableJson(near)} }`]),
    ...tags,
    ...lines.map((line) => `  ${line}`),
  ].join('\n');
}

/** Variables with the browse names that lead to them from below the place. */
function leavesOf(one: BrowsedNode, above: readonly string[]): Leaf[] {
  const path = [...above, one.name];
  const own = one.variable ? [{ one, path }] : [];
  return [...own, ...one.children.flatMap((child) => leavesOf(child, path))];
}

function tagLine(cli: Cli, { one }: Leaf, name: string, near: string | undefined): string {
  const { browse: m } = browseMessages(cli.language);
  const { tagType, unit, elements, fields, status, dataType } = one.variable ?? {};
  if ('remedy' in parseWhere([one.node])) return `# ${keyOf(name)}: ${m.noNode({ node: shortened(one.node) })}`;
  const prefix = `nsu=${near ?? ''};`;
  const node = near !== undefined && one.node.startsWith(prefix) ? one.node.slice(prefix.length) : one.node;
  const parts = [
    `node: ${printableJson(node)}`,
    ...(elements === undefined ? [] : ['index: 0']),
    ...(fields?.[0] === undefined ? [] : [`field: ${printableJson(fields[0])}`]),
    ...(tagType === undefined || tagType === 'number' ? [] : [`type: ${tagType}`]),
    ...(unit ? [`unit: ${printableJson(unit.slice(0, unitMax))}`] : []),
  ];
  const tag = `${keyOf(name)}: { ${parts.join(', ')} }`;
  const choice = elements === undefined ? undefined : m.anElement({ count: elements });
  const field = fields && fields.length > 0 ? m.aField({ fields: fields.map((one) => shortened(one)) }) : undefined;
  const remark =
    choice ?? field ?? (tagType === undefined ? m.noValue({ type: dataType ?? '', status: status ?? '' }) : undefined);
  return remark === undefined ? tag : `# ${tag}  # ${printable(remark)}`;
}
