import { type ChaosEvent, chaosEvents, outage, sleep } from './opcua-chaos-events.js';
import { ChaosScene } from './opcua-chaos-scene.js';
import { type Finding, finding, type Proof, randomFrom } from './proof.js';

const small = { events: 12, pace: { downMaxMs: 1500, frozenMs: [2000, 5000], cutMs: [1000, 5000] } } as const;
const full = { events: 50, pace: { downMaxMs: 10_000, frozenMs: [5000, 30_000], cutMs: [5000, 60_000] } } as const;
const longCutMs = 600_000;
/** The host pauses up to 30 s between attempts; an attempt may end by the driver's time-out. */
const backWithinMs = 90_000;
const filledWithinMs = 90_000;
const pauseMaxMs = 2000;

/** Resolves to how long it took until it held; undefined when it did not. */
async function within(ms: number, holds: () => boolean): Promise<number | undefined> {
  const began = performance.now();
  while (!holds()) {
    if (performance.now() - began > ms) return undefined;
    await sleep(20);
  }
  return performance.now() - began;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** Lets events happen one after the other; resolves to how long each return took, undefined where there was none. */
async function ride(
  scene: ChaosScene,
  events: readonly ChaosEvent[],
  random: () => number,
  say: (line: string) => void,
): Promise<(number | undefined)[]> {
  const returns: (number | undefined)[] = [];
  for (const [n, event] of events.entries()) {
    await sleep(pauseMaxMs * random());
    await event.happen(scene);
    const endedAt = Date.now();
    const backMs = await within(backWithinMs, () => scene.judge.newestLive > endedAt);
    returns.push(backMs);
    const { sessions } = scene.most;
    const { doubled, wrong } = scene.judge.counts;
    say(
      `  ${n + 1}/${events.length} ${event.what}: ${backMs === undefined ? 'NOT BACK' : `back after ${seconds(backMs)} s`}; sessions at most ${sessions}, doubled ${doubled}, wrong ${wrong}`,
    );
  }
  return returns;
}

/** Line 3 of the fourth issue: whatever happens to an OPC UA server, its values come back, all of them, each once. */
export const opcuaChaos: Proof = {
  summary:
    'OPC UA: restarts, reorders, certificates, frozen publishing, cuts; back alone, one session, no gap, no double',
  async run({ isFull, seed, folder, say }): Promise<readonly Finding[]> {
    const { events: count, pace } = isFull ? full : small;
    const random = randomFrom(seed);
    const events = chaosEvents(count, pace, random);
    if (isFull) events.splice(Math.floor(count / 2), 0, outage('cut', longCutMs));
    const scene = await ChaosScene.start(folder);
    try {
      while ((await scene.trustRejected()) === 0) await sleep(100);
      const firstMs = await within(backWithinMs, () => scene.judge.counts.complete > 0);
      if (firstMs === undefined) throw new Error('no value came before anything had happened');
      scene.move();
      const returns = await ride(scene, events, random, say);
      scene.still();
      const filledMs = await within(filledWithinMs, () => scene.judge.missing === 0);
      const { judge, most, looks } = scene;
      const { had, live, late, standing, doubled, wrong } = judge.counts;
      const back = returns.filter((ms) => ms !== undefined);
      say(`  counted by the driver: ${JSON.stringify(scene.counters())}`);
      say(`  told live ${live}, late ${late}, as standing unchanged ${standing}`);
      if (filledMs === undefined) say(`  not filled; the oldest missing: ${judge.oldestMissing()}`);
      return [
        finding('events', events.length, String(count + (isFull ? 1 : 0)), true),
        finding('back alone', `${back.length} of ${returns.length}`, 'all', back.length === returns.length),
        finding('longest way back', `${seconds(Math.max(0, ...back))} s`, 'any', true),
        finding(`sessions open on the server, at most, of ${looks} looks`, most.sessions, '≤ 1', most.sessions <= 1),
        finding('connections open on the server, at most', most.connections, 'any', true),
        finding('values the server had', had, 'many', had > 0),
        finding('of them told by history', late, '> 0', late > 0),
        finding('missing', judge.missing, '0', judge.missing === 0),
        finding('doubled', doubled, '0', doubled === 0),
        finding('wrong', wrong, '0', wrong === 0),
      ];
    } finally {
      await scene.strike();
    }
  },
};
