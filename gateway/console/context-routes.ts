import { z } from 'zod';
import { contextItem, contextValue } from './context-schemas.js';
import type { ConsoleParts } from './parts.js';
import { includesRole } from './roles.js';
import { failed, ok, type Route, route } from './route.js';
import { failure } from './schemas.js';

const wordsMax = 500;

/** What holds for a while at this site, and setting it. */
export function contextRoutes({ view, acts }: Pick<ConsoleParts, 'view' | 'acts'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/context',
      summary:
        'What holds for a while: batch, calibration, coefficients, datum; since when, by whom, and what is planned',
      access: 'reader',
      answers: { 200: { description: 'In the order of the site file', schema: z.array(contextItem) } },
      handle: () => ok(view.context()),
    }),
    route({
      method: 'POST',
      path: '/api/context/set',
      summary: 'Say what holds from a date on; what was judged before stays as it was',
      access: 'operator',
      body: z.strictObject({
        name: z.string().min(1).max(64).describe('As in the site file'),
        value: contextValue().describe('A number, a text, a day as `2026-11-21`; null when nothing holds any more'),
        from: z.iso.datetime({ offset: true }).optional().describe('RFC 3339, past or to come; now when left out'),
        reason: z.string().max(wordsMax).default('').describe('Why; is journaled with it'),
      }),
      answers: {
        200: { description: 'It is on the disk', schema: contextItem },
        404: { description: 'The site file has no such value', schema: failure },
        409: { description: 'It cannot hold: the answer says why', schema: failure },
      },
      handle: async ({ body: { name, value, from, reason }, who, role }) => {
        const of = (): ReturnType<typeof view.context>[number] | undefined =>
          view.context().find((one) => one.name === name);
        const item = of();
        if (!item) return failed(404, { en: `the context has no "${name}"`, zh: `背景量里没有“${name}”` });
        if (role === undefined || !includesRole(role, item.by)) {
          return failed(403, {
            en: `"${name}" needs the role ${item.by} or above`,
            zh: `“${name}”需要 ${item.by} 或更高的角色`,
          });
        }
        const at = from === undefined ? undefined : Date.parse(from);
        const refusal = await acts.setContext(who, { name, value, from: at, reason });
        return refusal ? failed(409, refusal) : ok(of());
      },
    }),
  ];
}
