import { statSync } from 'node:fs';
import type { Cli } from '../../cli.js';
import { Failure } from '../../failure.js';
import { requireSite, siteFileOf } from '../../site-file.js';
import { SluiceCommand } from '../../sluice-command.js';
import { interruptible } from '../interruptible.js';
import { kitMessages } from '../kit-messages.js';
import { framingOf, type LineOptions, numberList, serialOf, timeoutOf, withLine } from '../line-options.js';
import type { Patient } from './patients.js';

interface DoctorOptions extends LineOptions {
  readonly unit: readonly number[];
  readonly register: string;
  readonly support?: string;
  readonly withValues?: true;
  readonly json?: true;
}

/** A serial port is a file as well, of another sort. */
const isOrdinaryFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** A site file's links, or the one line that was named. */
async function patientsFor(cli: Cli, subject: string | undefined, options: DoctorOptions): Promise<readonly Patient[]> {
  const isFile = subject === undefined || /\.ya?ml$/i.test(subject) || isOrdinaryFile(subject);
  if (!isFile) return [await lineOf(cli, subject, options)];
  const file = siteFileOf(cli, subject);
  if (file === undefined) throw new Failure(kitMessages(cli.language).doctor.noSubject(), 'wrong');
  const { patientsOf } = await import('./patients.js');
  return patientsOf(await requireSite(cli, file));
}

async function lineOf(cli: Cli, written: string, options: DoctorOptions): Promise<Patient> {
  const { linkAddress } = await import('../link-address.js');
  const { parseRegister } = await import('../probe/register-argument.js');
  const address = linkAddress(cli, written);
  const asked = parseRegister(options.register);
  const { doctor: m } = kitMessages(cli.language);
  if (!asked) throw new Failure(m.badRegister({ value: options.register }), 'wrong');
  const functionCode = asked.table === 'input' ? 4 : 3;
  const read = { functionCode, start: asked.register, count: 1 } as const;
  const subject = {
    address,
    framing: framingOf(options, address),
    serial: serialOf(options),
    timeoutMs: timeoutOf(options, address),
    expectsEcho: false,
    units: options.unit.map((unit) => ({ name: m.unitName({ unit }), read: { unit, ...read } })),
  };
  return { kind: 'modbus', link: written, subject };
}

async function doctor(cli: Cli, subject: string | undefined, options: DoctorOptions): Promise<void> {
  const { systemClock } = await import('../../../runtime/index.js');
  const { listenFirstMs } = await import('../quiet-line.js');
  const { runDoctor } = await import('./run-doctor.js');
  const request = {
    patients: await patientsFor(cli, subject, options),
    listenMs: listenFirstMs,
    talksAnyway: options.talkAnyway ?? false,
    support: options.support,
    withValues: options.withValues ?? false,
    isJson: options.json ?? false,
    clock: systemClock,
  };
  process.exitCode = await interruptible((signal) => runDoctor(cli, request, signal));
}

/** `sluice doctor [SITE.yaml|ADDRESS]`. */
export function doctorCommand(cli: Cli): SluiceCommand {
  const { doctor: m } = kitMessages(cli.language);
  const command = new SluiceCommand(cli, 'doctor').examples(
    'sluice doctor site.yaml --support seen.json',
    'sluice doctor /dev/ttyUSB0 --unit 1',
  );
  command
    .summary(m.summary())
    .description(m.summary())
    .argument('[subject]', m.subject())
    .option('--unit <list>', m.unit(), (text) => numberList(cli, text, 0, 255), [1])
    .option('--register <register>', m.register(), 'h0');
  withLine(cli, command)
    .option('--support <file>', m.support())
    .option('--with-values', m.withValues())
    .option('--json', cli.m.help.json())
    .action((subject: string | undefined, options: DoctorOptions) => doctor(cli, subject, options));
  return command;
}
