import { formatStreamAddress } from '../../../../drivers/streams/index.js';
import type { Cli } from '../../cli.js';
import { languageOf } from '../../language.js';
import { shellWord } from '../shell-word.js';
import { defaultTimeoutMs } from './default-timeout.js';
import type { ScanRequest } from './run-scan.js';

const list = (items: readonly (number | string)[]): string => items.join(',');

/** `1-247` where they follow one another. */
function unitList(units: readonly number[]): string {
  const [first = 0] = units;
  const isRun = units.length > 1 && units.every((unit, n) => unit === first + n);
  return isRun ? `${first}-${units.at(-1)}` : list(units);
}

/** The call that goes on where this one stopped: with everything that was asked for, and no other. */
export function resumeCommand(cli: Pick<Cli, 'language' | 'env'>, request: ScanRequest, file: string): string {
  const { address, choice, timeoutMs, stopAfter, talksAnyway, isJson } = request;
  return [
    `sluice scan ${shellWord(formatStreamAddress(address))} --resume ${shellWord(file)}`,
    `--units ${unitList(choice.units)}`,
    ...(address.kind === 'serial' ? [`--baud ${list(choice.bauds)} --parity ${list(choice.parities)}`] : []),
    ...(choice.framings.length === 1 ? [`--framing ${choice.framings[0]}`] : []),
    ...(timeoutMs === defaultTimeoutMs[address.kind] ? [] : [`--timeout ${timeoutMs}ms`]),
    ...(Number.isFinite(stopAfter) ? [`--stop-after ${stopAfter}`] : []),
    ...(talksAnyway ? ['--talk-anyway'] : []),
    ...(isJson ? ['--json'] : []),
    ...(languageOf([], cli.env) === cli.language ? [] : [`--lang ${cli.language}`]),
  ].join(' ');
}
