import { z } from 'zod';
import { type EventEntry, qualities } from '../contract/index.js';
import { attentionOf, untoldByAlarms } from './attention.js';
import { standingModes } from './mode-routes.js';
import type { ConsoleParts } from './parts.js';
import { failed, ok, type Route, route } from './route.js';
import * as schemas from './schemas.js';

const eventsMax = 1000;

/** A route that takes nothing and gives one thing. */
const plain = (path: string, summary: string, schema: z.ZodType, read: () => unknown): Route => ({
  method: 'GET',
  path,
  summary,
  access: 'reader',
  answers: { 200: { description: summary, schema } },
  handle: async () => ok(await read()),
});

const eventView = ({ time, ...event }: EventEntry): schemas.EventView => ({
  ...event,
  time: Number.isFinite(time) ? new Date(time).toISOString() : null,
});

const qualityList = Object.entries(qualities).map(([name, quality]) => ({ name, ...quality }));

/** Everything that can be read. */
export function readRoutes({ view, options }: ConsoleParts): Route[] {
  return [
    plain('/api/overview', 'All of it at one moment', schemas.overview, () => ({
      status: view.status(),
      isFlooded: view.isFlooded,
      alarms: view.alarms(),
      attention: untoldByAlarms(attentionOf(view), view.alarms()),
      conditions: view.activeConditions(),
      modes: standingModes(view),
      links: view.links(),
      devices: view.devices(),
      values: view.values(),
      sinks: view.sinks(),
      ledger: view.ledger(),
    })),
    plain('/api/status', 'The gateway itself', schemas.status, () => view.status()),
    plain('/api/links', 'Links and their counters', z.array(schemas.link), () => view.links()),
    plain('/api/devices', 'Devices and whether they answer', z.array(schemas.device), () => view.devices()),
    plain('/api/qualities', 'What the names of qualities mean', z.array(schemas.quality), () => qualityList),
    plain('/api/conditions', 'Conditions that are active and no alarms', z.array(schemas.condition), () =>
      view.activeConditions(),
    ),
    plain('/api/sinks', 'Sinks and what waits for them', z.array(schemas.sink), () => view.sinks()),
    plain('/api/ledger', 'Where everything acquired went', schemas.ledger, () => view.ledger()),
    valuesRoute({ view }),
    eventsRoute({ view }),
    explainRoute({ options }),
  ];
}

const valuesRoute = ({ view }: Pick<ConsoleParts, 'view'>): Route =>
  route({
    method: 'GET',
    path: '/api/values',
    summary: 'Latest values, of one device or of all',
    access: 'reader',
    query: z.strictObject({ device: z.string().optional().describe('Its name; all devices when left out') }),
    answers: {
      200: { description: 'Latest values', schema: z.array(schemas.value) },
      404: { description: 'There is no such device', schema: schemas.failure },
    },
    handle: ({ query: { device } }) => {
      const values = view.values(device);
      const isKnown = device === undefined || values.length > 0 || view.devices().some(({ name }) => name === device);
      if (isKnown) return ok(values);
      return failed(404, { en: `there is no device "${device}"`, zh: `没有设备“${device}”` });
    },
  });

const eventsRoute = ({ view }: Pick<ConsoleParts, 'view'>): Route =>
  route({
    method: 'GET',
    path: '/api/events',
    summary: 'The newest events, newest last',
    access: 'reader',
    query: z.strictObject({
      count: z.coerce.number().int().min(1).max(eventsMax).default(50).describe('At most this many'),
    }),
    answers: { 200: { description: 'Events', schema: z.array(schemas.event) } },
    handle: async ({ query: { count } }) => ok((await view.events(count)).map(eventView)),
  });

const explainRoute = ({ options: { explain } }: Pick<ConsoleParts, 'options'>): Route =>
  route({
    method: 'GET',
    path: '/api/explain',
    summary: 'How a number came to be: registers, decoding, configuration',
    access: 'reader',
    query: z.strictObject({
      device: z.string().min(1),
      tag: z.string().min(1),
      time: z.iso.datetime({ offset: true }).optional().describe('RFC 3339; the newest value when left out'),
    }),
    answers: {
      200: { description: 'How it came to be', schema: z.unknown() },
      404: { description: 'There is no such value', schema: schemas.failure },
      501: { description: 'This gateway does not explain', schema: schemas.failure },
    },
    handle: async ({ query: { device, tag, time } }) => {
      if (!explain) return failed(501, { en: 'this gateway does not explain values', zh: '本网关不支持数值溯源' });
      const found = await explain(device, tag, time === undefined ? undefined : Date.parse(time));
      if (found !== undefined) return ok(found);
      return failed(404, {
        en: `nothing is kept of ${device}/${tag} at that time`,
        zh: `该时刻没有 ${device}/${tag} 的数据`,
      });
    },
  });
