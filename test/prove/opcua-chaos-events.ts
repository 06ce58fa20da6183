import type { RestartOptions } from '../../firmware-sim/opcua/index.js';
import type { ChaosScene } from './opcua-chaos-scene.js';

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One thing that happens to the server or to the network before it. Resolves when nothing stands in the way any more. */
export interface ChaosEvent {
  readonly what: string;
  happen(scene: ChaosScene): Promise<void>;
}

/** How long things last, ms. */
export interface ChaosPace {
  readonly downMaxMs: number;
  readonly frozenMs: readonly [low: number, high: number];
  readonly cutMs: readonly [low: number, high: number];
}

const trustWithinMs = 120_000;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function restart(what: string, downMs: number, options: RestartOptions): ChaosEvent {
  return {
    what: `${what}, ${seconds(downMs)} down`,
    happen: async ({ simulator }) => {
      await simulator.stop();
      await sleep(downMs);
      await simulator.restart(options);
    },
  };
}

/** A certificate of another key: refused, whoever it comes from, until a person trusts it. */
const replaced: ChaosEvent = {
  what: 'certificate of a new key, trusted by hand',
  happen: async (scene) => {
    await scene.simulator.restart({ certificate: 'replace' });
    const sessionsBefore = scene.simulator.sessionsOpened;
    const end = performance.now() + trustWithinMs;
    while ((await scene.trustRejected()) === 0) {
      if (performance.now() > end) throw new Error('the new certificate was neither refused nor taken');
      await sleep(100);
    }
    if (scene.simulator.sessionsOpened !== sessionsBefore) throw new Error('a certificate nobody trusts was taken');
  },
};

/** The network is gone for so long: `hang` swallows what is said, `cut` resets and refuses. */
export function outage(how: 'cut' | 'hang', ms: number): ChaosEvent {
  return {
    what: `network ${how === 'cut' ? 'cut' : 'swallows all'} for ${seconds(ms)}`,
    happen: async ({ wire }) => {
      wire[how]();
      await sleep(ms);
      wire.heal();
    },
  };
}

function frozen(ms: number): ChaosEvent {
  return {
    what: `publishing frozen for ${seconds(ms)}`,
    happen: async ({ simulator }) => {
      simulator.inject({ kind: 'frozen-publishing' });
      await sleep(ms);
      simulator.heal();
    },
  };
}

type Roll = (low: number, high: number) => number;

/** In these shares, of twelve; a longer row goes on from the start. */
const row: readonly ((pace: ChaosPace, roll: Roll) => ChaosEvent)[] = [
  ({ downMaxMs }, roll) => restart('restart', roll(0, downMaxMs), {}),
  ({ downMaxMs }, roll) => restart('namespaces the other way round', roll(0, downMaxMs), { reorder: true }),
  ({ cutMs }, roll) => outage('cut', roll(...cutMs)),
  ({ frozenMs }, roll) => frozen(roll(...frozenMs)),
  ({ downMaxMs }, roll) => restart('certificate renewed', roll(0, downMaxMs), { certificate: 'renew' }),
  ({ downMaxMs }, roll) => restart('restart', roll(0, downMaxMs), {}),
  ({ cutMs }, roll) => outage('hang', roll(...cutMs)),
  () => replaced,
  ({ downMaxMs }, roll) => restart('restart', roll(0, downMaxMs), {}),
  ({ downMaxMs }, roll) => restart('namespaces the other way round', roll(0, downMaxMs), { reorder: true }),
  ({ downMaxMs }, roll) =>
    restart('renewed and the other way round', roll(0, downMaxMs), { reorder: true, certificate: 'renew' }),
  ({ frozenMs }, roll) => frozen(roll(...frozenMs)),
];

/** So many events of every kind, in an order and of lengths that the seed gives. */
export function chaosEvents(count: number, pace: ChaosPace, random: () => number): ChaosEvent[] {
  const roll: Roll = (low, high) => low + (high - low) * random();
  const made = Array.from({ length: count }, (_, n) => row[n % row.length]?.(pace, roll) as ChaosEvent);
  return made
    .map((event) => ({ event, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event);
}
