import {
  decodingsOf,
  type LinkFraming,
  type OpenLine,
  parseShown,
  rankDecodings,
  type RankedDecoding,
  RawReader,
  readWindow,
  type RegisterWindow,
  type ShownReading,
} from '../../../../drivers/modbus/index.js';
import type { DirectAddress, SerialSettings } from '../../../../drivers/streams/index.js';
import { type Clock, NotConnected } from '../../../contract/index.js';
import { type Cli, sayJson } from '../../cli.js';
import { ExitCode, Failure } from '../../failure.js';
import { kitMessages } from '../kit-messages.js';
import { lineFailure } from '../line-failure.js';
import { needQuietLine } from '../quiet-line.js';
import { rankedText, tagLine, wideText, windowText } from './probe-text.js';
import type { AskedRegister } from './register-argument.js';

export interface ProbeRequest {
  readonly address: DirectAddress;
  readonly framing: LinkFraming;
  readonly serial: SerialSettings;
  readonly timeoutMs: number;
  readonly listenMs: number;
  readonly talksAnyway: boolean;
  readonly unit: number;
  readonly asked: AskedRegister;
  readonly count: number;
  /** What the display shows, as it was typed. */
  readonly shows: string | undefined;
  readonly isJson: boolean;
  readonly clock: Clock;
  readonly open?: OpenLine;
}

/** Registers read on each side: papers count from 0, from 1, or skip some. */
const before = 4;
const after = 8;
const registersMax = 0x1_0000;

/** Reads registers in both tables and says everything they can mean. */
export async function runProbe(cli: Cli, request: ProbeRequest, signal: AbortSignal): Promise<ExitCode> {
  const { probe: m } = kitMessages(cli.language);
  const { unit, asked, count, shows, isJson } = request;
  const shown = shows === undefined ? undefined : parseShown(shows);
  if (shows !== undefined && !shown) throw new Failure(m.badShown({ value: shows }), 'wrong');
  const windows = await readQuietly(cli, request, signal);
  if (windows.length === 0) throw new Failure(m.nothing({ unit }));
  const ranked = shown ? rankDecodings(windows, shown, asked) : [];
  if (isJson) {
    sayJson(cli, jsonOf(windows, asked, count, shown, ranked));
    return ExitCode.fine;
  }
  const [best] = ranked;
  const parts = windows.flatMap((window) => [
    windowText(cli, window, asked.register),
    ...wideFrom(window, request, best).map((register) => wideText(cli, window, register)),
  ]);
  if (shows !== undefined) parts.push(rankedText(cli, ranked, shows));
  cli.say(parts.join('\n\n'));
  return ExitCode.fine;
}

/** Registers of a window whose meanings together with the next ones are shown: the one found, or those asked about. */
function wideFrom(
  { table }: RegisterWindow,
  { asked, count }: ProbeRequest,
  best: RankedDecoding | undefined,
): number[] {
  if (best) return best.table === table ? [best.register] : [];
  return Array.from({ length: count }, (_, n) => asked.register + n);
}

/** Listens first where somebody else may be master. */
async function readQuietly(cli: Cli, request: ProbeRequest, signal: AbortSignal): Promise<RegisterWindow[]> {
  try {
    if (!request.talksAnyway && request.framing !== 'tcp') await needQuietLine(cli, request, signal);
    return await readBoth(request, signal);
  } catch (error) {
    throw error instanceof NotConnected ? await lineFailure(cli, request, error) : error;
  }
}

/** The table asked for first; what a device has in the other is shown as well. */
async function readBoth(request: ProbeRequest, signal: AbortSignal): Promise<RegisterWindow[]> {
  const { asked, count, unit } = request;
  const start = Math.max(0, asked.register - before);
  const length = Math.min(registersMax, asked.register + count + after) - start;
  const reader = await RawReader.open(request, signal);
  try {
    const windows: RegisterWindow[] = [];
    for (const table of asked.table === 'input' ? (['input', 'holding'] as const) : (['holding', 'input'] as const)) {
      const window = await readWindow(table, start, length, async (from, registers) => {
        signal.throwIfAborted();
        return reader.read(unit, table, from, registers, signal);
      });
      if (window) windows.push(window);
    }
    return windows;
  } finally {
    await reader.close();
  }
}

/** For programs: registers as read, and every decoding of those asked about, or the ranked ones. */
const jsonOf = (
  windows: readonly RegisterWindow[],
  { register }: AskedRegister,
  count: number,
  shown: ShownReading | undefined,
  ranked: ReturnType<typeof rankDecodings>,
) => ({
  windows,
  decodings: windows.flatMap(decodingsOf).filter((one) => one.register >= register && one.register < register + count),
  ...(shown && { ranked: ranked.map((one) => ({ ...one, tag: tagLine(one) })) }),
});
