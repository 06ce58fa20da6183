import { createInterface } from 'node:readline';
import { OpcuaSimulator } from '../../firmware-sim/opcua/index.js';
import { loadItem } from './opcua-load-names.js';

/**
 * A server whose doubles all change once a second: `opcua-load-plant FOLDER COUNT`. Says its address; `go` begins, `stop`
 * ends it, and each `turns` is answered by how many changes there were. A value is the number of its turn.
 */
const [folder = '', count = '0'] = process.argv.slice(2);
const names = Array.from({ length: Number(count) }, (_, n) => loadItem(n));
const simulator = new OpcuaSimulator({
  folder,
  variables: names.map((name) => ({ name, dataType: 'Double', initial: 0 })),
});
await simulator.start();
let turns = 0;
let lateMs = 0;
let timer: NodeJS.Timeout | undefined;
const periodMs = 1000;

function turn(dueMs: number): void {
  lateMs = Math.max(lateMs, performance.now() - dueMs);
  turns += 1;
  const at = Date.now();
  for (const name of names) simulator.set(name, turns, { at });
  const nextMs = dueMs + periodMs;
  timer = setTimeout(() => turn(nextMs), nextMs - performance.now());
}

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'go') turn(performance.now());
  else if (line === 'stop') clearTimeout(timer);
  process.stdout.write(`${JSON.stringify({ turns, lateMs: Math.round(lateMs) })}\n`);
});
process.once('SIGTERM', () => void simulator.stop().then(() => process.exit(0)));
process.stdout.write(`${simulator.address}\n`);
