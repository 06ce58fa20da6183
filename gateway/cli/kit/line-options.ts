import type { CharacterFormat } from '../../../drivers/modbus/index.js';
import type { DirectAddress, SerialSettings } from '../../../drivers/streams/index.js';
import { parseDuration } from '../../contract/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { choiceOption } from '../options.js';
import type { SluiceCommand } from '../sluice-command.js';
import { kitMessages } from './kit-messages.js';

export const framings = ['tcp', 'rtu', 'ascii'] as const;
export const parities = ['none', 'even', 'odd'] as const;

/** How one line is set, as typed. */
export interface LineOptions {
  readonly baud?: number;
  readonly parity?: CharacterFormat['parity'];
  readonly stopBits?: 1 | 2;
  readonly framing?: (typeof framings)[number];
  readonly timeout?: number;
  readonly talkAnyway?: true;
}

const speedMin = 110;
const speedMax = 4_000_000;

/** Adds the options of commands that speak over one line. */
export function withLine(cli: Cli, command: SluiceCommand): SluiceCommand {
  const { line } = kitMessages(cli.language);
  const stopBits = (text: string): 1 | 2 => (choiceOption(cli, ['1', '2'] as const)(text) === '1' ? 1 : 2);
  return command
    .option('--baud <speed>', line.baud(), (text) => numberList(cli, text, speedMin, speedMax)[0])
    .option('--parity <parity>', line.parity(), choiceOption(cli, parities))
    .option('--stop-bits <count>', line.stopBits(), stopBits)
    .option('--framing <framing>', line.framing(), choiceOption(cli, framings))
    .option('--timeout <span>', line.timeout(), durationOption(cli))
    .option('--talk-anyway', line.talkAnyway()) as SluiceCommand;
}

export const serialOf = ({ baud = 9600, parity = 'none', stopBits = 1 }: LineOptions): SerialSettings => ({
  baud,
  parity,
  stopBits,
  dataBits: 8,
  rs485: 'none',
});

export const framingOf = ({ framing }: LineOptions, { kind }: DirectAddress): (typeof framings)[number] =>
  framing ?? (kind === 'tcp' ? 'tcp' : 'rtu');

/** Over a mobile network, or a serial server, an answer takes its time. */
export const timeoutOf = ({ timeout }: LineOptions, { kind }: DirectAddress): number =>
  timeout ?? (kind === 'tcp' ? 1000 : 500);

/** `1-247`, `1,3,7-9`: in the order written, each once; ends the command where it is no such list, or a range goes down. */
export function numberList(cli: Cli, text: string, low: number, high: number): number[] {
  const isWhole = /^\s*\d+(\s*[-–~]\s*\d+)?(\s*[,，、]\s*\d+(\s*[-–~]\s*\d+)?)*\s*$/.test(text);
  const ranges = text.split(/[,，、]/).map((part) => part.split(/[-–~]/).map(Number));
  const isWithin = ranges.flat().every((one) => one >= low && one <= high);
  const { line } = kitMessages(cli.language);
  if (!isWhole || !isWithin) throw new Failure(line.badNumbers({ value: text, low, high }), 'wrong');
  const down = ranges.find(([first = 0, last = first]) => last < first);
  if (down) throw new Failure(line.goesDown({ range: down.join('-'), right: down.toReversed().join('-') }), 'wrong');
  const numbers = ranges.flatMap(([first = 0, last = first]) =>
    Array.from({ length: last - first + 1 }, (_, n) => first + n),
  );
  return [...new Set(numbers)];
}

/** Reads a duration with its unit, to ms. */
export const durationOption =
  (cli: Cli) =>
  (text: string): number => {
    const ms = parseDuration(text);
    if (ms !== undefined) return ms;
    throw new Failure(cli.m.usage.badChoice({ value: text, choices: ['200ms', '1s'] }), 'wrong');
  };
