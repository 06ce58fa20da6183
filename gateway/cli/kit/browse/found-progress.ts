import type { Clock } from '../../../contract/index.js';
import type { Cli } from '../../cli.js';
import { browseMessages } from './messages/index.js';

const silentMs = 2000;
const redrawMs = 500;
const logMs = 10_000;

/**
 * Tells whom is waited for, and how much was found, once it lasts longer than two seconds: one line that is drawn anew
 * where a person watches, a line each ten seconds where it goes to a file. How much there will be nobody knows before.
 */
export class FoundProgress {
  readonly #cli: Cli;
  readonly #endpoint: string;
  readonly #ended = new AbortController();
  #count = 0;
  #isDrawn = false;

  constructor(cli: Cli, endpoint: string, clock: Pick<Clock, 'wait'>) {
    this.#cli = cli;
    this.#endpoint = endpoint;
    void this.#tell(clock);
  }

  update(count: number): void {
    this.#count = count;
  }

  /** Takes the line away again. */
  end(): void {
    this.#ended.abort();
    if (this.#isDrawn) process.stderr.write('\r\u001b[K');
  }

  async #tell(clock: Pick<Clock, 'wait'>): Promise<void> {
    const { browse: m } = browseMessages(this.#cli.language);
    for (let ms = silentMs; ; ms = this.#cli.isWatched ? redrawMs : logMs) {
      await clock.wait(ms, this.#ended.signal);
      if (this.#ended.signal.aborted) return;
      const count = this.#count;
      const line = count === 0 ? m.asking({ endpoint: this.#endpoint }) : m.soFar({ count });
      if (this.#cli.isWatched) {
        this.#isDrawn = true;
        process.stderr.write(`\r\u001b[K${line}`);
      } else this.#cli.tell(line);
    }
  }
}
