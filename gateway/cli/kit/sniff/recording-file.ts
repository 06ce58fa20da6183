import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Cli } from '../../cli.js';
import { Failure } from '../../failure.js';
import { sniffMessages } from './messages/index.js';
import { headLine, type Recorded, recordedLine, type RecordingHead } from './recording.js';

/** The file of `sluice sniff --save`. After a write that failed it takes nothing more. */
export class RecordingFile {
  readonly #stream: WriteStream;
  readonly #failing = new AbortController();

  /** Begins with `head` in an open stream. */
  constructor(stream: WriteStream, head: RecordingHead) {
    this.#stream = stream;
    stream.on('error', (error) => this.#failing.abort(error));
    stream.write(headLine(head));
  }

  /** Creates the file. Throws where one is there already, or none can be. */
  static async create(path: string, head: RecordingHead): Promise<RecordingFile> {
    const stream = createWriteStream(path, { flags: 'wx' });
    await once(stream, 'open');
    return new RecordingFile(stream, head);
  }

  /** Aborts when it cannot be written. */
  get failed(): AbortSignal {
    return this.#failing.signal;
  }

  write(recorded: Recorded): void {
    if (!this.failed.aborted) this.#stream.write(recordedLine(recorded));
  }

  /** Never rejects: `throwIfFailed` says whether everything is written. */
  async close(last?: Recorded): Promise<void> {
    if (last) this.write(last);
    if (this.#stream.closed) return;
    const closed = new Promise<void>((resolve) => this.#stream.once('close', resolve));
    this.#stream.end();
    await closed;
  }

  /** @throws {Failure} what was heard is not all in the file. */
  throwIfFailed(cli: Cli): void {
    if (!this.failed.aborted) return;
    const { message } = this.failed.reason as Error;
    throw new Failure(sniffMessages(cli.language).sniff.notSaved({ file: String(this.#stream.path), why: message }));
  }
}
