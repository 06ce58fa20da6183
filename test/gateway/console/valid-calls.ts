import type { Route } from '../../../gateway/console/route.js';
import { alarm, request } from './fake-alarms.js';
import type { Question } from './console-kit.js';

/** What the gateways of these calls have to hold. */
export const heldAlarm = alarm({ key: 'k', outOfServiceRole: 'operator' });
export const heldRequest = request({ id: 'r', key: 'k' });

const urls: Readonly<Record<string, string>> = {
  '/api/explain': '/api/explain?device=climate-1&tag=temperature',
  '/api/sinks/:name/forget': '/api/sinks/history/forget',
  '/api/alarms/requests/:id/agree': '/api/alarms/requests/r/agree',
};

const bodies: Readonly<Record<string, object>> = {
  '/api/modes/begin': { device: 'climate-1', for: '2h', reason: 'new fan' },
  '/api/modes/end': { device: 'climate-1' },
  '/api/context/set': { name: 'batch-start', value: '2026-11-21', reason: 'weaners came' },
  '/api/statutory/proposal': { files: { 'site.yaml': 'version: 1' } },
  '/api/statutory/approve': { files: { 'site.yaml': 'version: 1' } },
  '/api/alarms/acknowledge': { key: 'k', comment: 'seen' },
  '/api/alarms/reset': { key: 'k' },
  '/api/alarms/shelve': { key: 'k', for: '2h', reason: 'gauge is being changed' },
  '/api/alarms/unshelve': { key: 'k' },
  '/api/alarms/remove-from-service': { key: 'k', reason: 'sensor is with the maker' },
  '/api/alarms/return-to-service': { key: 'k' },
};

/** A call a route has nothing to say against. */
export function validCall(
  { path, method }: Pick<Route, 'path' | 'method'>,
  headers: Readonly<Record<string, string>> = {},
): { readonly url: string; readonly question: Question } {
  const body = bodies[path];
  return {
    url: urls[path] ?? path,
    question: {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      isEndless: path === '/api/stream',
      ...(body && { payload: JSON.stringify(body) }),
    },
  };
}
