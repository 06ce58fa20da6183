import { type DirectAddress, formatStreamAddress, type SerialSettings } from '../../streams/index.js';
import { diagnose, type LinkFinding } from './diagnose.js';
import { openingFaultOf, type PortHolders } from './opening-fault.js';

/** Why a line could not be opened, and what to do. `error`: what opening it threw. */
export async function diagnoseOpening(
  address: DirectAddress,
  serial: SerialSettings,
  error: unknown,
  holdersOf: PortHolders,
): Promise<LinkFinding> {
  const opening = await openingFaultOf(address, error, holdersOf);
  const [finding] = diagnose({
    address: formatStreamAddress(address),
    isSerial: address.kind === 'serial',
    framing: 'rtu',
    serial,
    timeoutMs: 0,
    expectsEcho: false,
    opening,
    unasked: undefined,
    units: [],
    otherUnits: [],
    losses: 0,
  });
  return finding as LinkFinding;
}
