import {
  type DriverDevice,
  type Log,
  Quality,
  type TagTable,
  type TagType,
  type Told,
} from '../../../gateway/contract/index.js';
import { type ReadingBatch, ToldDevice } from '../told-device.js';
import { isTextTooLong } from '../text-limit.js';
import { dataTypeName, kindOf, typedValue } from './data-type.js';
import type { BornMetric, SaidMetric } from './edge-node.js';
import type { Payload } from './payload.js';
import type { DeviceSettings, TagAddress } from './schemas.js';

export type SparkplugDeviceConfig = DriverDevice<DeviceSettings, TagAddress>;

interface Slot {
  readonly group: string;
  readonly slot: number;
  readonly tag: string;
  readonly type: TagType;
}

/** The kinds of values a tag of each type takes. */
const fitting: Readonly<Record<TagType, readonly ReturnType<typeof kindOf>[]>> = {
  number: ['integer', 'real'],
  integer: ['integer', 'time'],
  boolean: ['boolean'],
  text: ['text', 'time'],
};

/** Values of the property `Quality` (Sparkplug 3.0 §6.4.14). */
const badQuality = 0;
const staleQuality = 500;

/** One device: which of its tags its birth has, and how metrics fill them. */
export class SparkplugDevice {
  readonly #config: SparkplugDeviceConfig;
  readonly #told: Told;
  readonly #device: ToldDevice;
  readonly #log: Log;
  readonly #wanted = new Map<string, Slot[]>();
  readonly #statutory: ReadonlySet<string>;
  /** Metrics that the last birth has, of a type their tags take. */
  #readable: ReadonlyMap<string, readonly Slot[]> = new Map();
  /** What is wrong with each tag, so that the log tells changes alone. */
  readonly #faults = new Map<Slot, string>();

  constructor(config: SparkplugDeviceConfig, tables: ReadonlyMap<string, TagTable>, told: Told, log: Log) {
    this.#config = config;
    this.#told = told;
    this.#device = new ToldDevice(tables, told);
    this.#log = log;
    for (const group of config.groups) {
      for (const [slot, { name: tag, address }] of group.tags.entries()) {
        const slots = this.#wanted.get(address.metric) ?? [];
        slots.push({ group: group.name, slot, tag, type: address.type });
        this.#wanted.set(address.metric, slots);
      }
    }
    const isStatutory = (group: SparkplugDeviceConfig['groups'][number]) => group.tags.some((tag) => tag.statutory);
    this.#statutory = new Set(config.groups.filter(isStatutory).map(({ name }) => name));
  }

  get name(): string {
    return this.#config.name;
  }

  /** A birth says what holds now: its values carry the time of the birth, however long ago they last changed. */
  born(metrics: readonly SaidMetric[], payload: Payload, isSure: boolean, raw: Uint8Array): void {
    if (this.#device.back()) this.#log.info({ device: this.name }, 'Sparkplug device is back');
    const births = new Map(metrics.map(({ born }) => [born.name, born]));
    const batch = this.#device.batch();
    this.#readable = new Map(
      [...this.#wanted].map(([metric, slots]) => [
        metric,
        slots.filter((slot) => this.#fits(slot, metric, births.get(metric), batch)),
      ]),
    );
    for (const one of metrics) this.#fill(one, payload.timestamp, isSure, batch);
    batch.tell(this.#told, raw, this.#statutory);
  }

  /** Values of a message after the birth. Gives how many of them were history. */
  said(metrics: readonly SaidMetric[], payload: Payload, isSure: boolean, raw: Uint8Array): void {
    if (this.#device.back()) this.#log.info({ device: this.name }, 'Sparkplug device is back');
    const batch = this.#device.batch();
    for (const one of metrics) this.#fill(one, one.metric.timestamp ?? payload.timestamp, isSure, batch);
    batch.tell(this.#told, raw, this.#statutory);
  }

  /** True when it had not been told before. */
  died(why: string): boolean {
    const isNews = this.#device.gone();
    if (isNews) this.#log.warn({ device: this.name, why }, 'Sparkplug device is gone');
    return isNews;
  }

  #fill({ metric, born }: SaidMetric, birthTime: number | undefined, isSure: boolean, batch: ReadingBatch): void {
    for (const { group, slot, type } of this.#readable.get(born.name) ?? []) {
      const into = batch.at(group, slot, metric.isHistorical);
      const time = metric.isHistorical ? metric.timestamp : birthTime;
      if (time !== undefined) into.deviceTime(slot, time);
      const value = metric.value && typedValue(born.datatype, metric.value);
      if (metric.isNull || metric.quality === badQuality) into.bad(slot, Quality.bad);
      else if (value === undefined || (typeof value === 'string' && isTextTooLong(value)))
        into.bad(slot, Quality['bad-decoding']);
      else if (type === 'text') into.text(slot, textOf(value), qualityOf(metric.quality, isSure));
      else into.set(slot, Number(value), qualityOf(metric.quality, isSure, value));
    }
  }

  /** A tag that its birth does not have, or not as a type it takes, is bad until the next birth. */
  #fits(slot: Slot, metric: string, born: BornMetric | undefined, batch: ReadingBatch): boolean {
    const fault = faultOf(slot, born);
    if (fault === undefined) {
      if (this.#faults.delete(slot))
        this.#log.info({ device: this.name, tag: slot.tag }, 'Sparkplug metric is right now');
      return true;
    }
    batch.at(slot.group, slot.slot, false).bad(slot.slot, Quality['bad-configuration']);
    if (this.#faults.get(slot) !== fault) {
      this.#faults.set(slot, fault);
      this.#log.warn({ device: this.name, tag: slot.tag, metric, why: fault }, 'Sparkplug metric cannot be used');
    }
    return false;
  }
}

function faultOf({ type }: Slot, born: BornMetric | undefined): string | undefined {
  if (!born) return 'the birth has no such metric; compare its name, capitals and slashes included';
  if (born.isAmbiguous) return 'the birth gives its alias to another metric too; give each its own at the node';
  const { datatype } = born;
  const kind = kindOf(datatype);
  if (kind === undefined) {
    return `it is a ${dataTypeName(datatype)}; numbers, booleans, texts and times can be used`;
  }
  return fitting[type].includes(kind) ? undefined : `it is a ${dataTypeName(datatype)}, the tag a ${type}`;
}

/** A time as a text is written in RFC 3339; one beyond what a date may be is told as its number. */
function textOf(value: number | boolean | string): string {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15 ? new Date(value).toISOString() : String(value);
}

function qualityOf(told: number | undefined, isSure: boolean, value?: number | boolean | string): number {
  if (told === staleQuality) return Quality['uncertain-last-usable'];
  if (!isSure) return Quality['uncertain-resync'];
  const isExact = typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value);
  return isExact ? Quality.good : Quality['uncertain-precision'];
}
