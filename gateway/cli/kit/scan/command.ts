import type { Cli } from '../../cli.js';
import { Failure } from '../../failure.js';
import { choiceOption } from '../../options.js';
import { SluiceCommand } from '../../sluice-command.js';
import { interruptible } from '../interruptible.js';
import { kitMessages } from '../kit-messages.js';
import { durationOption, framings, numberList, parities } from '../line-options.js';

interface ScanOptions {
  readonly units: readonly number[];
  readonly baud?: readonly number[];
  readonly parity: readonly (typeof parities)[number][];
  readonly framing?: (typeof framings)[number];
  readonly timeout?: number;
  readonly resume?: string;
  readonly stopAfter?: number;
  readonly talkAnyway?: true;
  readonly json?: true;
}

async function scanLine(cli: Cli, written: string, options: ScanOptions): Promise<void> {
  const modbus = await import('../../../../drivers/modbus/index.js');
  const { formatStreamAddress } = await import('../../../../drivers/streams/index.js');
  const { systemClock } = await import('../../../runtime/index.js');
  const { linkAddress } = await import('../link-address.js');
  const { listenFirstMs } = await import('../quiet-line.js');
  const { knownProfiles } = await import('./known-profiles.js');
  const { defaultTimeoutMs } = await import('./default-timeout.js');
  const { runScan } = await import('./run-scan.js');
  const address = linkAddress(cli, written);
  const bothFramings = address.kind === 'tcp' ? (['tcp', 'rtu'] as const) : (['rtu'] as const);
  const choice = {
    address: formatStreamAddress(address),
    units: options.units,
    bauds: options.baud ?? modbus.scanBauds,
    parities: options.parity,
    framings: options.framing ? [options.framing] : bothFramings,
  };
  const request = {
    address,
    choice,
    timeoutMs: options.timeout ?? defaultTimeoutMs[address.kind],
    stopAfter: options.stopAfter ?? Number.POSITIVE_INFINITY,
    resume: options.resume,
    listenMs: listenFirstMs,
    talksAnyway: options.talkAnyway ?? false,
    isJson: options.json ?? false,
    profiles: await knownProfiles(),
    clock: systemClock,
  };
  process.exitCode = await interruptible((signal) => runScan(cli, request, signal));
}

const allUnits = Array.from({ length: 247 }, (_, n) => n + 1);

function parityList(cli: Cli, text: string): (typeof parities)[number][] {
  return text.split(/[,，、]/).map((one) => choiceOption(cli, parities)(one.trim()));
}

function countOption(cli: Cli, text: string): number {
  const [count = 1, ...more] = numberList(cli, text, 1, 247);
  if (more.length === 0) return count;
  throw new Failure(cli.m.usage.badChoice({ value: text, choices: ['1', '5'] }), 'wrong');
}

/** `sluice scan ADDRESS`. */
export function scanCommand(cli: Cli): SluiceCommand {
  const { line, scan: m } = kitMessages(cli.language);
  const command = new SluiceCommand(cli, 'scan').examples(
    'sluice scan /dev/ttyUSB0',
    'sluice scan /dev/ttyUSB0 --units 1-32 --baud 9600,4800 --stop-after 1',
    'sluice scan tcp://192.168.1.10:502 --resume scan.json',
  );
  command
    .summary(m.summary())
    .description(m.summary())
    .argument('<address>', line.address())
    .option('--units <list>', m.units(), (text) => numberList(cli, text, 0, 255), allUnits)
    .option('--baud <list>', m.bauds(), (text) => numberList(cli, text, 110, 4_000_000))
    .option('--parity <list>', m.parities(), (text) => parityList(cli, text), [...parities])
    .option('--framing <framing>', line.framing(), choiceOption(cli, framings))
    .option('--timeout <span>', line.timeout(), durationOption(cli))
    .option('--resume <file>', m.resume())
    .option('--stop-after <count>', m.stopAfter(), (text) => countOption(cli, text))
    .option('--talk-anyway', line.talkAnyway())
    .option('--json', cli.m.help.json())
    .action((address: string, options: ScanOptions) => scanLine(cli, address, options));
  return command;
}
