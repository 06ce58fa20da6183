import type { DataValue, IVariableHistorian, ReadRawModifiedDetails } from 'node-opcua';

/** Values kept of one variable; beyond it the oldest go. */
const valuesMax = 100_000;

/** Raw history of one variable, in order of source time. It outlives the server, as a historian's data base would. */
export class ValueHistory implements IVariableHistorian {
  readonly #values: DataValue[] = [];

  push(value: DataValue): Promise<void> {
    this.keep(value);
    return Promise.resolve();
  }

  /** A server that starts tells its current value anew: what is there already is not kept twice. */
  keep(value: DataValue): void {
    const at = timeOf(value);
    const after = this.#values.findIndex((one) => timeOf(one) >= at);
    if (after < 0) this.#values.push(value);
    else if (timeOf(this.#values[after] as DataValue) > at) this.#values.splice(after, 0, value);
    if (this.#values.length > valuesMax) this.#values.shift();
  }

  forget(): void {
    this.#values.length = 0;
  }

  extractDataValues(
    { startTime, endTime }: ReadRawModifiedDetails,
    countMax: number,
    _isReversed: boolean,
    _reverseDataValue: boolean,
    callback: (error: Error | null, values?: DataValue[]) => void,
  ): void {
    const [from, to] = [startTime?.getTime() ?? 0, endTime?.getTime() ?? Number.POSITIVE_INFINITY];
    const within = this.#values.filter((value) => timeOf(value) >= from && timeOf(value) <= to);
    callback(null, countMax > 0 ? within.slice(0, countMax) : within);
  }
}

const timeOf = ({ sourceTimestamp }: DataValue): number => sourceTimestamp?.getTime() ?? 0;
