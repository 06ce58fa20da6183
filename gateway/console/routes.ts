import { z } from 'zod';
import { actRoutes } from './act-routes.js';
import { alarmRoutes } from './alarm-routes.js';
import { contextRoutes } from './context-routes.js';
import { healthRoutes } from './health-routes.js';
import { modeRoutes } from './mode-routes.js';
import { openapi } from './openapi.js';
import { pageRoutes } from './page-routes.js';
import type { ConsoleParts } from './parts.js';
import { readRoutes } from './read-routes.js';
import { reportRoute } from './report-route.js';
import { ok, type Route } from './route.js';
import { statutoryRoutes } from './statutory-routes.js';
import { streamRoute } from './stream-route.js';

/** Every route of the console; there are no others. */
export function consoleRoutes(parts: ConsoleParts): readonly Route[] {
  const { version } = parts.view.status();
  const routes: Route[] = [
    ...pageRoutes(),
    ...healthRoutes(parts),
    ...readRoutes(parts),
    ...alarmRoutes(parts),
    reportRoute(parts),
    ...modeRoutes(parts),
    ...statutoryRoutes(parts),
    ...contextRoutes(parts),
    streamRoute(parts),
    ...actRoutes(parts),
  ];
  routes.push({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This interface as OpenAPI 3.1',
    access: 'reader',
    answers: { 200: { description: 'The document', schema: z.record(z.string(), z.unknown()) } },
    handle: () => ok(openapi(routes, version)),
  });
  return routes;
}
