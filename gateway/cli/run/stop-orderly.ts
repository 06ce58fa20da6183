import type { Cli } from '../cli.js';
import { ExitCode } from '../failure.js';
import { span } from '../numbers.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm passes a Ctrl-C on that the terminal has sent already: what comes within this time is the same key press. */
const echoMs = 1000;

/** People are told when a stop takes longer. */
const patienceMs = 5000;

/** What a process does between its first signal and its end. Listens from the moment it is made. */
export class OrderlyStop {
  readonly #cli: Cli;
  #resolve: (signal: NodeJS.Signals) => void = () => undefined;
  readonly #first = new Promise<NodeJS.Signals>((resolve) => (this.#resolve = resolve));
  #firstAt: number | undefined;
  #lossMs = 0;

  constructor(cli: Cli) {
    this.#cli = cli;
    for (const signal of signals) process.on(signal, this.#onSignal);
  }

  /**
   * Waits for a signal, then stops in good order. A second signal ends the process at once and says what that may have
   * cost. `commitEveryMs`: what is not on the disk yet, at most.
   */
  async wait(commitEveryMs: number, stop: (signal: NodeJS.Signals) => Promise<void>): Promise<void> {
    const { m } = this.#cli;
    this.#lossMs = commitEveryMs;
    const name = await this.#first;
    this.#cli.say(m.run.stopping());
    const patience = setTimeout(() => this.#cli.tell(m.run.slow()), patienceMs);
    try {
      await stop(name);
    } finally {
      clearTimeout(patience);
      this.release();
    }
  }

  /** Stops listening: a further signal ends the process as it would any other. */
  release(): void {
    for (const signal of signals) process.off(signal, this.#onSignal);
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (this.#firstAt === undefined) {
      this.#firstAt = performance.now();
      this.#resolve(signal);
    } else if (performance.now() - this.#firstAt > echoMs) {
      this.#cli.tell(this.#cli.m.run.forced({ commit: span(this.#lossMs) }));
      process.exit(ExitCode.failed);
    }
  };
}
