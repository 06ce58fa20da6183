import type { JsonSchema } from './json.js';

/**
 * Two halves of one flat object as one schema: JSON Schema cannot join closed objects, so the common half is written
 * into each alternative of the other. A key both have (`type`) is the own half's, which knows its literal.
 */
export function mergeHalves(common: JsonSchema, own: JsonSchema): JsonSchema {
  for (const keyword of ['anyOf', 'oneOf', 'allOf'] as const) {
    const alternatives = own[keyword];
    if (alternatives) return { ...own, [keyword]: alternatives.map((one) => mergeHalves(common, one)) };
  }
  const properties = { ...common.properties, ...own.properties };
  const required = [...new Set([...(common.required ?? []), ...(own.required ?? [])])];
  return {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}
