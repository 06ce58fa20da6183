import { beforeAll, afterAll, describe, expect, test } from '@jest/globals';
import type { EventMessage } from '../../../gateway/cli/alarms/event-messages.js';
import { Bench, json, type Place, run } from './running-site.js';
import { Running, sluice } from './sluice.js';

const bench = new Bench();

/** The device's 23.4 °C is above both limits; two people put the upper one aside. */
const rules = `alarms: { settling: none }
rules:
  heat:
    type: limits
    devices: [climate-1]
    tag: temperature
    H: 20
    HH: 22
    deadband: 1
    alarm:
      action: { en: Open the inlets, zh: 打开进风口 }
      kinds: { HH: { severity: severe, respondWithin: 5min, class: safety } }
`;

let site: Place;
let gateway: Running;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  site = await bench.place('alarms', { more: rules });
  for (const role of ['operator', 'engineer']) {
    const { out } = await sluice(['user', 'add', `${role}-1`, '--role', role, '--site', site.file]);
    tokens[role] = out.trim();
  }
  gateway = await run(site);
  for (let count = 0; count < 2; ) ({ length: count } = (await standing()).alarms);
});
afterAll(() => gateway.stop());

const standing = () => json<{ alarms: { key: string; state: string }[] }>(`${site.url}/api/alarms`);

/** `sluice alarms …` as somebody. */
const alarms = (words: readonly string[], who = '', more: readonly string[] = []) =>
  sluice(['alarms', ...words, '--url', site.url, ...more], { env: { SLUICE_TOKEN: tokens[who] ?? '' } });

const stateOf = async (key: string): Promise<string | undefined> =>
  (await standing()).alarms.find((one) => one.key === key)?.state;

const [high, highHigh] = ['heat/climate-1/temperature/H', 'heat/climate-1/temperature/HH'];

describe('alarms of a running gateway', () => {
  test('are listed with what to do, in the language and the time of the site; nobody has to sign in for it here', async () => {
    const [en, zh, definitions, programs] = await Promise.all([
      alarms([]),
      alarms(['list'], '', ['--lang', 'zh']),
      alarms(['definitions', '--key', 'temperature']),
      alarms(['--json']),
    ]);
    expect(en.out).toMatch(/^2 alarms, 2 to acknowledge\.\n\nCRITICAL {2}not acknowledged {2}heat\/climate-1\/temp/);
    expect(en.out).toMatch(/since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+08:00/);
    expect(en.out).toContain('→ Open the inlets (within 5 min)');
    expect(zh.out).toContain('紧急  未确认  heat/climate-1/temperature/HH  23.4 °C，限值 22 °C');
    expect(zh.out).toContain('→ 打开进风口（5 min 内）');
    expect(definitions.out.split('\n')[0]).toMatch(/^heat\/climate-1\/temperature\/HH {2}CRITICAL {2}safety {3}22 °C/);
    expect(JSON.parse(programs.out)).toMatchObject({
      isRunning: true,
      isFlooded: false,
      alarms: [{ key: highHigh }, {}],
    });
    expect((await sluice(['status', '--url', site.url])).out).toContain(`CRITICAL  ${highHigh}`);
  });

  test('are acknowledged one at a time, by a part of the key that means one alone', async () => {
    const nobody = await alarms(['acknowledge', 'temperature/H']);
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('SLUICE_TOKEN') });
    const several = await alarms(['acknowledge', 'temperature'], 'operator');
    expect(several).toMatchObject({ code: 2, out: '' });
    expect(several.err).toContain(`  ${highHigh}\n  ${high}`);
    const none = await alarms(['acknowledge', 'pressure'], 'operator', ['--lang', 'zh']);
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('本站没有键中含 `pressure` 的报警') });
    expect([await stateOf(high), await stateOf(highHigh)]).toEqual(['unacknowledged', 'unacknowledged']);

    const done = await alarms(['acknowledge', 'temperature/H', '--comment', '已到现场'], 'operator');
    expect(done).toMatchObject({ code: 0, out: `${high}: acknowledged.\n` });
    const again = await alarms(['acknowledge', high], 'operator', ['--lang', 'zh']);
    expect(again).toMatchObject({ code: 1, err: '已经确认过，或处于正常状态\n' });
    expect((await alarms([])).out).toContain('acknowledged by operator-1: 已到现场');
  });

  test('are shelved for a time, and taken off again', async () => {
    const wrong = await alarms(['shelve', high, '--for', 'soon', '--reason', 'r'], 'operator');
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('`soon` is no duration') });
    expect(await alarms(['shelve', high, '--for', '1h'], 'operator')).toMatchObject({ code: 2 });
    const tooLong = await alarms(['shelve', high, '--for', '2d', '--reason', 'r'], 'operator');
    expect(tooLong).toMatchObject({ code: 1, err: expect.stringContaining('8 h at most') });
    await alarms(['shelve', high, '--for', '30min', '--reason', 'new sensor'], 'operator');
    const list = (await alarms([])).out.replaceAll(/\s+/g, ' ');
    expect(list).toContain(`Put aside: ${high} shelved the condition stands by operator-1: new sensor`);
    expect(list).toMatch(/(30|29\.\d) min left/);
    const done = await alarms(['unshelve', high], 'operator');
    expect(done.out).toBe(`${high}: not acknowledged.\n`);
  });

  test('of a class that wants two people wait for the second one, who is not the first', async () => {
    const asked = await alarms(['shelve', highHigh, '--for', '30min', '--reason', 'new sensor'], 'operator');
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining('A second person has to agree') });
    const id = /agree (\w{8})/.exec(asked.out)?.[1] as string;
    expect(await stateOf(highHigh)).toBe('unacknowledged');
    const waiting = await alarms(['requests'], '', ['--lang', 'zh']);
    expect(waiting.out).toContain(`${highHigh}：搁置 30 min（new sensor），由 operator-1 提出`);
    const own = await alarms(['agree', id], 'operator');
    expect(own).toMatchObject({ code: 1, err: 'you asked for it yourself: a second person has to agree\n' });
    expect(await stateOf(highHigh)).toBe('unacknowledged');
    expect(await alarms(['agree', id], 'engineer')).toMatchObject({ code: 0, out: `${highHigh}: shelved.\n` });
    expect((await alarms([])).out.replaceAll(/\s+/g, ' ')).toContain('by operator-1 + engineer-1: new sensor');
    expect(await alarms(['agree', id], 'engineer')).toMatchObject({ code: 1 });
    expect((await alarms(['requests'])).out).toBe('Nothing waits for a second person.\n');
    await alarms(['unshelve', highHigh], 'operator');
  });

  test('are taken out of service by whom the class names', async () => {
    const refused = await alarms(['remove-from-service', high, '--reason', 'with the maker'], 'operator');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('need the role engineer') });
    const removed = await alarms(['remove-from-service', high, '--reason', 'with the maker'], 'engineer', ['--json']);
    expect(JSON.parse(removed.out)).toEqual({ outcome: 'done', key: high, state: 'out-of-service' });
    expect(await alarms(['return-to-service', high], 'operator')).toMatchObject({ code: 1 });
    expect(await alarms(['return-to-service', high], 'engineer')).toMatchObject({ code: 0 });
  });

  test('are followed through a restart of the gateway, and what happened meanwhile is not left out', async () => {
    const watching = new Running(['alarms', 'watch', '--url', site.url, '--json']);
    await watching.says(/"snapshot"/);
    await alarms(['acknowledge', high, '--comment', 'first'], 'operator');
    await watching.says(/"comment":"first"/);
    await gateway.stop();
    const kept = await sluice(['alarms', '--site', site.file]);
    expect(kept.out).toContain('The gateway is stopped; this is what its journal says.');
    expect(kept.out).toContain(`LOW  acknowledged  ${high}`);
    const inFolder = await sluice(['alarms', '--folder', site.journal, '--json']);
    expect(JSON.parse(inFolder.out)).toMatchObject({ isRunning: false, alarms: [{ key: highHigh }, { key: high }] });
    gateway = await run(site);
    await alarms(['acknowledge', highHigh, '--comment', 'second'], 'operator');
    await watching.says(/"comment":"second"/);
    const { code, out, err } = await watching.stop('SIGINT');
    expect(code).toBe(0);
    expect(err).toContain('The connection is lost; trying again …\nConnected again');
    const told = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Omit<EventMessage, 'data'> & { data: { state?: string } });
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
    expect(told.filter(({ event }) => event === 'snapshot' || event === 'gap')).toHaveLength(1);
    // The last words of the old run are there, too.
    expect(told.find(({ event, data }) => event === 'transition' && data.state === 'stopped')).toBeDefined();
  });
});
