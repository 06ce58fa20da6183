import {
  DeviceFault,
  type DriverDevice,
  type DriverTag,
  type FrameBuilder,
  Quality,
} from '../../gateway/contract/index.js';
import { type Arrival, compileMessages, type DeclaredMessage } from './declared-message.js';
import type { DeviceSettings } from './device-schema.js';
import type { FieldValue } from './message-format.js';
import type { MessageLine, Receipt } from './message-line.js';
import { StableValue } from './stable-value.js';
import type { TagAddress } from './tag-schema.js';

type Fill = (arrival: Arrival, into: FrameBuilder) => void;

interface Slot {
  readonly slot: number;
  readonly message: DeclaredMessage;
  readonly fill: Fill;
}

interface Group {
  readonly slots: readonly Slot[];
  readonly messages: readonly DeclaredMessage[];
  readonly isStatutory: boolean;
}

/** The name of the message a tag means; undefined when it names none and there are several. */
export function messageNameOf(address: TagAddress, { messages }: DeviceSettings): string | undefined {
  const names = Object.keys(messages);
  return address.message ?? (names.length === 1 ? names[0] : undefined);
}

/** One device: which messages a group needs, and how they fill its tags. */
export class DeviceReader {
  readonly #name: string;
  readonly #groups: ReadonlyMap<string, Group>;
  readonly #followed: { readonly message: DeclaredMessage; readonly field: string; readonly value: StableValue }[] = [];

  constructor({ name, settings, groups }: DriverDevice<DeviceSettings, TagAddress>) {
    this.#name = name;
    const compiled = compileMessages(name, settings);
    this.#groups = new Map(groups.map((group) => [group.name, this.#compileGroup(group.tags, settings, compiled)]));
  }

  /** Each message some tag needs. */
  get messages(): DeclaredMessage[] {
    return [...new Set([...this.#groups.values()].flatMap(({ messages }) => messages))];
  }

  /** Fills what has come; throws the fault when nothing has. */
  async read(line: MessageLine, groupName: string, into: FrameBuilder, signal: AbortSignal): Promise<void> {
    const group = this.#groups.get(groupName);
    if (!group) throw new RangeError(`device ${this.#name} has no group ${groupName}`);
    const receipt = await line.receive(group.messages, groupName, signal);
    const faults = [...receipt.values()].filter((one) => one instanceof DeviceFault);
    if (faults[0] && faults.length === receipt.size && receipt.size === group.messages.length) throw faults[0];
    for (const { slot, message, fill } of group.slots) {
      const got = receipt.get(message);
      if (got instanceof DeviceFault) into.bad(slot, got.quality);
      else if (got) fill(got, into);
    }
    if (group.isStatutory) into.raw(rawOf(receipt));
  }

  /** Follows the values that are to become stable, in each message that comes. */
  note(message: DeclaredMessage, { fields, atMs }: Arrival): void {
    for (const one of this.#followed) {
      if (one.message === message) one.value.note(Number(fields.get(one.field)), atMs);
    }
  }

  /** After a lost line nothing is known to have stood still. */
  forget(): void {
    for (const { value } of this.#followed) value.forget();
  }

  #compileGroup(
    tags: readonly DriverTag<TagAddress>[],
    settings: DeviceSettings,
    compiled: ReadonlyMap<string, DeclaredMessage>,
  ): Group {
    const slots = tags.map(({ address }, slot) => {
      const message = compiled.get(messageNameOf(address, settings) ?? '');
      if (!message) throw new RangeError(`device ${this.#name} has no message for field ${address.field}`);
      return { slot, message, fill: this.#compileFill(slot, address, message) };
    });
    const messages = [...new Set(slots.map(({ message }) => message))];
    return { slots, messages, isStatutory: tags.some(({ statutory }) => statutory) };
  }

  #compileFill(slot: number, { field, type, is, stable }: TagAddress, message: DeclaredMessage): Fill {
    if (is !== undefined) return ({ fields }, into) => into.set(slot, isThis(fields.get(field), is) ? 1 : 0);
    if (type === 'text') return ({ fields }, into) => into.text(slot, String(fields.get(field)));
    const isSteady = stable ? this.#compileStable(field, stable, message) : () => true;
    return (arrival, into) => {
      const value = arrival.fields.get(field) as number;
      if (type === 'integer' && !Number.isInteger(value)) {
        into.bad(slot, Number.isNaN(value) ? Quality['bad-sensor-failure'] : Quality['bad-decoding']);
      } else into.set(slot, value, isSteady(arrival) ? Quality.good : Quality.uncertain);
    };
  }

  #compileStable(
    field: string,
    stable: NonNullable<TagAddress['stable']>,
    message: DeclaredMessage,
  ): (arrival: Arrival) => boolean {
    if ('flag' in stable) return ({ fields }) => isThis(fields.get(stable.flag), stable.is);
    const value = new StableValue(stable, message.maxAgeMs);
    this.#followed.push({ message, field, value });
    return () => value.isStable;
  }
}

/** YAML makes a number of `1` also where the field is text. */
const isThis = (value: FieldValue | undefined, is: string | number): boolean =>
  typeof value === 'number' ? value === Number(is) : value === String(is);

function rawOf(receipt: Receipt): Uint8Array {
  const parts = [...receipt.values()].flatMap((one) => (one instanceof DeviceFault ? [] : [one.bytes]));
  return Uint8Array.from(Buffer.concat(parts));
}
