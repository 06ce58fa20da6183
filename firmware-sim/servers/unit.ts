import type { DeviceModel, Fault } from '../../gateway/contract/index.js';
import type { FaultSet, ValueFault } from '../faults.js';
import type { FieldTime } from '../field-time.js';
import { FaultyValues } from '../registers/faulty-values.js';
import { RegisterImage, type ValueSource } from '../registers/register-image.js';
import type { RegisterMap } from '../registers/register-map.js';
import { type Answer, answer, subjectOf, type UnitRegisters } from './answer.js';

/** Registers that count answered reads: each read that covers them holds a number of its own, one more than the last. */
export interface CounterSpec {
  readonly area: 'holding' | 'input';
  readonly address: number;
  /** 2 registers hold an uint32, 4 an uint64; high register first. */
  readonly words: 2 | 4;
}

/** One unit on a server. */
export interface UnitSpec {
  /** Unit id, 1…247. */
  readonly unit: number;
  readonly map: RegisterMap;
  /** Left out when the map holds fixed words alone. */
  readonly model?: DeviceModel;
  readonly counter?: CounterSpec;
  /** Called before each read of registers is answered. */
  readonly beforeRead?: () => void;
}

const counterTag = 'reply counter';
const noModel: DeviceModel = { values: {}, advance() {}, command() {} };

function withCounter(map: RegisterMap, counter: CounterSpec | undefined): RegisterMap {
  if (!counter) return map;
  const type = counter.words === 2 ? 'uint32' : 'uint64';
  return { ...map, entries: [...map.entries, { area: counter.area, address: counter.address, tag: counterTag, type }] };
}

const areaOfRead: Readonly<Record<number, string>> = { 0x03: 'holding', 0x04: 'input' };

/** A device behind its unit id: its model, its registers, its faults and its reply counter. */
export class Unit {
  readonly id: number;
  readonly #registers: UnitRegisters;
  readonly #counter: CounterSpec | undefined;
  readonly #values: FaultyValues;
  readonly #beforeRead: (() => void) | undefined;
  #counted: number;

  /** `counted`: where the counter goes on from. */
  constructor(spec: UnitSpec, faults: FaultSet, time: FieldTime, counted: number) {
    this.id = spec.unit;
    this.#counter = spec.counter;
    this.#counted = counted;
    this.#beforeRead = spec.beforeRead;
    this.#values = new FaultyValues(spec.unit, spec.model ?? noModel, faults, time);
    const map = withCounter(spec.map, spec.counter);
    this.#registers = { unit: spec.unit, map, faults, image: new RegisterImage(map, this.#source()) };
    if (spec.model) time.join(spec.model);
  }

  /** The answer to a request; `counter` is the number it carries when it is a read that covers the counter. */
  answer(pdu: Buffer): Answer & { readonly counter?: number } {
    if (areaOfRead[pdu[0] ?? 0]) this.#beforeRead?.();
    if (!this.#covered(pdu)) return answer(this.#registers, pdu);
    this.#counted += 1;
    const result = answer(this.#registers, pdu);
    if (result.exception === undefined) return { ...result, counter: this.#counted };
    this.#counted -= 1;
    return result;
  }

  injected(fault: Fault): void {
    if ('tag' in fault) this.#values.begin(fault satisfies ValueFault);
  }

  #source(): ValueSource {
    return {
      value: (tag) => (tag === counterTag ? this.#counted : this.#values.value(tag)),
      command: (tag, value) => this.#values.command(tag, value),
    };
  }

  #covered(pdu: Buffer): boolean {
    const counter = this.#counter;
    if (!counter || areaOfRead[pdu[0] ?? 0] !== counter.area) return false;
    const { address, count } = subjectOf(pdu);
    return address <= counter.address && counter.address + counter.words <= address + count;
  }
}
