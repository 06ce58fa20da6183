import type { Cli } from '../cli.js';
import { type TargetOptions, targetOf, withTarget } from '../options.js';
import { SluiceCommand } from '../sluice-command.js';

async function forget(cli: Cli, name: string, target: TargetOptions): Promise<void> {
  const { client } = await targetOf(cli, target);
  await client.post(`/api/sinks/${encodeURIComponent(name)}/forget`);
  cli.say(cli.m.sink.forgotten({ sink: name }));
}

/** `sluice sink forget NAME`. */
export function sinkCommand(cli: Cli): SluiceCommand {
  const { m } = cli;
  const command = new SluiceCommand(cli, 'sink').examples('sluice sink forget old-influx');
  command.summary(m.sink.summary()).description(m.sink.summary());
  const forgetCommand = command.command('forget') as SluiceCommand;
  withTarget(cli, forgetCommand.examples('sluice sink forget old-influx'))
    .summary(m.sink.forgetSummary())
    .description(m.sink.forgetSummary())
    .argument('<name>')
    .action((name: string, options: TargetOptions) => forget(cli, name, options));
  return command;
}
