import type { Log } from '../../../gateway/contract/index.js';
import { textTooLong } from '../text-limit.js';
import { depthMax, type JsonMessage } from './json-message.js';
import type { JsonSlot } from './json-parts.js';
import { tagTypeOf } from './tag-schema.js';

/** Characters of a message that a log line shows. */
const shownMax = 120;

/** What was last seen of each tag and topic of a device, so that the log tells changes alone. */
export class SlotNotes {
  readonly #device: string;
  readonly #log: Log;
  readonly #slots = new Map<JsonSlot, 'fine' | 'missing' | 'wrong'>();
  readonly #notJson = new Set<string>();

  constructor(device: string, log: Log) {
    this.#device = device;
    this.#log = log;
  }

  /** Whether the messages under a filter are what they should be. */
  json(filter: string, isRight: boolean, { text, isTooDeep }: JsonMessage): void {
    if (isRight === !this.#notJson.has(filter)) return;
    const fields = { device: this.#device, topic: filter };
    if (isRight) {
      this.#notJson.delete(filter);
      this.#log.info(fields, 'MQTT messages are JSON again');
    } else {
      this.#notJson.add(filter);
      const why = isTooDeep ? { why: `it has more than ${depthMax} levels` } : {};
      this.#log.warn({ ...fields, ...why, got: shown(text) }, 'MQTT message is no JSON');
    }
  }

  /** A message need not say everything; a tag that was never in one is told once. */
  missing(slot: JsonSlot, topic: string): void {
    if (this.#slots.has(slot)) return;
    this.#slots.set(slot, 'missing');
    this.#log.warn({ device: this.#device, tag: slot.tag, topic }, 'MQTT message has nothing at the path of this tag');
  }

  wrong(slot: JsonSlot, topic: string, raw: unknown): void {
    if (this.#slots.get(slot) === 'wrong') return;
    this.#slots.set(slot, 'wrong');
    // JSON has no infinity: what is beyond every number would be shown as null.
    const got = shown(typeof raw === 'number' ? String(raw) : JSON.stringify(raw));
    const why = tagTypeOf(slot.address) === 'text' && typeof raw === 'string' ? { why: textTooLong } : {};
    const fields = { device: this.#device, tag: slot.tag, topic, ...why, got };
    this.#log.warn(fields, 'MQTT value is not of the type of its tag');
  }

  fine(slot: JsonSlot): void {
    const before = this.#slots.get(slot);
    if (before === 'fine') return;
    this.#slots.set(slot, 'fine');
    if (before) this.#log.info({ device: this.#device, tag: slot.tag }, 'MQTT value is right again');
  }
}

const shown = (text: string): string => (text.length > shownMax ? `${text.slice(0, shownMax)}…` : text);
