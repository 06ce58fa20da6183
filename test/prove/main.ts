import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fitHeap } from '../../gateway/cli/fit-heap.js';
import type { Finding, Proof } from './proof.js';

// A gateway that is judged within this process has the heap it has in its own.
fitHeap();

/** Each acceptance line by name; loaded when asked for. */
const proofs: Readonly<Record<string, () => Promise<Proof>>> = {
  power: async () => (await import('./power.js')).power,
  kill: async () => (await import('./kill.js')).kill,
  damage: async () => (await import('./damage.js')).damage,
  backlog: async () => (await import('./backlog.js')).backlog,
  clock: async () => (await import('./clock.js')).clock,
  epochs: async () => (await import('./epochs.js')).epochs,
  stall: async () => (await import('./stall.js')).stall,
  'line-rate': async () => (await import('./line-rate.js')).lineRate,
  bus: async () => (await import('./bus.js')).bus,
  types: async () => (await import('./types.js')).types,
  'late-replies': async () => (await import('./late-replies.js')).lateReplies,
  commands: async () => (await import('./commands.js')).commands,
  arm: async () => (await import('./arm.js')).arm,
  statutory: async () => (await import('./statutory.js')).statutory,
  soak: async () => (await import('./soak.js')).soak,
  'rule-load': async () => (await import('./rule-load.js')).ruleLoad,
  'alarm-kill': async () => (await import('./alarm-kill.js')).alarmKill,
  'replay-day': async () => (await import('./replay-day.js')).replayDay,
  'gas-cloud': async () => (await import('./gas-cloud.js')).gasCloud,
  methane: async () => (await import('./methane.js')).methaneFace,
  'alarm-model': async () => (await import('./alarm-model.js')).alarmModel,
  'link-loss': async () => (await import('./link-loss.js')).linkLoss,
  frames: async () => (await import('./frames.js')).frames,
  'framer-fuzz': async () => (await import('./framer-fuzz.js')).framerFuzz,
  'mqtt-peers': async () => (await import('./mqtt-peers.js')).mqttPeers,
  scan: async () => (await import('./scan.js')).scan,
  probe: async () => (await import('./probe.js')).probe,
  doctor: async () => (await import('./doctor.js')).doctor,
  'unknown-box': async () => (await import('./unknown-box.js')).unknownBox,
  'opcua-peers': async () => (await import('./opcua-peers.js')).opcuaPeers,
  'opcua-chaos': async () => (await import('./opcua-chaos.js')).opcuaChaos,
  'opcua-load': async () => (await import('./opcua-load.js')).opcuaLoad,
  'arm-opcua': async () => (await import('./arm-opcua.js')).armOpcua,
  'listen-link': async () => (await import('./listen-link.js')).listenLink,
  dtus: async () => (await import('./dtus.js')).dtus,
  'site-files': async () => (await import('./site-files.js')).siteFiles,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function table(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings
    .map(
      ({ what, figure, wanted, holds }) =>
        `${holds ? 'holds ' : 'SHORT '} ${what.padEnd(width)}  ${figure}  (wanted: ${wanted})`,
    )
    .join('\n');
}

async function prove(name: string): Promise<boolean> {
  const load = proofs[name];
  if (!load) {
    console.error(`No proof is called ${name}. There are: ${Object.keys(proofs).join(', ')}`);
    return false;
  }
  const proof = await load();
  const folder = await mkdtemp(join(tmpdir(), `sluice-prove-${name}-`));
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
  console.log(
    `${name}: ${proof.summary} (${values.full ? 'full size' : 'small run; --full for the whole'}, seed ${seed})`,
  );
  const started = performance.now();
  const findings = await proof.run({ isFull: values.full, seed, folder, say: (line) => console.log(line) });
  console.log(`${table(findings)}\n${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const holds = findings.every((finding) => finding.holds);
  if (holds) await rm(folder, { recursive: true, force: true });
  else console.log(`${name}: what it left is in ${folder}`);
  return holds;
}

if (values.help || positionals.length === 0) {
  console.log(`npm run prove -- NAME [NAME …] [--full] [--seed N]\n\nProofs: ${Object.keys(proofs).join(', ')}`);
} else {
  let all = true;
  for (const name of positionals) all = (await prove(name)) && all;
  process.exitCode = all ? 0 : 1;
}
