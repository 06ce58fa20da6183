import {
  BusAccount,
  Eavesdropper,
  eavesdropperFor,
  type Heard,
  type ListenSettings,
} from '../../../../drivers/modbus/index.js';
import type { Cli } from '../../cli.js';
import { summarise } from './bus-summary.js';
import { heardJson } from './heard-json.js';
import { heardHead, heardRow } from './heard-row.js';
import { sniffMessages, type SniffMessages } from './messages/index.js';
import { summaryText } from './summary-text.js';

/**
 * Says what bytes come to, live or out of a recording. What it says hangs on the bytes and their times alone, so a
 * recording gives the same output, byte for byte.
 */
export class SniffSession {
  readonly #cli: Cli;
  readonly #isJson: boolean;
  readonly #m: SniffMessages;
  readonly #ear: Eavesdropper;
  readonly #account = new BusAccount();
  #bytes = 0;

  constructor(cli: Cli, settings: ListenSettings, isJson: boolean) {
    this.#cli = cli;
    this.#isJson = isJson;
    this.#m = sniffMessages(cli.language);
    this.#ear = new Eavesdropper(eavesdropperFor(settings));
    if (!isJson) cli.say(heardHead(this.#m, cli.columns));
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  hear(bytes: Uint8Array, ms: number): void {
    this.#bytes += bytes.length;
    this.#say(this.#ear.hear(bytes, ms));
  }

  /** Nothing came until now. */
  pass(ms: number): void {
    this.#say(this.#ear.pass(ms));
  }

  /** Sums up. */
  end(ms: number): void {
    this.pass(ms);
    const heard = summarise(this.#account, this.#bytes, ms);
    if (this.#isJson) this.#cli.say(JSON.stringify({ kind: 'summary', ...heard }));
    else this.#cli.say(summaryText(this.#m, heard, this.#cli.columns));
  }

  #say(heard: readonly Heard[]): void {
    for (const one of heard) {
      this.#account.note(one);
      this.#cli.say(this.#isJson ? JSON.stringify(heardJson(one)) : heardRow(this.#m, one, this.#cli.columns));
    }
  }
}
