import type { JsonSchema } from '../../config/schema/json.js';

const definitionsPath = '#/definitions/';

const isNode = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The schema with what it refers to in the place of each reference; only what is defined in terms of itself stays a
 * reference there. Throws at a reference that leads nowhere, and at one beside which something else stands.
 */
export function writtenOut({ definitions = {}, ...root }: JsonSchema): unknown {
  const known = definitions as Readonly<Record<string, unknown>>;
  const write = (node: unknown, within: readonly string[]): unknown => {
    if (Array.isArray(node)) return node.map((one) => write(one, within));
    if (!isNode(node)) return node;
    const { $ref, ...beside } = node;
    if (typeof $ref !== 'string') {
      return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, write(inner, within)]));
    }
    const name = $ref.replace(definitionsPath, '');
    if (!Object.hasOwn(known, name)) throw new Error(`${$ref} leads nowhere`);
    if (Object.keys(beside).length > 0) throw new Error(`beside ${$ref} stands ${Object.keys(beside).join(', ')}`);
    return within.includes(name) ? node : write(known[name], [...within, name]);
  };
  return write(root, []);
}
