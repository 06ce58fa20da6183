import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Log } from '../contract/index.js';
import { Gatekeeper } from './gatekeeper.js';
import type { ConsoleOptions } from './parts.js';
import { Refusal, refusalOf } from './refusal.js';
import type { Access, User } from './roles.js';
import type { Route } from './route.js';

declare module 'fastify' {
  interface FastifyRequest {
    user: User | undefined;
  }
}

/** No route takes a body of more than a few fields. A larger one is answered with 413. */
const bodyBytesMax = 16 * 1024;
/** Request line and headers; more is answered with 431. */
const headerBytesMax = 8 * 1024;
/** A request has to arrive within this, or its connection is closed. */
const requestTimeoutMs = 10_000;
/** Connections at once; further ones are closed as they come. */
const connectionsMax = 200;
/** A name of 64 Chinese characters, percent-encoded. */
const parameterLengthMax = 640;

/** Nothing is fetched from elsewhere, nothing is kept in caches, nobody frames the page. */
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** The HTTP server over declared routes, not yet listening. */
export function consoleServer(
  routes: readonly Route[],
  { users, host, clock, log }: Pick<ConsoleOptions, 'users' | 'host' | 'clock' | 'log'>,
): FastifyInstance {
  const server = fastify({
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: parameterLengthMax },
    http: { maxHeaderSize: headerBytesMax },
  });
  server.server.maxConnections = connectionsMax;
  const gatekeeper = new Gatekeeper(users, host, clock, log);
  const admit = (access: Access) => async (request: FastifyRequest) => {
    const { host: hostHeader, authorization } = request.headers;
    request.user = gatekeeper.admit(access, { address: request.ip, host: hostHeader, authorization });
  };
  const failing = new Set<string>();
  server.decorateRequest('user', undefined);
  server.addHook('onRequest', async (_request, reply) => void reply.headers(headers));
  server.setErrorHandler((error, request, reply) => refuse(error, request, reply, failing, log));
  server.setNotFoundHandler({ preHandler: admit('reader') }, () => {
    throw new Refusal(404, 'there is nothing at this address', '此地址没有内容');
  });
  for (const route of routes) {
    server.route({
      method: route.method,
      url: route.path,
      onRequest: admit(route.access),
      handler: async (request, reply) => {
        await answer(route, request, reply);
        failing.delete(route.path);
      },
    });
  }
  return server;
}

async function answer(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const query = route.query?.parse(request.query);
  const params = route.params?.parse(request.params);
  const { status, body, type } = await route.handle({ query, params, who: request.user?.name ?? '' });
  await reply
    .code(status)
    .type(type ?? 'application/json; charset=utf-8')
    .send(type ? body : JSON.stringify(body));
}

/** Answers with a sentence. A failure of ours is logged once a route, until the route works again. */
function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  failing: Set<string>,
  log: Log,
): FastifyReply {
  const refusal = refusalOf(error);
  const path = request.routeOptions.url ?? request.url;
  if (refusal.statusCode >= 500 && !failing.has(path)) {
    failing.add(path);
    log.error({ route: path, err: error }, 'a request failed');
  }
  return reply.code(refusal.statusCode).headers(refusal.headers).send({ error: refusal.text });
}
