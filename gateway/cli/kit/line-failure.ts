import { diagnoseOpening } from '../../../drivers/modbus/index.js';
import type { DirectAddress, SerialSettings } from '../../../drivers/streams/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { portHolders } from './ports/port-holders.js';

/** A line that is not there, in words for people: why, and what to do. `error`: what opening or using it threw. */
export async function lineFailure(
  { language }: Cli,
  { address, serial }: { readonly address: DirectAddress; readonly serial: SerialSettings },
  error: unknown,
): Promise<Failure> {
  const { cause, remedy } = await diagnoseOpening(address, serial, error, portHolders);
  return new Failure(`${cause[language]}\n${remedy[language]}`, 'failed', { cause: error });
}
