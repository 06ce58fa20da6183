import { open } from 'node:fs/promises';
import type { ListenSettings } from '../../../../drivers/modbus/index.js';
import type { Cli } from '../../cli.js';
import { Failure } from '../../failure.js';
import { sniffMessages } from './messages/index.js';
import { parseHead, parseRecorded, type RecordingHead } from './recording.js';
import { SniffSession } from './session.js';

const fault = (cli: Cli, file: string, line: number): Failure =>
  new Failure(sniffMessages(cli.language).sniff.badRecording({ file, line }), 'wrong');

/** The first line of a recording: what line it is of. */
export async function readHead(cli: Cli, path: string): Promise<RecordingHead> {
  const file = await open(path);
  for await (const line of file.readLines()) {
    const head = parseHead(line);
    if (head) return head;
    break;
  }
  throw fault(cli, path, 1);
}

/** Decodes a recording again. */
export async function replayRecording(
  cli: Cli,
  path: string,
  settings: ListenSettings,
  isJson: boolean,
): Promise<void> {
  const file = await open(path);
  const session = new SniffSession(cli, settings, isJson);
  let [line, lastMs, broken] = [0, 0, 0];
  for await (const text of file.readLines()) {
    line += 1;
    // A recording that broke off may end within a line; no other line may be broken.
    if (broken > 0) throw fault(cli, path, broken);
    if (line === 1) continue;
    const recorded = parseRecorded(text, lastMs);
    if (!recorded) {
      broken = line;
      continue;
    }
    lastMs = recorded.ms;
    if (recorded.bytes) session.hear(recorded.bytes, recorded.ms);
  }
  session.end(lastMs);
}
