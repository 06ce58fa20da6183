import { z } from 'zod';
import type { Entry } from '../contract/index.js';
import { reportOver } from '../runtime/index.js';
import type { ConsoleParts, ConsoleView } from './parts.js';
import { alarmReport } from './report-schemas.js';
import { failed, ok, type Route, route } from './route.js';
import { failure } from './schemas.js';

const weekMs = 7 * 86_400_000;
const operatorsMax = 100;

/** What the alarms lane holds now, oldest first. */
async function* keptEntries(view: ConsoleView): AsyncGenerator<Entry> {
  const { first, committed } = view.ledger().lanes.alarms;
  if (first >= committed) return;
  const ending = new AbortController();
  for await (const { offset, entry } of view.follow(first, ending.signal)) {
    if (offset < committed) yield entry;
    // The loop ends with its source.
    if (offset >= committed - 1) ending.abort();
  }
}

const time = (said: string) => z.iso.datetime({ offset: true }).optional().describe(said);

/** How the alarms did over a period. Read from the journal at each call: it is not kept anywhere. */
export const reportRoute = ({ view, options: { clock } }: ConsoleParts): Route =>
  route({
    method: 'GET',
    path: '/api/report',
    summary: 'How the alarms did over a period, against EEMUA 191 and ISA-18.2',
    access: 'reader',
    query: z.strictObject({
      from: time('RFC 3339; a week before the end when left out'),
      to: time('RFC 3339, not included; now when left out'),
      operators: z.coerce.number().int().min(1).max(operatorsMax).default(1).describe('Who share the alarms'),
    }),
    answers: {
      200: { description: 'The report', schema: alarmReport },
      404: { description: 'Nothing is kept of that period', schema: failure },
    },
    handle: async ({ query: { from, to, operators } }) => {
      // Time that has not come yet thins no rate.
      const end = Math.min(clock.utc(), to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to));
      const begin = from === undefined ? end - weekMs : Date.parse(from);
      const report = await reportOver(keptEntries(view), { from: begin, to: end, operators });
      if (report) return ok(report);
      return failed(404, { en: 'nothing is kept of that period', zh: '没有保存这段时间的内容' });
    },
  });
