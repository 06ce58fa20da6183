import { z } from 'zod';
import { duration, type ModeEntry } from '../contract/index.js';
import { mode, type ModeView, modeBegan, modeEnded } from './mode-schemas.js';
import type { ConsoleParts, ConsoleView } from './parts.js';
import { includesRole } from './roles.js';
import { failed, ok, type Route, route } from './route.js';
import { failure } from './schemas.js';

type Parts = Pick<ConsoleParts, 'view' | 'acts'>;

const wordsMax = 500;

const subject = {
  device: z.string().min(1).max(200).describe('Its name'),
  tag: z.string().min(1).max(200).nullable().default(null).describe('Its name; the whole device when left out'),
};

const rfc3339 = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

const modeView = ({ mode: what, device, tag, who, reason, since, until }: ModeEntry, instant: number): ModeView => ({
  mode: what,
  device,
  tag,
  who,
  reason,
  since: rfc3339(since.time),
  until: rfc3339(until.time),
  leftMs: Math.max(0, until.instant - instant),
});

/** What is being worked on, with the time left. */
export const standingModes = (view: Pick<ConsoleView, 'modes' | 'instant'>): ModeView[] =>
  view.modes().map((entry) => modeView(entry, view.instant));

/** Alarms of what is being worked on that are in service all the same. */
function stillCalling(view: ConsoleView, { device, tag }: Pick<ModeView, 'device' | 'tag'>): string[] {
  const out = new Set(view.alarms().flatMap(({ key, outOfService }) => (outOfService ? [key] : [])));
  return view
    .alarmDefinitions()
    .filter((one) => one.device === device && one.kind !== 'LINK' && (tag === null || one.tag === tag))
    .flatMap(({ key }) => (out.has(key) ? [] : [key]));
}

const refusedAnswer = { description: 'It cannot be as things stand: the answer says why', schema: failure } as const;

const beginRoute = ({ view, acts }: Parts): Route =>
  route({
    method: 'POST',
    path: '/api/modes/begin',
    summary:
      'Work on a device or tag: its values say so, its alarms are out of service, until an end that comes by itself',
    access: 'engineer',
    body: z.strictObject({
      ...subject,
      mode: z.enum(['maintenance', 'calibration']).default('maintenance'),
      for: duration().describe('How long; eight hours at most'),
      reason: z.string().max(wordsMax).describe('Why; is journaled with it'),
    }),
    answers: { 200: { description: 'It began', schema: modeBegan }, 409: refusedAnswer },
    handle: async ({ body: { device, tag, mode: what, for: forMs, reason }, who, role }) => {
      const request = { mode: what, device, tag, forMs, reason };
      const refusal = await acts.beginMode(who, request, (needed) => role !== undefined && includesRole(role, needed));
      if (refusal) return failed(409, refusal);
      const began = standingModes(view).find((one) => one.device === device && one.tag === tag);
      return ok({ mode: began, stillCalling: stillCalling(view, { device, tag }) });
    },
  });

const endRoute = ({ acts }: Parts): Route =>
  route({
    method: 'POST',
    path: '/api/modes/end',
    summary: 'The work is done before its time',
    access: 'engineer',
    body: z.strictObject(subject),
    answers: { 200: { description: 'It ended', schema: modeEnded }, 409: refusedAnswer },
    handle: async ({ body: { device, tag }, who }) => {
      const refusal = await acts.endMode(who, device, tag);
      return refusal ? failed(409, refusal) : ok({ device, tag });
    },
  });

/** What is being worked on, and its beginning and end. */
export const modeRoutes = (parts: Parts): Route[] => [
  route({
    method: 'GET',
    path: '/api/modes',
    summary: 'Devices and tags that are being worked on',
    access: 'reader',
    answers: { 200: { description: 'Each with the time left', schema: z.array(mode) } },
    handle: () => ok(standingModes(parts.view)),
  }),
  beginRoute(parts),
  endRoute(parts),
];
