import type { NodeId } from 'node-opcua-client';
import type { Reading, TagTable } from '../../../gateway/contract/index.js';
import type { Connection } from '../connection.js';
import { type RawHistory, readHistory } from './history-reader.js';
import { lateReadings } from './history-window.js';
import { type Item, sourceTimeOf } from '../items.js';
import type { Opcua } from '../library.js';
import type { Gap } from './seen-times.js';
import type { WireAccount } from '../wire-account.js';

export interface HistoryFillerOptions {
  readonly opcua: Opcua;
  readonly sheets: readonly TagTable[];
  readonly items: readonly Item[];
  readonly tell: (reading: Reading) => void;
  readonly account: WireAccount;
  /** Of a longer gap only its last so many ms are filled. */
  readonly gapMaxMs: number;
}

/** Values of one table in memory at once, and of one node in one answer. */
const windowValuesMax = 20_000;
const nodeValuesMin = 10;
const nodeValuesMax = 1000;
/** Gaps that wait because the connection was lost again while they were filled; beyond it the oldest is given up. */
const waitingMax = 8;

/** Fills gaps by history, oldest first, window after window. What a loss interrupts goes on where it was. */
export class HistoryFiller {
  readonly #options: HistoryFillerOptions;
  #waiting: Gap[] = [];

  constructor(options: HistoryFillerOptions) {
    this.#options = options;
  }

  /** Takes gaps; a slot whose gap has no end yet is left, and taken when they are given again. */
  add(gaps: readonly Gap[]): void {
    const { gapMaxMs, account } = this.#options;
    for (const gap of gaps) {
      let isOpen = false;
      for (const [slot, from] of gap.from.entries()) {
        const to = gap.to[slot] as number;
        if (!isLeft(gap, slot)) continue;
        isOpen = true;
        if (to - from <= gapMaxMs) continue;
        gap.from[slot] = to - gapMaxMs;
        account.unfilledGaps += 1;
      }
      if (isOpen && !this.#waiting.includes(gap)) this.#waiting.push(gap);
    }
    for (const gap of this.#waiting.splice(0, this.#waiting.length - waitingMax * this.#options.sheets.length)) {
      account.unfilledGaps += gap.to.filter((to, slot) => to > (gap.from[slot] as number)).length;
    }
  }

  /** Rejects with `NotConnected` when the connection is lost meanwhile; what is left waits for the next call. */
  async fill(connection: Connection, nodesAtOnce: number): Promise<void> {
    for (let gap = this.#waiting[0]; gap; gap = this.#waiting[0]) {
      await this.#fillGap(connection, gap, nodesAtOnce);
      this.#waiting.shift();
    }
  }

  async #fillGap(connection: Connection, gap: Gap, nodesAtOnce: number): Promise<void> {
    const { opcua, items } = this.#options;
    let left = items.filter((item) => slotsIn(item, gap).some((slot) => isLeft(gap, slot)));
    const perNode = Math.ceil(windowValuesMax / Math.max(1, left.length));
    const valuesMax = Math.min(nodeValuesMax, Math.max(nodeValuesMin, perNode));
    while (left.length > 0) {
      const slots = left.flatMap((item) => slotsIn(item, gap)).filter((slot) => isLeft(gap, slot));
      const from = Math.min(...slots.map((slot) => gap.from[slot] as number));
      const to = Math.max(...slots.map((slot) => gap.to[slot] as number));
      const nodes = left.map(({ nodeId }) => nodeId as NodeId);
      const raws = await readHistory(opcua, connection, nodes, { from, to }, valuesMax, nodesAtOnce);
      const until = endOf(raws, { from, to });
      this.#tell(gap, left, raws, until);
      for (const slot of slots) gap.from[slot] = Math.max(gap.from[slot] as number, until - tickOf(until));
      left = left.filter((item, at) => !raws[at]?.isRefused && slotsIn(item, gap).some((slot) => isLeft(gap, slot)));
    }
  }

  #tell(gap: Gap, items: readonly Item[], raws: readonly RawHistory[], until: number): void {
    const { account, sheets, tell } = this.#options;
    account.unfilledGaps += raws.filter(({ isRefused }) => isRefused).length;
    const histories = raws.map(({ values }, at) => ({
      targets: (items[at] as Item).targets.filter(({ sheet }) => sheet === gap.sheet),
      values,
    }));
    const late = lateReadings(sheets[gap.sheet] as TagTable, gap, histories, until);
    account.lateValues += late.values;
    for (const reading of late.readings) tell(reading);
  }
}

const slotsIn = ({ targets, nodeId }: Item, { sheet }: Gap): number[] =>
  nodeId ? targets.flatMap((target) => (target.sheet === sheet ? [target.slot] : [])) : [];

/** The least that two times of today can differ by, as numbers: a quarter of a microsecond. */
const tickOf = (time: number): number => 2 ** (Math.floor(Math.log2(time)) - 52);

const isLeft = ({ from, to }: Gap, slot: number): boolean => {
  const end = to[slot] as number;
  return end - tickOf(end) > (from[slot] as number);
};

/**
 * Up to where every node is known, ms, exclusive: the last time of the node that was cut first. A node with more values
 * of one time than an answer holds would stay there for ever: it loses those beyond.
 */
function endOf(raws: readonly RawHistory[], { from, to }: { readonly from: number; readonly to: number }): number {
  const cut = raws.filter(({ isCut }) => isCut).map(({ values }) => lastTimeOf(values) ?? to);
  const end = Math.min(to, ...cut);
  return end - tickOf(end) > from ? end : from + 2 * tickOf(from);
}

function lastTimeOf(values: RawHistory['values']): number | undefined {
  const last = values.at(-1);
  return last && sourceTimeOf(last);
}
