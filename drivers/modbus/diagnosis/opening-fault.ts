import { constants, open } from 'node:fs/promises';
import type { DirectAddress } from '../../streams/index.js';
import type { OpeningFault, OpeningFaultKind } from './observations.js';

/** Names of the processes that hold a serial port, as far as the system tells. */
export type PortHolders = (path: string) => Promise<readonly string[]>;

const serialKinds: Readonly<Record<string, OpeningFaultKind>> = {
  ENOENT: 'missing',
  EACCES: 'denied',
  EPERM: 'denied',
  EBUSY: 'busy',
};

const tcpKinds: Readonly<Record<string, OpeningFaultKind>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
};

/** Why a line did not open: asks the system again where it told too little. `error`: what opening it threw. */
export async function openingFaultOf(
  address: DirectAddress,
  error: unknown,
  holdersOf: PortHolders,
): Promise<OpeningFault> {
  if (address.kind === 'tcp') {
    const code = codeOf(error instanceof Error ? error.cause : undefined) ?? 'ETIMEDOUT';
    return { kind: tcpKinds[code] ?? 'unreachable', code, holders: [] };
  }
  const [code, holders] = await Promise.all([systemCode(address.path), holdersOf(address.path)]);
  const kind = serialKinds[code ?? ''] ?? (holders.length > 0 ? 'busy' : 'unusable');
  return { kind, code: code ?? '', holders };
}

/** What the system says of opening a port plainly; undefined when it lets one. */
async function systemCode(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    await file.close();
    return undefined;
  } catch (error) {
    return codeOf(error) ?? 'EIO';
  }
}

const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
