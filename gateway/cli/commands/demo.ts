import type { Cli } from '../cli.js';
import { demoSite } from '../demo/demo-site.js';
import { demoText, tryText } from '../demo/demo-text.js';
import { firstReadings } from '../demo/first-readings.js';
import { type RunningDemo, startDemo } from '../demo/start-demo.js';
import { span } from '../numbers.js';
import { portOption } from '../options.js';
import { stoppedText } from '../run/run-text.js';
import { startFault } from '../run/start-fault.js';
import { OrderlyStop } from '../run/stop-orderly.js';
import { requireSite } from '../site-file.js';
import { SluiceCommand } from '../sluice-command.js';
import { wrapText } from '../text-width.js';
import { version } from '../version.js';

interface DemoOptions {
  readonly port: number;
  readonly folder: string;
}

/** Tells the first readings, and then what to try; ends early when everything is stopped meanwhile. */
async function guide(cli: Cli, demo: RunningDemo, file: string, startedAt: number, signal: AbortSignal): Promise<void> {
  const { m, columns } = cli;
  const readings = await firstReadings(demo.site.gateway, signal);
  if (signal.aborted) return;
  const took = span(performance.now() - startedAt);
  cli.say(
    wrapText(readings.length > 0 ? m.demo.first({ span: took, readings }) : m.demo.noFirst({ span: took }), columns),
  );
  cli.say(`\n${tryText(cli, demo, file, 'npx sluice')}`);
}

async function demo(cli: Cli, { port, folder }: DemoOptions): Promise<void> {
  const { m } = cli;
  const startedAt = performance.now();
  cli.say(m.demo.starting());
  const { file, ports } = await demoSite(port, folder);
  const config = await requireSite(cli, file);
  const end = new OrderlyStop(cli);
  const running = await startDemo(cli, config, ports, folder, version()).catch(async (error: unknown) => {
    end.release();
    throw await startFault(cli, error, config.journal.folder, m.demo.portHint());
  });
  cli.say(demoText(cli, running, folder));
  const stopping = new AbortController();
  const { plant } = running;
  void plant.gone.then(() => (stopping.signal.aborted ? undefined : cli.tell(m.demo.plantGone())));
  const guided = guide(cli, running, file, startedAt, stopping.signal);
  await end.wait(config.journal.commitEveryMs, async (signal) => {
    stopping.abort();
    await guided;
    await running.stop(signal);
  });
  cli.say(wrapText(stoppedText(cli, running.site), cli.columns));
}

/** `sluice demo`: what `npm start` runs. */
export function demoCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'demo').examples(
    'sluice demo',
    'sluice demo --port 8090 --folder ./demo-data',
  );
  command
    .summary(cli.m.demo.summary())
    .description(cli.m.demo.summary())
    .option('--port <port>', cli.m.demo.port(), portOption(cli), 8080)
    .option('--folder <folder>', cli.m.demo.folder(), './data')
    .action((options: DemoOptions) => demo(cli, options));
  return command;
}
