import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/**
 * A file of lines that only grows and is on disk when `append` resolves. A line without its line break was never
 * acknowledged: it is cut off when the file is opened, and so is what a failed append left.
 */
export class AppendFile {
  readonly #handle: FileHandle;
  #size: number;

  private constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.#size = size;
  }

  /** Opens or creates it; `line` is given every whole line there is, without its line break. */
  static async open(path: string, line: (text: string) => void): Promise<AppendFile> {
    const handle = await open(path, 'a+');
    const { size } = await handle.stat();
    const whole = await readWholeLines(path, line);
    if (whole < size) await handle.truncate(whole);
    return new AppendFile(handle, whole);
  }

  /** Whole lines with their line breaks. Rejects when the disk does not take them; the file is then as it was. */
  async append(lines: string): Promise<void> {
    if (lines === '') return;
    const bytes = Buffer.from(lines, 'utf8');
    try {
      await this.#handle.appendFile(bytes);
      await this.#handle.datasync();
      this.#size += bytes.byteLength;
    } catch (error) {
      await this.#handle.truncate(this.#size);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Bytes up to and with the last line break. */
async function readWholeLines(path: string, line: (text: string) => void): Promise<number> {
  let whole = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const bytes = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      line(bytes.toString('utf8', from, end));
      from = end + 1;
    }
    whole += from;
    rest = bytes.subarray(from);
  }
  return whole;
}
