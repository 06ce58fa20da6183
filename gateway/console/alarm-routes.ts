import { z } from 'zod';
import type { Text } from '../contract/index.js';
import type { AlarmAct, AlarmDefinitionView, AlarmOutcome, Request } from '../runtime/index.js';
import { type AlarmActDeclaration, alarmActs } from './alarm-acts.js';
import * as schemas from './alarm-schemas.js';
import type { ConsoleParts, ConsoleView } from './parts.js';
import { includesRole, type Role } from './roles.js';
import { type Answer, failed, ok, type Route, route } from './route.js';
import { failure } from './schemas.js';

type Parts = Pick<ConsoleParts, 'view' | 'acts'>;

const noSuchAlarm = (key: string): Answer => failed(404, { en: `there is no alarm "${key}"`, zh: `没有报警“${key}”` });

const oneByOne: Text = {
  en: 'one alarm a call: a list of alarms is never acted on at once, because each has to be looked at',
  zh: '每次只处理一个报警：不能成批操作，因为每个报警都要有人看过',
};

/** A body that names several alarms, in whatever way somebody may try. */
function refusesLists(body: unknown): Text | undefined {
  const { key, keys } = (body ?? {}) as { readonly key?: unknown; readonly keys?: unknown };
  return Array.isArray(body) || Array.isArray(key) || keys !== undefined ? oneByOne : undefined;
}

/** Who may take an alarm out of service may put it back; where nobody may any more, an engineer puts it back. */
function neededRole(act: AlarmAct['act'], { outOfServiceRole }: AlarmDefinitionView): Role {
  if (act === 'remove-from-service') return outOfServiceRole ?? 'operator';
  return act === 'return-to-service' ? (outOfServiceRole ?? 'engineer') : 'operator';
}

/** Why this role may not act so on this alarm; undefined when it may. */
function forbidden(act: AlarmAct['act'], definition: AlarmDefinitionView, role: Role | undefined): Answer | undefined {
  const needed = neededRole(act, definition);
  if (role !== undefined && includesRole(role, needed)) return undefined;
  return failed(403, {
    en: `alarms of class "${definition.class}" need the role ${needed} or above for this`,
    zh: `“${definition.class}”类报警的这一操作需要 ${needed} 或更高的角色`,
  });
}

const requestView = ({ lapses, ...request }: Request, instant: number): schemas.RequestView => ({
  ...request,
  leftMs: Math.max(0, lapses - instant),
});

/** What came of an act, with the state it led to. */
function answerOf({ view }: Pick<Parts, 'view'>, key: string, result: AlarmOutcome): Answer {
  switch (result.outcome) {
    case 'done': {
      const state = view.alarms().find((alarm) => alarm.key === key)?.state ?? 'normal';
      return ok({ outcome: 'done', key, state });
    }
    case 'waits':
      return { status: 202, body: { outcome: 'waits', request: requestView(result.request, view.instant) } };
    case 'refused':
      return failed(result.refusal.reason === 'unknown-alarm' ? 404 : 409, result.refusal.text);
  }
}

const answers = {
  200: { description: 'It is done, and on the disk', schema: schemas.acted },
  404: { description: 'There is no such alarm', schema: failure },
  409: { description: 'It cannot be done as the alarm stands, or its class does not allow it', schema: failure },
} as const;

const actRoute = ({ view, acts }: Parts, { name, summary, body }: AlarmActDeclaration): Route =>
  route({
    method: 'POST',
    path: `/api/alarms/${name}`,
    summary,
    access: 'operator',
    body,
    refuses: refusesLists,
    answers: { ...answers, 202: { description: 'A second person has to agree first', schema: schemas.waits } },
    handle: async ({ body: { key, act }, who, role }) => {
      const definition = view.alarmDefinition(key);
      if (!definition) return noSuchAlarm(key);
      return forbidden(name, definition, role) ?? answerOf({ view }, key, await acts.alarm(who, key, act));
    },
  });

const agreeRoute = ({ view, acts }: Parts): Route =>
  route({
    method: 'POST',
    path: '/api/alarms/requests/:id/agree',
    summary: 'Agree, as the second person, to what somebody else asked for',
    access: 'operator',
    params: z.strictObject({ id: z.string().min(1).max(64).describe('Of the request') }),
    answers: { ...answers, 404: { description: 'No such request waits, or no longer', schema: failure } },
    handle: async ({ params: { id }, who, role }) => {
      const gone = failed(404, { en: `no request "${id}" waits (any more)`, zh: `没有等待中的申请“${id}”，或已失效` });
      const request = acts.waitingRequests().find((one) => one.id === id);
      const definition = request && view.alarmDefinition(request.key);
      if (!request || !definition) return gone;
      const refusal = forbidden(request.act.act, definition, role);
      if (refusal) return refusal;
      const result = await acts.agree(who, id);
      if (result === 'unknown') return gone;
      if (result !== 'own') return answerOf({ view }, request.key, result);
      return failed(403, {
        en: 'you asked for it yourself: a second person has to agree',
        zh: '这是您自己提出的：须由另一人同意',
      });
    },
  });

/** What is asked of alarms and done to them. Nothing acts on several at once. */
export function alarmRoutes(parts: Parts): Route[] {
  const { view, acts } = parts;
  return [
    route({
      method: 'GET',
      path: '/api/alarms',
      summary: 'Alarms that are not at rest, the most pressing first',
      access: 'reader',
      answers: { 200: { description: 'Those put aside among them', schema: schemas.standing } },
      handle: () => ok(standingAlarms(parts)),
    }),
    route({
      method: 'GET',
      path: '/api/alarms/definitions',
      summary: 'The master alarm database: why each alarm exists and what a person does',
      access: 'reader',
      query: z.strictObject({ key: z.string().optional().describe('Only those whose key contains this') }),
      answers: { 200: { description: 'In the order of the site file', schema: z.array(schemas.alarmDefinition) } },
      handle: ({ query: { key = '' } }) => ok(view.alarmDefinitions().filter((one) => one.key.includes(key))),
    }),
    route({
      method: 'GET',
      path: '/api/alarms/requests',
      summary: 'Acts that wait for a second person',
      access: 'reader',
      answers: { 200: { description: 'Oldest first', schema: z.array(schemas.request) } },
      handle: () => ok(acts.waitingRequests().map((request) => requestView(request, view.instant))),
    }),
    ...alarmActs.map((declared) => actRoute(parts, declared)),
    agreeRoute(parts),
  ];
}

interface Standing {
  readonly view: Pick<ConsoleView, 'alarms' | 'alarmsEnd' | 'isFlooded'>;
}

/** The alarms now. `offset` is taken first: whatever is journaled from there on may be in here, nothing else is missing. */
export function standingAlarms({ view }: Standing): schemas.StandingView {
  const offset = view.alarmsEnd;
  return { offset, isFlooded: view.isFlooded, alarms: view.alarms() };
}
