import type { Cli } from '../cli.js';
import { SluiceCommand } from '../sluice-command.js';
import { wrapText } from '../text-width.js';

interface SimulateOptions {
  readonly spec?: string;
  readonly log?: string;
  readonly untilStdinEnds?: true;
}

async function simulate(cli: Cli, { spec, log, untilStdinEnds }: SimulateOptions): Promise<void> {
  const { runPlantProcess } = await import('../../../firmware-sim/index.js');
  if (cli.isWatched) {
    const order = '{"inject":{"kind":"dead","unit":1}}';
    cli.tell(wrapText(cli.m.simulate.hint({ order }), cli.columns));
  }
  process.exitCode = await runPlantProcess([
    ...(spec === undefined ? [] : ['--spec', spec]),
    ...(log === undefined ? [] : ['--log', log]),
    ...(untilStdinEnds ? ['--until-stdin-ends'] : []),
  ]);
}

/** `sluice simulate`. */
export function simulateCommand(cli: Cli): SluiceCommand {
  const command = new SluiceCommand(cli, 'simulate').examples(
    'sluice simulate',
    'sluice simulate --spec field.yaml --log wire.jsonl',
  );
  command
    .summary(cli.m.simulate.summary())
    .description(cli.m.simulate.summary())
    .option('--spec <file>', cli.m.simulate.spec())
    .option('--log <file>', cli.m.simulate.log())
    .option('--until-stdin-ends', cli.m.simulate.untilStdinEnds())
    .action((options: SimulateOptions) => simulate(cli, options));
  return command;
}
