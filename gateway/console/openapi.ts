import { z } from 'zod';
import type { AnswerDeclaration, Route } from './route.js';
import { failure } from './schemas.js';

type Schema = Record<string, unknown>;

/** Failures every route may answer with. */
const everywhere: Readonly<Record<number, string>> = {
  400: 'The request is not as declared here',
  401: 'A token is needed, or this one is not known',
  403: "The user's role is not enough",
  415: 'The body is not application/json',
  421: 'The Host header names another machine',
  429: 'Too many wrong tokens from this address; Retry-After tells how long to wait',
  500: 'The gateway failed; its log tells why',
};

/** Turns zod schemas into JSON Schema, gathering the named ones as components. */
class Components {
  readonly schemas: Record<string, Schema> = {};

  schemaOf(schema: z.ZodType, io: 'input' | 'output'): Schema {
    const {
      $schema: _,
      $defs = {},
      ...rest
    } = z.toJSONSchema(schema, { io }) as Schema & { $defs?: Record<string, Schema> };
    for (const [name, definition] of Object.entries($defs)) this.schemas[name] = relocated(definition);
    return relocated(rest);
  }
}

const relocated = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Schema;

type Place = 'query' | 'path' | 'header';

function parametersOf(schema: z.ZodType | undefined, place: Place, components: Components): Schema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = components.schemaOf(schema, 'input') as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}

function answerOf(answer: AnswerDeclaration, components: Components): Schema {
  const content =
    'schema' in answer
      ? { 'application/json': { schema: components.schemaOf(answer.schema, 'output') } }
      : { [answer.type]: { schema: { type: 'string' } } };
  return { description: answer.description, content };
}

/** What a route asks of its user: nothing, any user once the server is reached from outside, or a token always. */
function securityOf({ access }: Route): Schema[] {
  if (access === 'anyone') return [];
  return access === 'reader' ? [{}, { bearer: [] }, { basic: [] }] : [{ bearer: [] }];
}

function operationOf(route: Route, components: Components): Schema {
  const declared = Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer, components)]);
  const common = Object.entries(everywhere).map(([status, description]) => [
    status,
    answerOf({ description, schema: failure }, components),
  ]);
  return {
    summary: route.summary,
    ...(route.access !== 'anyone' && route.access !== 'reader' && { description: `Role: ${route.access} or above.` }),
    security: securityOf(route),
    parameters: [
      ...parametersOf(route.params, 'path', components),
      ...parametersOf(route.query, 'query', components),
      ...parametersOf(route.headers, 'header', components),
    ],
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: components.schemaOf(route.body, 'input') } },
      },
    }),
    responses: Object.fromEntries([...common, ...declared]),
  };
}

/** OpenAPI 3.1 (JSON Schema 2020-12) of the declared routes. Pure. */
export function openapi(routes: readonly Route[], version: string): Schema {
  const components = new Components();
  const paths: Record<string, Schema> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, components) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version,
      description: 'Reads are open on loopback; beyond it each needs a user. Writes always need a token (Bearer).',
    },
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token of `sluice user add`' },
        basic: { type: 'http', scheme: 'basic', description: 'User name and token, for browsers; reads only' },
      },
    },
  };
}
