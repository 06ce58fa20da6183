import type { Cli } from './cli.js';
import { span } from './numbers.js';

const silentMs = 2000;
const redrawMs = 500;
const logMs = 10_000;

/**
 * Tells how far something has come and how long it will take, once it lasts longer than two seconds: one line that is
 * drawn anew where a person watches, a line each ten seconds where it goes to a file.
 */
export class Progress {
  readonly #cli: Cli;
  readonly #what: string;
  readonly #startedAt = performance.now();
  #toldAt = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  constructor(cli: Cli, what: string) {
    this.#cli = cli;
    this.#what = what;
  }

  /** `share` of the whole is done, 0…1. */
  update(share: number): void {
    const now = performance.now();
    const passed = now - this.#startedAt;
    if (passed < silentMs || share <= 0 || now - this.#toldAt < (this.#cli.isWatched ? redrawMs : logMs)) return;
    this.#toldAt = now;
    const left = span(Math.ceil((passed / share - passed) / 1000) * 1000);
    const line = this.#cli.m.progress.line({ what: this.#what, percent: Math.floor(share * 100), left });
    if (this.#cli.isWatched) {
      this.#isDrawn = true;
      process.stderr.write(`\r\u001b[K${line}`);
    } else this.#cli.tell(line);
  }

  /** Takes the line away again. */
  end(): void {
    if (this.#isDrawn) process.stderr.write('\r\u001b[K');
  }
}
