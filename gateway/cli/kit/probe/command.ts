import type { Cli } from '../../cli.js';
import { Failure } from '../../failure.js';
import { SluiceCommand } from '../../sluice-command.js';
import { interruptible } from '../interruptible.js';
import { kitMessages } from '../kit-messages.js';
import { framingOf, type LineOptions, numberList, serialOf, timeoutOf, withLine } from '../line-options.js';

interface ProbeOptions extends LineOptions {
  readonly unit: number;
  readonly register: string;
  readonly count: number;
  readonly shows?: string;
  readonly json?: true;
}

const countMax = 32;

async function probe(cli: Cli, written: string, options: ProbeOptions): Promise<void> {
  const { probe: m } = kitMessages(cli.language);
  const { systemClock } = await import('../../../runtime/index.js');
  const { linkAddress } = await import('../link-address.js');
  const { listenFirstMs } = await import('../quiet-line.js');
  const { parseRegister } = await import('./register-argument.js');
  const { runProbe } = await import('./run-probe.js');
  const address = linkAddress(cli, written);
  const asked = parseRegister(options.register);
  if (!asked) throw new Failure(m.badRegister({ value: options.register }), 'wrong');
  const request = {
    address,
    framing: framingOf(options, address),
    serial: serialOf(options),
    timeoutMs: timeoutOf(options, address),
    listenMs: listenFirstMs,
    talksAnyway: options.talkAnyway ?? false,
    unit: options.unit,
    asked,
    count: options.count,
    shows: options.shows,
    isJson: options.json ?? false,
    clock: systemClock,
  };
  process.exitCode = await interruptible((signal) => runProbe(cli, request, signal));
}

/** `sluice probe ADDRESS`. */
export function probeCommand(cli: Cli): SluiceCommand {
  const { line, probe: m } = kitMessages(cli.language);
  const command = new SluiceCommand(cli, 'probe').examples(
    'sluice probe /dev/ttyUSB0 --unit 1 --register 40001 --shows 23.5',
    'sluice probe tcp://192.168.1.10:502 --unit 1 --register h0 --count 4',
  );
  const one = (low: number, high: number) => (text: string) => numberList(cli, text, low, high)[0];
  command
    .summary(m.summary())
    .description(m.summary())
    .argument('<address>', line.address())
    .requiredOption('--unit <id>', m.unit(), one(0, 255))
    .requiredOption('--register <register>', m.register())
    .option('--count <registers>', m.count(), one(1, countMax), 1)
    .option('--shows <reading>', m.shows());
  withLine(cli, command)
    .option('--json', cli.m.help.json())
    .action((address: string, options: ProbeOptions) => probe(cli, address, options));
  return command;
}
