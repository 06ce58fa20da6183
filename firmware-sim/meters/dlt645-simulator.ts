import { RequestReceiver, type MeterRequest } from './dlt645-codec.js';
import { Dlt645Meter, type MeterSpec } from './dlt645-meter.js';
import { type LineOptions, MeterSimulator } from './meter-simulator.js';

export interface Dlt645SimulatorOptions extends LineOptions {
  readonly meters: readonly MeterSpec[];
}

/** Electricity meters of DL/T 645-2007 on one line. */
export class Dlt645Simulator extends MeterSimulator<MeterRequest> {
  constructor(options: Dlt645SimulatorOptions) {
    super(
      options,
      options.meters.map((spec) => new Dlt645Meter(spec)),
      () => new RequestReceiver(),
    );
  }
}
