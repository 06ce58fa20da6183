import {
  type AnswerEvent,
  ModbusSimulator,
  type RequestEvent,
  type SlaveKind,
  type Transport,
  type WireEvent,
  type WireLog,
} from '../../firmware-sim/index.js';
import type { DeviceModel, Fault } from '../../gateway/contract/index.js';

export const timeoutMs = 50;
export const latenessMs = 150;

/** Tags of a unit that are read together; each is an uint32 in two registers, tag n at register 2n. */
export interface Block {
  readonly firstTag: number;
  readonly tags: number;
}

/** One simulated line or endpoint; plain data. */
export interface LineSpec {
  readonly name: string;
  readonly transport: Transport;
  readonly slave: SlaveKind;
  readonly units: readonly number[];
  readonly blocks: readonly Block[];
  readonly faults: readonly Fault[];
  readonly seed: number;
}

/** One request as the simulator took it, and what it answered. */
export interface Exchange {
  readonly unit: number;
  readonly address: number;
  readonly count: number;
  readonly requestMs: number;
  /** Undefined when no byte of an answer went out. */
  readonly answerMs: number | undefined;
  readonly words: readonly number[];
  readonly fault: string | undefined;
}

/** Every value tells its unit, its tag and which reading of the unit it is from: 4, 8 and 20 bits. */
class TellingRegisters implements DeviceModel {
  readonly values: Record<string, number> = {};
  readonly #unit: number;
  readonly #tags: number;
  #readings = 0;

  constructor(unit: number, tags: number) {
    this.#unit = unit;
    this.#tags = tags;
    this.nextReading();
  }

  nextReading(): void {
    this.#readings = (this.#readings + 1) % 2 ** 20;
    for (let tag = 0; tag < this.#tags; tag += 1) {
      this.values[`t${tag}`] = this.#unit * 2 ** 28 + tag * 2 ** 20 + this.#readings;
    }
  }

  advance(): void {}

  command(): void {}
}

/** Registers behind the last tag, for reads that are made longer to tell their answers apart. */
const spareRegisters = 16;

/** The simulator of a line, not yet started. */
export function simulatorOf(
  { transport, slave, units, blocks, faults, seed }: LineSpec,
  log: WireLog,
): ModbusSimulator {
  const tags = Math.max(...blocks.map(({ firstTag, tags: count }) => firstTag + count));
  const simulator = new ModbusSimulator({
    transport,
    slave,
    seed,
    units: units.map((unit) => {
      const model = new TellingRegisters(unit, tags);
      return {
        unit,
        model,
        map: {
          entries: Array.from({ length: tags }, (_, tag) => ({
            area: 'holding' as const,
            address: tag * 2,
            tag: `t${tag}`,
            type: 'uint32' as const,
          })),
          fixed: [{ area: 'holding' as const, address: tags * 2, words: Array(spareRegisters).fill(0) as number[] }],
        },
        beforeRead: () => model.nextReading(),
      };
    }),
    log,
  });
  for (const fault of faults) simulator.inject(fault);
  return simulator;
}

/** A log's events, in order, as exchanges in the order they were asked. */
export function exchangesOf(events: readonly WireEvent[]): Exchange[] {
  const answers = new Map<number, AnswerEvent>();
  for (const event of events) if (event.kind === 'answer') answers.set(event.exchange, event);
  return events
    .filter((event): event is RequestEvent => event.kind === 'request')
    .map(({ exchange, unit, address, count, atMs }) => {
      const answer = answers.get(exchange);
      return {
        unit,
        address,
        count,
        requestMs: atMs,
        answerMs: answer?.sent ? answer.atMs : undefined,
        words: answer?.words ?? [],
        fault: answer?.fault,
      };
    });
}
