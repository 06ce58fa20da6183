import {
  isBad,
  isGood,
  type Json,
  type Log,
  Quality,
  type TagTable,
  type Told,
} from '../../../gateway/contract/index.js';
import { type ReadingBatch, ToldDevice } from '../told-device.js';
import { eachMax, type RecordSettings } from './device-schema.js';
import type { JsonMessage } from './json-message.js';
import { type JsonDeviceConfig, type JsonPart, type JsonSlot, takesWords } from './json-parts.js';
import { type JsonPath, valueAt } from './json-path.js';
import { decodeValue } from './json-value.js';
import { SlotNotes } from './slot-notes.js';
import { toldQuality } from './told-quality.js';
import { readTime } from './written-time.js';

/** What happened to messages, by name; shared by the devices of a link. */
export interface JsonCounters {
  /** Messages that are no JSON where JSON was wanted. */
  undecoded: number;
  /** Tags a message did not say, and values that were not of their tag's type. */
  missing: number;
  wrongType: number;
  /** Elements beyond what is looked at of one message. */
  passedOver: number;
  retained: number;
  late: number;
  happenings: number;
  silences: number;
}

/** A message with what is known of how it came. */
export interface HeardMessage extends JsonMessage {
  readonly topic: string;
  readonly isRetained: boolean;
  /** ms UTC as this box believes it. */
  readonly utc: number;
}

/** One device: what its messages are made into. */
export class JsonDevice {
  readonly #config: JsonDeviceConfig;
  readonly #counters: JsonCounters;
  readonly #told: Told;
  readonly #device: ToldDevice;
  readonly #log: Log;
  readonly #notes: SlotNotes;
  readonly #statutory: ReadonlySet<string>;
  /** Its last will, or whoever speaks for it, says that it is gone. */
  #isOffline = false;

  constructor(
    config: JsonDeviceConfig,
    tables: ReadonlyMap<string, TagTable>,
    told: Told,
    counters: JsonCounters,
    log: Log,
  ) {
    this.#config = config;
    this.#counters = counters;
    this.#told = told;
    this.#device = new ToldDevice(tables, told);
    this.#log = log;
    this.#notes = new SlotNotes(config.name, log);
    const isStatutory = (group: JsonDeviceConfig['groups'][number]) => group.tags.some(({ statutory }) => statutory);
    this.#statutory = new Set(config.groups.filter(isStatutory).map(({ name }) => name));
  }

  /** True when the device itself was heard: a retained message, or that it is gone, says nothing of the kind. */
  hear(part: JsonPart, message: HeardMessage): boolean {
    if (this.#saysItIsGone(part, message)) return false;
    if (part.slots.length === 0 && part.records.length === 0) return !message.isRetained;
    if (!message.isRetained) this.#comesBack();
    this.#counters.retained += Number(message.isRetained);
    const isRight = message.isJson || !(message.isTooDeep || needsJson(part));
    this.#notes.json(part.filter, isRight, message);
    this.#counters.undecoded += Number(!isRight);
    // What stood at the broker is older than the word that the device is gone.
    if (!message.isRetained || !this.#isOffline) this.#hearValues(part, message);
    for (const [name, record] of part.records) this.#hearRecords(name, record, message);
    return !message.isRetained;
  }

  /** It has said nothing for longer than it may. */
  silent(silentMs: number): void {
    if (!this.#device.gone()) return;
    this.#counters.silences += 1;
    this.#log.warn({ device: this.#config.name, silentMs }, 'MQTT device is silent');
  }

  #comesBack(): void {
    this.#isOffline = false;
    if (this.#device.back()) this.#log.info({ device: this.#config.name }, 'MQTT device is back');
  }

  #saysItIsGone({ availability }: JsonPart, message: HeardMessage): boolean {
    if (!availability) return false;
    const said = availability.path ? valueAt(message.root, availability.path) : wordOf(message);
    if (String(said) === availability.offline) {
      this.#isOffline = true;
      if (this.#device.gone()) this.#log.warn({ device: this.#config.name }, 'MQTT device says it is gone');
      return true;
    }
    if (String(said) === availability.online) this.#comesBack();
    return false;
  }

  #hearValues({ slots }: JsonPart, message: HeardMessage): void {
    if (slots.length === 0) return;
    const { each } = this.#config.settings;
    const batch = this.#device.batch();
    for (const root of this.#elements(message.root, each)) this.#fill(slots, root, message, batch);
    batch.tell(this.#told, message.bytes, this.#statutory);
  }

  #fill(slots: readonly JsonSlot[], root: unknown, message: HeardMessage, batch: ReadingBatch): void {
    const { time: timeSettings, lateAfter, quality: ofDevice, each } = this.#config.settings;
    const time = timeSettings && readTime(valueAt(root, timeSettings.path), timeSettings);
    const isLate = time !== undefined && lateAfter !== undefined && time < message.utc - lateAfter;
    this.#counters.late += Number(isLate);
    for (const slot of slots) {
      const { address } = slot;
      const raw = address.path.length === 0 && !each ? wholeOf(message, slot) : valueAt(root, address.path);
      if (raw === undefined && message.isJson) {
        this.#counters.missing += 1;
        this.#notes.missing(slot, message.topic);
        continue;
      }
      const into = batch.at(slot.group, slot.slot, isLate);
      if (time !== undefined) into.deviceTime(slot.slot, time);
      const told = toldQuality(root, address.quality ?? ofDevice);
      const value = decodeValue(raw, address);
      if (raw !== null && value === undefined) {
        // Of what is no JSON, where JSON is wanted, the message as a whole is told.
        this.#counters.wrongType += Number(raw !== undefined);
        if (raw !== undefined) this.#notes.wrong(slot, message.topic, raw);
        into.bad(slot.slot, Quality['bad-decoding']);
        continue;
      }
      this.#notes.fine(slot);
      if (value === undefined || isBad(told)) into.bad(slot.slot, isBad(told) ? told : Quality.bad);
      else if (typeof value === 'string') into.text(slot.slot, value, qualityOf(told, time, message, false));
      else into.set(slot.slot, value, qualityOf(told, time, message, !isExact(value)));
    }
  }

  #hearRecords(name: string, record: RecordSettings, message: HeardMessage): void {
    if (!message.isJson) return;
    for (const root of this.#elements(message.root, record.each)) {
      const id = record.id && valueAt(root, record.id);
      const isNamed = typeof id === 'string' || typeof id === 'number';
      // One that stands at the broker comes at every connection: without an id it would be kept each time.
      if (message.isRetained && !isNamed) continue;
      const fields = Object.entries(record.fields).flatMap(([field, path]) => {
        const value = valueAt(root, path);
        return value === undefined ? [] : [[field, value as Json] as const];
      });
      if (fields.length === 0) {
        this.#counters.missing += 1;
        continue;
      }
      this.#counters.happenings += 1;
      this.#told.happened({
        device: this.#config.name,
        name,
        at: record.time && readTime(valueAt(root, record.time.path), record.time),
        id: isNamed ? String(id) : '',
        fields: Object.fromEntries(fields),
      });
    }
  }

  #elements(root: unknown, each: JsonPath | undefined): readonly unknown[] {
    if (!each) return [root];
    const all = valueAt(root, each);
    if (!Array.isArray(all)) return [];
    this.#counters.passedOver += Math.max(0, all.length - eachMax);
    return all.slice(0, eachMax) as unknown[];
  }
}

/** A plain word needs no JSON; anything within a message does. */
const needsJson = ({ slots, records }: JsonPart): boolean =>
  records.length > 0 || slots.some(({ address }) => address.path.length > 0 || !takesWords(address));

const wordOf = ({ root, text }: JsonMessage): string => (typeof root === 'string' ? root : text.trim());

/** The whole message as the tag takes it. */
function wholeOf(message: HeardMessage, { address }: JsonSlot): unknown {
  const isScalar = typeof message.root !== 'object' || message.root === null;
  return takesWords(address) && isScalar && !message.isTooDeep && message.text.trim() !== 'null'
    ? wordOf(message)
    : message.root;
}

const isExact = (value: number): boolean => !Number.isInteger(value) || Number.isSafeInteger(value);

function qualityOf(told: number, time: number | undefined, { isRetained }: HeardMessage, isInexact: boolean): number {
  if (!isGood(told)) return told;
  if (isRetained && time === undefined) return Quality['uncertain-initial'];
  return isInexact ? Quality['uncertain-precision'] : told;
}
