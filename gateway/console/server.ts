import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Log } from '../contract/index.js';
import { Gatekeeper } from './gatekeeper.js';
import { OpenStreams } from './open-streams.js';
import type { ConsoleOptions } from './parts.js';
import { Refusal, refusalOf } from './refusal.js';
import type { Access, User } from './roles.js';
import type { Answer, Route, StreamAnswer } from './route.js';

declare module 'fastify' {
  interface FastifyRequest {
    user: User | undefined;
  }
}

/** Unless it says so no route takes a body of more than a few fields. A larger one is answered with 413. */
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
  // A body is JSON and says so: no form and no plain text, which a page of another site could send by itself.
  server.removeContentTypeParser('text/plain');
  const gatekeeper = new Gatekeeper(users, host, clock, log);
  const userOf = (access: Access, { ip, headers: { host: hostHeader, authorization } }: FastifyRequest) =>
    gatekeeper.admit(access, { address: ip, host: hostHeader, authorization });
  const admit = (access: Access) => async (request: FastifyRequest) => {
    request.user = userOf(access, request);
  };
  const isAdmitted = (access: Access, request: FastifyRequest): boolean => {
    try {
      userOf(access, request);
      return true;
    } catch {
      return false;
    }
  };
  const failing = new Set<string>();
  const streams = new OpenStreams(clock, log);
  server.addHook('preClose', async () => streams.close());
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
      bodyLimit: route.bodyBytesMax ?? bodyBytesMax,
      handler: async (request, reply) => {
        const answer = await answerOf(route, request);
        failing.delete(route.path);
        if (!('stream' in answer)) return send(answer, reply);
        streams.needRoom();
        reply.hijack();
        await streams.send(reply.raw, { answer, headers, mayRead: () => isAdmitted(route.access, request) });
      },
    });
  }
  return server;
}

/** What the route says to a request that is as it declares. Throws `Refusal`, or what its schemas say. */
async function answerOf(route: Route, request: FastifyRequest): Promise<Answer | StreamAnswer> {
  const refused = route.refuses?.(request.body);
  if (refused) throw new Refusal(400, refused.en, refused.zh);
  return route.handle({
    query: route.query?.parse(request.query),
    params: route.params?.parse(request.params),
    headers: route.headers?.parse(request.headers),
    body: route.body?.parse(request.body),
    who: request.user?.name ?? '',
    role: request.user?.role,
  });
}

async function send({ status, body, type }: Answer, reply: FastifyReply): Promise<void> {
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
  const isOurs = refusal.statusCode >= 500 && !(error instanceof Refusal);
  if (isOurs && !failing.has(path)) {
    failing.add(path);
    log.error({ route: path, err: error }, 'a request failed');
  }
  return reply.code(refusal.statusCode).headers(refusal.headers).send({ error: refusal.text });
}
