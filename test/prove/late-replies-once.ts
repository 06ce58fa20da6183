import type { WireEvent } from '../../firmware-sim/index.js';
import type { Fault } from '../../gateway/contract/index.js';
import { judge, type Verdict } from './late-replies-judge.js';
import { exchangesOf, type LineSpec, simulatorOf } from './late-replies-line.js';
import type { Poll, StartMaster } from './late-replies-master.js';

const lateByMs = 80;
const rounds = 20;

/**
 * Unit 1 answers its first request late, unit 2 is dead; both are polled in turn. On many masters each value of unit 1 is
 * from then on that of its poll before. `far` is the simulator's end of a pseudo serial line, `near` the master's.
 */
export async function lateOnce(start: StartMaster, near: string, far: string): Promise<Verdict> {
  const block = { firstTag: 0, tags: 2 };
  const dead: Fault = { kind: 'dead', unit: 2 };
  const spec: LineSpec = {
    name: 'late-once',
    transport: { kind: 'rtu', path: far },
    slave: 'queueing',
    units: [1, 2],
    blocks: [block],
    faults: [{ kind: 'late', share: 1, fromMs: lateByMs, toMs: lateByMs }, dead],
    seed: 1,
  };
  const events: WireEvent[] = [];
  const simulator = simulatorOf(spec, (event) => void events.push(event));
  await simulator.start();
  const master = await start(spec, `serial:${near}`);
  const polls: Poll[] = [];
  try {
    polls.push(await master.poll(1, block));
    simulator.heal();
    simulator.inject(dead);
    for (let round = 0; round < rounds; round += 1) {
      for (const unit of [2, 1]) polls.push(await master.poll(unit, block));
    }
  } finally {
    await master.close();
    await simulator.stop();
  }
  return judge(polls, exchangesOf(events));
}
