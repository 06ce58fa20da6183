import { z } from 'zod';
import { attentionOf } from './attention.js';
import { metricsText } from './metrics.js';
import type { ConsoleParts } from './parts.js';
import { ok, type Route } from './route.js';
import { readiness } from './schemas.js';

/** For programs that watch the gateway. */
export function healthRoutes({ view }: Pick<ConsoleParts, 'view'>): Route[] {
  return [
    {
      method: 'GET',
      path: '/health/live',
      summary: 'Whether the process answers',
      access: 'anyone',
      answers: { 200: { description: 'It does', schema: z.strictObject({ isLive: z.literal(true) }) } },
      handle: () => ok({ isLive: true }),
    },
    {
      method: 'GET',
      path: '/health/ready',
      summary: 'Whether every link and sink works and the disk takes the journal',
      access: 'reader',
      answers: {
        200: { description: 'All of it works', schema: readiness },
        503: { description: 'What does not', schema: readiness },
      },
      handle: () => {
        const reasons = attentionOf(view).filter(({ stopsReady }) => stopsReady);
        const isReady = reasons.length === 0;
        return { status: isReady ? 200 : 503, body: { isReady, reasons } };
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      summary: 'Counters and gauges for Prometheus',
      access: 'reader',
      answers: { 200: { description: 'Text exposition format 0.0.4', type: 'text/plain' } },
      handle: () => ({ status: 200, body: metricsText(view), type: 'text/plain; version=0.0.4; charset=utf-8' }),
    },
  ];
}
