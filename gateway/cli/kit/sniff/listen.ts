import { ListeningLine, type ListenSettings } from '../../../../drivers/modbus/index.js';
import { type Clock, NotConnected, silentLog } from '../../../contract/index.js';
import type { Cli } from '../../cli.js';
import { Failure } from '../../failure.js';
import { sniffMessages } from './messages/index.js';
import { recordedMs } from './recording.js';
import type { RecordingFile } from './recording-file.js';
import { SniffSession } from './session.js';

/** Silence is looked at this often, so that its verdict is shown in time. */
const passEveryMs = 50;
/** A person is told when nothing was heard for so long from the start. */
const patienceMs = 5000;

export interface ListenOptions {
  readonly settings: ListenSettings;
  /** Infinite: until `signal`. */
  readonly forMs: number;
  /** Keeps what is heard; closed in the end. A file that cannot be written ends the listening. */
  readonly file: RecordingFile | undefined;
  readonly isJson: boolean;
  readonly clock: Clock;
}

/** Listens until it is over or `signal` ends it, and sums up. */
export async function listen(cli: Cli, options: ListenOptions, signal: AbortSignal): Promise<void> {
  const { settings, forMs, file, isJson, clock } = options;
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal, ...(file ? [file.failed] : [])]);
  const session = new SniffSession(cli, settings, isJson);
  const startMs = clock.monotonic();
  const since = (atMs: number): number => recordedMs(Math.max(0, atMs - startMs));
  let lost: Error | undefined;
  const events = {
    received: (bytes: Uint8Array, atMs: number) => {
      const ms = since(atMs);
      file?.write({ ms, bytes });
      session.hear(bytes, ms);
    },
    lost: (error: Error) => {
      lost = error;
      over.abort();
    },
  };
  const line = new ListeningLine(settings, events, { clock, log: silentLog });
  try {
    await openLine(line, signal);
  } catch (error) {
    await line.close();
    await file?.close();
    throw error;
  }
  try {
    await untilOver(cli, session, forMs - (clock.monotonic() - startMs), clock, ended, () => since(clock.monotonic()));
  } finally {
    await line.close();
    const ms = since(clock.monotonic());
    session.end(ms);
    await file?.close({ ms });
  }
  file?.throwIfFailed(cli);
  if (lost) throw new Failure(sniffMessages(cli.language).sniff.lost({ why: lost.message }));
}

/** A line that cannot be opened is somebody's to mend. */
async function openLine(line: ListeningLine, signal: AbortSignal): Promise<void> {
  try {
    await line.open(signal);
  } catch (error) {
    throw error instanceof NotConnected ? new Failure(error.message, 'failed', { cause: error }) : error;
  }
}

async function untilOver(
  cli: Cli,
  session: SniffSession,
  forMs: number,
  clock: Clock,
  ended: AbortSignal,
  now: () => number,
): Promise<void> {
  const endMs = clock.monotonic() + forMs;
  let isPatient = true;
  while (!ended.aborted) {
    const leftMs = endMs - clock.monotonic();
    if (leftMs <= 0) return;
    await clock.wait(Math.min(passEveryMs, leftMs), ended);
    session.pass(now());
    if (!isPatient || now() < patienceMs) continue;
    isPatient = false;
    if (session.bytes === 0) cli.tell(sniffMessages(cli.language).sniff.nothingYet());
  }
}
