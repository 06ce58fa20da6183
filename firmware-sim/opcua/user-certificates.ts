import { mkdir } from 'node:fs/promises';
import type { OPCUACertificateManager } from 'node-opcua';
import type { OpcuaLibrary } from './library.js';

/**
 * What the simulated server knows of users who log in with a certificate: those given, DER, and no other. The folder is
 * its own, and emptied of nothing: a server that starts again knows them still.
 */
export async function userCertificates(
  { OPCUACertificateManager: Manager }: OpcuaLibrary,
  folder: string,
  known: readonly Uint8Array[],
): Promise<OPCUACertificateManager> {
  await mkdir(folder, { recursive: true });
  const manager = new Manager({ rootFolder: folder, automaticallyAcceptUnknownCertificate: false, name: 'users' });
  await manager.initialize();
  for (const der of known) await manager.trustCertificate(Buffer.from(der));
  return manager;
}
