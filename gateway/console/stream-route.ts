import { z } from 'zod';
import { eventStream, parsePlace, type StreamKind, streamKinds } from './event-stream.js';
import type { ConsoleParts } from './parts.js';
import { type Route, route } from './route.js';

const place = (what: string) =>
  z
    .string()
    .transform((id, context) => {
      const parsed = id === '' ? undefined : parsePlace(id);
      if (parsed || id === '') return parsed;
      context.addIssue({ code: 'custom', message: 'no id of this stream, which is <epoch>-<offset>' });
      return z.NEVER;
    })
    .optional()
    .describe(what);

const kinds = z
  .string()
  .prefault(streamKinds.join(','))
  .transform((written) => written.split(','))
  .pipe(z.array(z.enum(streamKinds)))
  .describe('Kinds of entries wanted, with commas between');

/** What is journaled of alarms, live, over plain HTTP: a browser's `EventSource` or any program can follow it. */
export const streamRoute = ({ view, options: { clock } }: Pick<ConsoleParts, 'view' | 'options'>): Route =>
  route({
    method: 'GET',
    path: '/api/stream',
    summary:
      'Alarms, events, exceedances, floods, transitions and changes of protected streams as they are journaled ' +
      '(server-sent events)',
    access: 'reader',
    query: z.strictObject({ kinds, after: place('The id to go on after, for clients that cannot send Last-Event-ID') }),
    headers: z.object({ 'last-event-id': place('The id to go on after; goes before `after`') }),
    answers: {
      200: {
        description:
          'Each message has the kind as `event`, `<epoch>-<offset>` as `id` and the entry as JSON in `data`. Without an ' +
          'id to go on after, the first message is a `snapshot`: the alarms as they stand. With one, nothing is left ' +
          'out between; where the journal keeps it no more, a message `gap` says so.',
        type: 'text/event-stream',
      },
    },
    handle: ({ query: { kinds: wanted, after }, headers: { 'last-event-id': last } }) => ({
      status: 200,
      type: 'text/event-stream; charset=utf-8',
      stream: (signal) =>
        eventStream({ view, clock }, { kinds: new Set<StreamKind>(wanted), after: last ?? after }, signal),
    }),
  });
