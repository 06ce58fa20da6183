import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { quantile } from '../bench/quantile.js';
import { syncTimes } from '../bench/sync-time.js';
import { timerLateness } from '../bench/timer-lateness.js';
import { type Measured, type Obstacle, obstacles, type Wanted } from '../bench/verdict.js';
import { type Cli, sayJson } from '../cli.js';
import { ExitCode } from '../failure.js';
import { bytes, short, span } from '../numbers.js';
import { freeBytesFor } from '../plan/free-bytes.js';
import type { SitePlan } from '../plan/site-plan.js';
import { requireSite } from '../site-file.js';
import { SluiceCommand } from '../sluice-command.js';
import { table } from '../table.js';
import { wrapText } from '../text-width.js';

const phaseMs = 3000;

/** Sync alone, reads alone, then the timer while both work: at most some ten seconds. */
async function measure(cli: Cli, folder: string): Promise<Measured> {
  const { m } = cli;
  const { readRate } = await import('../bench/read-rate.js');
  const tell = (what: string): void => cli.tell(m.bench.measuring({ what }));
  tell(m.bench.disk());
  const syncs = await syncTimes(folder, phaseMs);
  tell(m.bench.reads());
  const readsPerSecond = await readRate(phaseMs);
  tell(m.bench.timer());
  const [lateness] = await Promise.all([timerLateness(phaseMs), syncTimes(folder, phaseMs), readRate(phaseMs)]);
  return {
    readsPerSecond,
    syncP50Ms: quantile(syncs, 0.5),
    syncP99Ms: quantile(syncs, 0.99),
    timerP99Ms: quantile(lateness, 0.99),
  };
}

function obstacleText({ m }: Cli, obstacle: Obstacle, measured: Measured, wanted: Wanted): string {
  const texts: Record<Obstacle, () => string> = {
    reads: () => m.bench.noReads({ rate: short(measured.readsPerSecond), needed: short(wanted.requestsPerSecond) }),
    sync: () => m.bench.noSync({ p99: span(measured.syncP99Ms), commit: span(wanted.commitEveryMs) }),
    timer: () => m.bench.noTimer({ p99: span(measured.timerP99Ms), every: span(wanted.fastestMs) }),
    fit: () => m.bench.noFit(),
  };
  return texts[obstacle]();
}

function resultText(cli: Cli, plan: SitePlan, measured: Measured, wanted: Wanted): string {
  const { m, columns } = cli;
  const { model = '?' } = cpus()[0] ?? {};
  const rows = [
    [
      m.bench.readsRow(),
      m.bench.readsValue({ rate: short(measured.readsPerSecond), needed: short(wanted.requestsPerSecond) }),
    ],
    [
      m.bench.syncRow(),
      m.bench.syncValue({
        p50: span(measured.syncP50Ms),
        p99: span(measured.syncP99Ms),
        commit: span(wanted.commitEveryMs),
      }),
    ],
    [m.bench.timerRow(), m.bench.timerValue({ p99: span(measured.timerP99Ms), every: span(wanted.fastestMs) })],
    [m.bench.flashRow(), m.bench.flashValue({ bytes: bytes(plan.flash.bytesPerDay) })],
  ];
  const found = obstacles(measured, wanted).map((one) => `  ${obstacleText(cli, one, measured, wanted)}`);
  return [
    wrapText(m.bench.head({ cpus: cpus().length, cpu: model.trim(), node: process.version, site: plan.site }), columns),
    table(rows),
    ...(found.length === 0 ? [m.bench.yes()] : [m.bench.no(), ...found.map((line) => wrapText(line, columns, '  '))]),
    wrapText(m.bench.caution(), columns),
  ].join('\n');
}

async function bench(cli: Cli, { box: file, json }: { box: string; json?: true }): Promise<void> {
  const site = await requireSite(cli, file);
  const { folder, commitEveryMs } = site.journal;
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const [{ registries }, { frameStreams, planSite }] = await Promise.all([
    import('../../../config/index.js'),
    import('../plan/site-plan.js'),
  ]);
  const plan = planSite(site, registries, await freeBytesFor(folder));
  const measured = await measure(cli, folder);
  const wanted: Wanted = {
    requestsPerSecond: plan.requestsPerSecond,
    commitEveryMs,
    fastestMs: Math.min(...frameStreams(site).map(({ everyMs }) => everyMs)),
    fits: plan.unfit.length === 0,
  };
  const found = obstacles(measured, wanted);
  if (json) sayJson(cli, { measured, wanted, obstacles: found, flashBytesPerDay: plan.flash.bytesPerDay });
  else cli.say(resultText(cli, plan, measured, wanted));
  if (found.length > 0) process.exitCode = ExitCode.failed;
}

/** `sluice bench --box SITE.yaml`. */
export function benchCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'bench').examples('sluice bench --box site.yaml');
  command
    .summary(cli.m.bench.summary())
    .description(cli.m.bench.summary())
    .requiredOption('--box <site.yaml>', cli.m.bench.box())
    .option('--json', cli.m.help.json())
    .action((options: { box: string; json?: true }) => bench(cli, options));
  return command;
}
