import { bytesOf, type OpenLine, RawLine } from '../../../drivers/modbus/index.js';
import type { DirectAddress, SerialSettings } from '../../../drivers/streams/index.js';
import type { Clock } from '../../contract/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { span } from '../numbers.js';
import { kitMessages } from './kit-messages.js';

/** A master that polls less often than this is not noticed. */
export const listenFirstMs = 5000;

export interface QuietLineOptions {
  readonly address: DirectAddress;
  readonly serial: SerialSettings;
  readonly clock: Clock;
  readonly open?: OpenLine;
  readonly listenMs: number;
}

/** Listens, and ends the command when somebody speaks on the line: a second master would destroy what the first does. */
export async function needQuietLine(cli: Cli, options: QuietLineOptions, signal: AbortSignal): Promise<void> {
  const { line: m } = kitMessages(cli.language);
  const { listenMs } = options;
  cli.tell(m.listening({ span: span(listenMs) }));
  const line = await RawLine.open(options, signal);
  try {
    const bytes = bytesOf(await line.listen(listenMs, signal)).filter((byte) => byte !== 0).length;
    if (bytes > 0) throw new Failure(m.master({ bytes, span: span(listenMs) }));
  } finally {
    await line.close();
  }
}
