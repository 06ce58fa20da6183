import type { World } from './clock-world.js';

const hourMs = 3_600_000;

/** Where the machine's clock stands at a boot: right, in 1970 for want of a battery, or going on where it was. */
export type BootClock = 'right' | '1970' | 'as-it-was';

/** What happens to a box. */
export type Act =
  | { readonly kind: 'pass'; readonly ms: number }
  /** The clock moves though the time has not. */
  | { readonly kind: 'step'; readonly ms: number }
  | { readonly kind: 'set-right' }
  | { readonly kind: 'fall-to-1970' }
  | { readonly kind: 'sinks'; readonly areUp: boolean }
  | { readonly kind: 'restart' | 'kill'; readonly offMs: number; readonly clock: BootClock };

async function reboot(world: World, act: Extract<Act, { offMs: number }>): Promise<void> {
  if (act.kind === 'kill') await world.kill();
  else await world.stop();
  const before = world.utc;
  world.off(act.offMs);
  const utc = { right: world.truth, '1970': 0, 'as-it-was': before + act.offMs };
  await world.boot(utc[act.clock]);
}

/** Lets the acts happen one after the other, to a box that runs. */
export async function perform(world: World, acts: readonly Act[]): Promise<void> {
  for (const act of acts) {
    if (act.kind === 'pass') await world.pass(act.ms);
    else if (act.kind === 'step') world.setClock(world.utc + act.ms);
    else if (act.kind === 'set-right') world.setClock(world.truth);
    else if (act.kind === 'fall-to-1970') world.setClock(0);
    else if (act.kind === 'sinks') world.areSinksUp = act.areUp;
    else await reboot(world, act);
    await world.pass(1);
  }
}

/** Ends a schedule: the clock says a time that can be believed, the sinks take, and what waits goes out. */
export async function settleDown(world: World): Promise<void> {
  world.areSinksUp = true;
  const { floor } = world.gateway.timeline;
  world.setClock(Math.max(world.truth, world.utc, floor + 1000));
  await world.pass(90_000);
}

/** Acts drawn at random; an honest schedule has no clock that says another time than the true one or 1970. */
export function randomActs(random: () => number, isHonest: boolean): Act[] {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const reboot = (kind: 'restart' | 'kill'): Act => {
    const clock = pick<BootClock>(isHonest ? ['right', '1970'] : ['right', '1970', 'as-it-was']);
    return { kind, offMs: Math.floor(random() * 2 * hourMs), clock };
  };
  const draws: readonly (() => Act)[] = [
    () => ({ kind: 'pass', ms: Math.floor(random() * 20_000) }),
    () => ({ kind: 'pass', ms: Math.floor(random() * 2000) }),
    () => (isHonest ? { kind: 'set-right' } : { kind: 'step', ms: pick([-hourMs, hourMs]) }),
    () => ({ kind: 'set-right' }),
    () => ({ kind: 'fall-to-1970' }),
    () => ({ kind: 'sinks', areUp: random() < 0.5 }),
    () => reboot('restart'),
    () => reboot('kill'),
  ];
  return Array.from({ length: 6 + Math.floor(random() * 14) }, () => pick(draws)());
}
