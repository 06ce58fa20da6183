import { expect, test } from '@jest/globals';
import { openConsole } from './console-kit.js';
import { fakeActs, fakeView } from './fake-gateway.js';

const change = { device: 'west', tag: 'methane', what: 'scale', from: 0.01, to: 0.005 };
const files = { 'site.yaml': 'version: 1\n', 'gas.yaml': 'version: 1\n' };

const posting = (token: string, body: unknown) => ({
  method: 'POST',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  payload: JSON.stringify(body),
});

test('an approval goes out in the name of the user, with the files in their order', async () => {
  const { acts, done } = fakeActs();
  const { ask, tokens } = await openConsole({ acts });
  const answer = await ask('/api/statutory/approve', posting(tokens.engineer, { files }));
  expect(answer.status).toBe(200);
  expect(done).toEqual([['approveStatutory', 'engineer', files]]);
  expect(Object.keys(done[0]?.[2] as object)).toEqual(['site.yaml', 'gas.yaml']);
});

test('a site file that is larger than other bodies is taken; one beyond every site is not', async () => {
  const { ask, tokens } = await openConsole();
  const sized = (bytes: number) => ({ files: { 'site.yaml': '#'.repeat(bytes) } });
  const status = async (path: string, body: unknown) => (await ask(path, posting(tokens.engineer, body))).status;
  expect(await status('/api/statutory/proposal', sized(100_000))).toBe(200);
  expect(await status('/api/statutory/proposal', sized(3_000_000))).toBe(413);
  expect(await status('/api/alarms/reset', { key: '#'.repeat(100_000) })).toBe(413);
});

test('files that could not run are refused with the words of the gateway', async () => {
  const words = { en: 'no site file', zh: '不是站点文件' };
  const { ask, tokens } = await openConsole({ view: fakeView({ proposal: async () => words }) });
  const answer = await ask('/api/statutory/proposal', posting(tokens.engineer, { files }));
  expect([answer.status, answer.json()]).toEqual([409, { error: words }]);
});

test('a file that was held back is told to everybody who looks, with each change', async () => {
  const why = { en: 'held back: scale', zh: '未生效：scale' };
  const heldBack = { configuration: 'ab', changes: [change], approvers: ['zhang'] };
  const view = fakeView({ heldBack: why, statutory: async () => ({ heldBack, approvals: [] }) });
  const { ask } = await openConsole({ view });
  expect((await ask('/api/statutory')).json()).toEqual({ heldBack, approvals: [] });
  const { attention } = (await ask('/api/overview')).json<{ attention: unknown[] }>();
  expect(attention).toContainEqual({ subject: 'journal', name: 'configuration', text: why, stopsReady: false });
});
