import { z } from 'zod';
import type { Text } from '../contract/index.js';
import type { ConsoleParts } from './parts.js';
import { type Answer, failed, ok, type Route, route } from './route.js';
import { failure } from './schemas.js';

const forgetAnswers = {
  forgotten: (sink: string): Answer => ok({ sink, outcome: 'forgotten' }),
  unknown: (sink: string): Answer =>
    failed(404, { en: `the journal knows no sink "${sink}"`, zh: `日志中没有输出“${sink}”` }),
  configured: (sink: string): Answer => failed(409, stillConfigured(sink)),
};

const stillConfigured = (sink: string): Text => ({
  en: `sink "${sink}" is configured; take it out of the site file first`,
  zh: `输出“${sink}”仍在配置中；请先从站点文件里删除`,
});

/** Everything that changes something. Each needs a named user, and the runtime audits it before it takes effect. */
export function actRoutes({ view, acts }: Pick<ConsoleParts, 'view' | 'acts'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/clock/set',
      summary: "Vouch for the machine's clock as it is now: records held for want of a time leave",
      access: 'engineer',
      answers: {
        200: {
          description: 'The time is believed',
          schema: z.strictObject({ time: z.string().nullable(), isClockTrusted: z.boolean() }),
        },
      },
      handle: async ({ who }) => {
        await acts.believeClock(who);
        const { time, isClockTrusted } = view.status();
        return ok({ time, isClockTrusted });
      },
    }),
    route({
      method: 'POST',
      path: '/api/sinks/:name/forget',
      summary: 'Forget where a sink stood that is no longer configured',
      // What it had not taken can no longer be accounted for: nobody but an administrator gives that up.
      access: 'administrator',
      params: z.strictObject({ name: z.string().min(1).max(64).describe('Name of the sink') }),
      answers: {
        200: {
          description: 'It is forgotten',
          schema: z.strictObject({ sink: z.string(), outcome: z.literal('forgotten') }),
        },
        404: { description: 'The journal knows no such sink', schema: failure },
        409: { description: 'It is still configured', schema: failure },
      },
      handle: async ({ params: { name }, who }) => forgetAnswers[await acts.forgetSink(who, name)](name),
    }),
  ];
}
